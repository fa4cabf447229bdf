package dev.talaria.eval.choice;

import static java.util.Objects.requireNonNull;

import dev.talaria.eval.suite.DatasetRow;
import dev.talaria.eval.suite.Mode;
import dev.talaria.eval.suite.Suite;
import dev.talaria.eval.suite.TrialResult;
import dev.talaria.inference.ScoringRequest.BeginToken;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Multiple choice by log-likelihood, without examples.
///
/// A row passes where the most probable choice is right (`acc`; of TruthfulQA, `mc1`). Figures,
/// each with its standard error: `acc`, `acc_norm` (log-likelihoods divided by the characters of
/// the choices, which is what the harness does), `acc_bytes` (by their bytes, as its documents say
/// and newer versions add), `mc1` and `mc2`.
public final class ChoiceSuite implements Suite {

    private static final List<String> FIGURES =
            List.of("acc", "acc_norm", "acc_bytes", "mc1", "mc2");

    private final Optional<String> name;
    private final Optional<ChoiceTask> task;
    private final BeginToken begin;

    /// @param name of the task, as the harness calls it; empty to tell it by each row's columns
    /// @param begin whether contexts begin with the token that begins a text
    /// @throws IllegalArgumentException where there is no such task
    public ChoiceSuite(Optional<String> name, BeginToken begin) {
        this.name = name;
        this.task = name.map(ChoiceTask::named);
        this.begin = requireNonNull(begin, "begin");
    }

    @Override
    public String name() {
        return "mcq";
    }

    @Override
    public Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("task", name.orElse("auto"));
        options.put("beginToken", begin.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        return options;
    }

    @Override
    public List<Mode> modes() {
        return List.of(Mode.UNCONSTRAINED);
    }

    @Override
    public ChoiceItem item(DatasetRow row) {
        ChoiceTask form =
                task.map(it -> it.form(row))
                        .or(() -> ChoiceTask.of(row))
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "its columns %s are those of no task; name one with --task"
                                                .formatted(row.values().propertyNames())));
        return new ChoiceItem(form, form.question(row), begin);
    }

    @Override
    public Map<String, JsonNode> metrics(List<TrialResult> results) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        Map<String, JsonNode> metrics = new LinkedHashMap<>();
        for (String figure : FIGURES) {
            if (results.stream().noneMatch(it -> it.attributes().containsKey(figure))) {
                continue;
            }
            // What could not be asked is wrong.
            double[] values = results.stream().mapToDouble(it -> number(it, figure)).toArray();
            SampleMean mean = SampleMean.of(values);
            metrics.put(figure, nodes.numberNode(mean.value()));
            mean.standardError()
                    .ifPresent(error -> metrics.put(figure + "_stderr", nodes.numberNode(error)));
        }
        long cut = results.stream().filter(it -> number(it, ChoiceItem.CUT_TOKENS) > 0).count();
        metrics.put("cut_contexts", nodes.numberNode(cut));
        return metrics;
    }

    private static double number(TrialResult result, String attribute) {
        JsonNode value = result.attributes().get(attribute);
        return value == null ? 0 : value.asDouble(0);
    }
}

package dev.talaria.eval.choice;

import dev.talaria.eval.suite.DatasetRow;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// The tasks, each with the columns of its published files and the figures its cards print.
public enum ChoiceTask {
    ARC(
            List.of("arc_easy", "arc_challenge", "arc"),
            List.of("question", "choices", "answerKey"),
            true,
            ChoiceRows::arc),
    HELLASWAG(
            List.of("hellaswag"),
            List.of("ctx_a", "ctx_b", "activity_label", "endings"),
            true,
            ChoiceRows::hellaSwag),
    PIQA(List.of("piqa"), List.of("goal", "sol1", "sol2"), true, ChoiceRows::piqa),
    OPENBOOKQA(
            List.of("openbookqa"),
            List.of("question_stem", "choices", "answerKey"),
            true,
            ChoiceRows::openBookQa),
    WINOGRANDE(
            List.of("winogrande"),
            List.of("sentence", "option1", "option2"),
            false,
            ChoiceRows::winoGrande),
    TRUTHFULQA(
            List.of("truthfulqa_mc", "truthfulqa_mc1", "truthfulqa_mc2", "truthfulqa"),
            List.of("question", "mc1_targets", "mc2_targets"),
            false,
            TruthfulQa::question),
    AGIEVAL(
            List.of(
                    "agieval",
                    "agieval_aqua_rat",
                    "agieval_logiqa_en",
                    "agieval_lsat_ar",
                    "agieval_lsat_lr",
                    "agieval_lsat_rc",
                    "agieval_sat_en",
                    "agieval_sat_en_without_passage",
                    "agieval_sat_math"),
            List.of("query", "choices", "gold"),
            true,
            AgiEval::converted),
    /// As published by the authors of AGIEval themselves.
    AGIEVAL_ORIGINAL(List.of(), List.of("question", "options", "label"), true, AgiEval::original),
    BOOLQ(List.of("boolq"), List.of("passage", "question"), false, ChoiceRows::boolQ);

    private interface Reading {
        ChoiceQuestion question(DatasetRow row);
    }

    @SuppressWarnings("ImmutableEnumChecker") // It does not change.
    private final List<String> names;

    @SuppressWarnings("ImmutableEnumChecker") // It does not change.
    private final List<String> columns;

    private final boolean isNormalised;

    @SuppressWarnings("ImmutableEnumChecker") // A method.
    private final Reading reading;

    ChoiceTask(List<String> names, List<String> columns, boolean isNormalised, Reading reading) {
        this.names = names;
        this.columns = columns;
        this.isNormalised = isNormalised;
        this.reading = reading;
    }

    /// The task that the harness calls by a name.
    ///
    /// @throws IllegalArgumentException where there is none, naming those there are
    public static ChoiceTask named(String name) {
        return Arrays.stream(values())
                .filter(task -> task.names.contains(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "there is no task '%s'; there are %s".formatted(name, allNames())));
    }

    private static String allNames() {
        return Arrays.stream(values())
                .flatMap(task -> task.names.stream())
                .collect(Collectors.joining(", "));
    }

    /// The task whose columns a row has.
    static Optional<ChoiceTask> of(DatasetRow row) {
        return Arrays.stream(values()).filter(task -> task.suits(row)).findFirst();
    }

    /// The form of this task that a row has.
    ChoiceTask form(DatasetRow row) {
        return this == AGIEVAL && AGIEVAL_ORIGINAL.suits(row) ? AGIEVAL_ORIGINAL : this;
    }

    private boolean suits(DatasetRow row) {
        return columns.stream().allMatch(row.values()::has);
    }

    /// Whether the task has `acc_norm`.
    boolean isNormalised() {
        return isNormalised;
    }

    /// Whether its accuracy is called `mc1`, and weights of truths are `mc2`.
    boolean weighsTruths() {
        return this == TRUTHFULQA;
    }

    /// The question of a row.
    ///
    /// @throws IllegalArgumentException where the row lacks something
    ChoiceQuestion question(DatasetRow row) {
        return reading.question(row);
    }
}

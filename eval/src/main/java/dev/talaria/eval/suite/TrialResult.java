package dev.talaria.eval.suite;

import static java.util.Objects.requireNonNull;

import dev.talaria.schemas.extraction.FinishReason;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// What became of one trial: a line of `results.jsonl`.
///
/// @param prompt the text the model saw
/// @param output what it wrote
/// @param attributes by name, in this order
public record TrialResult(
        Trial trial,
        Assessment published,
        Assessment strict,
        String prompt,
        String output,
        JsonNode expected,
        int promptTokens,
        int completionTokens,
        double latencyMillis,
        FinishReason finish,
        Map<String, JsonNode> attributes) {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    public TrialResult {
        requireNonNull(trial, "trial");
        requireNonNull(published, "published");
        requireNonNull(strict, "strict");
        requireNonNull(prompt, "prompt");
        requireNonNull(output, "output");
        requireNonNull(expected, "expected");
        requireNonNull(finish, "finish");
        attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
    }

    static TrialResult of(Trial trial, Item item, Answer answer, Judgement judgement) {
        return new TrialResult(
                trial,
                judgement.published(),
                judgement.strict(),
                item.prompt(trial.mode()),
                answer.text(),
                item.expected(),
                answer.promptTokens(),
                answer.completionTokens(),
                TimeUnit.NANOSECONDS.toMicros(answer.latency().toNanos()) / 1e3,
                answer.finish(),
                judgement.attributes());
    }

    /// The result as the JSON object of its line.
    public ObjectNode json() {
        ObjectNode line = JSON.objectNode();
        line.put("row", trial.row()).put("seed", trial.seed()).put("mode", trial.mode().text());
        line.put("verdict", published.verdict().text());
        line.set("reasons", texts(published));
        line.set("kinds", kinds(published));
        line.put("prompt", prompt).put("output", output);
        line.set("expected", expected);
        ObjectNode stricter = line.putObject("strict");
        stricter.put("verdict", strict.verdict().text());
        stricter.set("reasons", texts(strict));
        stricter.set("kinds", kinds(strict));
        line.put("promptTokens", promptTokens).put("completionTokens", completionTokens);
        line.put("latencyMillis", latencyMillis).put("finish", finish.name());
        ObjectNode more = line.putObject("attributes");
        attributes.forEach(more::set);
        return line;
    }

    private static ArrayNode texts(Assessment assessment) {
        ArrayNode texts = JSON.arrayNode();
        assessment.reasons().forEach(reason -> texts.add(reason.text()));
        return texts;
    }

    private static ArrayNode kinds(Assessment assessment) {
        ArrayNode kinds = JSON.arrayNode();
        assessment.reasons().forEach(reason -> kinds.add(reason.kind()));
        return kinds;
    }

    /// The result of a line.
    ///
    /// @throws IllegalArgumentException where the object is none
    public static TrialResult of(JsonNode line) {
        Map<String, JsonNode> attributes = new LinkedHashMap<>();
        line.path("attributes")
                .properties()
                .forEach(it -> attributes.put(it.getKey(), it.getValue()));
        return new TrialResult(
                new Trial(
                        member(line, "row").longValue(),
                        member(line, "seed").longValue(),
                        Mode.named(member(line, "mode").asString())
                                .orElseThrow(() -> unknown(line, "mode"))),
                assessment(line),
                assessment(member(line, "strict")),
                member(line, "prompt").asString(),
                member(line, "output").asString(),
                member(line, "expected"),
                member(line, "promptTokens").intValue(),
                member(line, "completionTokens").intValue(),
                member(line, "latencyMillis").doubleValue(),
                FinishReason.valueOf(member(line, "finish").asString()),
                attributes);
    }

    private static Assessment assessment(JsonNode node) {
        JsonNode kinds = member(node, "kinds");
        List<Reason> reasons = new ArrayList<>();
        for (JsonNode text : member(node, "reasons")) {
            reasons.add(new Reason(kinds.path(reasons.size()).asString(""), text.asString()));
        }
        Verdict verdict =
                Verdict.named(member(node, "verdict").asString())
                        .orElseThrow(() -> unknown(node, "verdict"));
        return new Assessment(verdict, reasons);
    }

    private static JsonNode member(JsonNode node, String name) {
        JsonNode value = node.get(name);
        if (value == null) {
            throw new IllegalArgumentException("there is no '%s'".formatted(name));
        }
        return value;
    }

    private static IllegalArgumentException unknown(JsonNode node, String name) {
        return new IllegalArgumentException("'%s' is no %s".formatted(node.path(name), name));
    }
}

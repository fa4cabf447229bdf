package dev.talaria.eval.extraction;

import dev.talaria.eval.suite.Reason;
import dev.talaria.eval.suite.TrialResult;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/// Figures by field over the results of a run.
///
/// The micro average is of all values together. The macro average is the mean over the fields that
/// some document has; a field that only answers have counts in the micro average. A document that
/// was never asked about has all its values missing.
final class FieldMetrics {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String AS_SPELLED = "correctAsSpelled";

    private record Both(FieldCounts meant, FieldCounts spelled) {

        static final Both NONE = new Both(FieldCounts.NONE, FieldCounts.NONE);

        Both plus(Both other) {
            return new Both(meant.plus(other.meant), spelled.plus(other.spelled));
        }

        ObjectNode figures() {
            ObjectNode figures = JSON.objectNode();
            figures.put("correct", meant.correct()).put("spurious", meant.spurious());
            figures.put("missing", meant.missing()).put("precision", meant.precision());
            figures.put("recall", meant.recall()).put("f1", meant.f1());
            return figures.put("rawF1", spelled.f1());
        }
    }

    private FieldMetrics() {}

    /// The counts of one document, as its result keeps them.
    static JsonNode json(DocumentScore score) {
        ObjectNode fields = JSON.objectNode();
        score.fields()
                .forEach((path, counts) -> {
                    ObjectNode field = fields.putObject(path);
                    field.put("correct", counts.correct()).put("spurious", counts.spurious());
                    field.put("missing", counts.missing());
                    field.put(
                            AS_SPELLED,
                            score.rawFields().getOrDefault(path, FieldCounts.NONE).correct());
                });
        return fields;
    }

    /// The figures of results of one mode.
    static Map<String, JsonNode> of(
            List<TrialResult> results, DocumentJudge judge, Function<String, FieldType> types) {
        Map<String, Both> byField = new LinkedHashMap<>();
        for (TrialResult result : results) {
            counts(result, judge)
                    .properties()
                    .forEach(field ->
                            byField.merge(field.getKey(), both(field.getValue()), Both::plus));
        }
        Map<String, JsonNode> metrics = new LinkedHashMap<>();
        for (String share :
                List.of(
                        DocumentItem.EXACT,
                        DocumentItem.AS_SPELLED,
                        DocumentItem.VALID,
                        DocumentItem.IS_JSON)) {
            metrics.put(share, JSON.numberNode(share(results, share)));
        }
        Both all = byField.values().stream().reduce(Both.NONE, Both::plus);
        metrics.put("micro", all.figures());
        metrics.put("macro", macro(new ArrayList<>(byField.values())));
        ObjectNode fields = JSON.objectNode();
        byField.forEach((path, both) -> {
            ObjectNode field = fields.putObject(path);
            field.put("type", types.apply(path).name().toLowerCase(Locale.ROOT));
            field.setAll(both.figures());
        });
        metrics.put(DocumentItem.FIELDS, fields);
        return metrics;
    }

    private static JsonNode counts(TrialResult result, DocumentJudge judge) {
        JsonNode kept = result.attributes().get(DocumentItem.FIELDS);
        return kept != null
                ? kept
                : json(judge.nothing(result.expected(), new Reason("not-asked", "not asked")));
    }

    private static Both both(JsonNode field) {
        FieldCounts meant =
                new FieldCounts(
                        field.path("correct").asLong(),
                        field.path("spurious").asLong(),
                        field.path("missing").asLong());
        long spelled = field.path(AS_SPELLED).asLong();
        return new Both(
                meant,
                new FieldCounts(
                        spelled,
                        meant.correct() + meant.spurious() - spelled,
                        meant.correct() + meant.missing() - spelled));
    }

    private static double share(List<TrialResult> results, String attribute) {
        double yes =
                results.stream()
                        .map(it -> it.attributes().get(attribute))
                        .filter(it -> it != null && it.asBoolean())
                        .count();
        return results.isEmpty() ? 0 : yes / results.size();
    }

    private static ObjectNode macro(List<Both> fields) {
        List<Both> there =
                fields.stream()
                        .filter(it -> it.meant().correct() + it.meant().missing() > 0)
                        .toList();
        ObjectNode figures = JSON.objectNode();
        figures.put("precision", mean(there, it -> it.meant().precision()));
        figures.put("recall", mean(there, it -> it.meant().recall()));
        figures.put("f1", mean(there, it -> it.meant().f1()));
        return figures.put("rawF1", mean(there, it -> it.spelled().f1()));
    }

    private static double mean(List<Both> fields, Function<Both, Double> figure) {
        return fields.stream().mapToDouble(figure::apply).average().orElse(0);
    }
}

package dev.talaria.eval.extraction;

import dev.talaria.eval.suite.Reason;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Judges what was extracted from a document by its gold fields. Safe for use by many threads.
///
/// By field: the values of both sides are brought together in as many equal pairs as there are;
/// what is left over is spurious or missing. Exact: objects have the same members, and the elements
/// of arrays are equal in some order, so the parts of a line of an invoice belong together there.
public final class DocumentJudge {

    private static final int MOST_REASONS = 40;
    private static final int LONGEST_VALUE = 120;

    private final FieldTypes types;
    private final Normalization normalization;

    public DocumentJudge(FieldTypes types, Normalization normalization) {
        this.types = types;
        this.normalization = normalization;
    }

    /// @param schema of the document, which tells types; or null
    /// @param answer what was extracted; missing where the output was no JSON
    public DocumentScore judge(JsonNode gold, JsonNode answer, @Nullable JsonNode schema) {
        Map<String, List<JsonNode>> expected = FieldValues.of(gold);
        Map<String, List<JsonNode>> found = FieldValues.of(answer);
        Set<String> paths = new LinkedHashSet<>(expected.keySet());
        paths.addAll(found.keySet());
        Map<String, FieldCounts> fields = new LinkedHashMap<>();
        Map<String, FieldCounts> rawFields = new LinkedHashMap<>();
        List<Reason> reasons = new ArrayList<>();
        for (String path : paths) {
            List<JsonNode> right = expected.getOrDefault(path, List.of());
            List<JsonNode> other = found.getOrDefault(path, List.of());
            fields.put(path, compare(path, right, other, schema, reasons));
            rawFields.put(
                    path, counts(right, other, Matching.of(right, other, DocumentJudge::isRaw)));
        }
        boolean isExact = isSame(gold, answer, "", schema);
        if (!isExact && reasons.isEmpty()) {
            reasons.add(
                    new Reason(
                            "wrong-element",
                            "every value is there, but in another element of its array"));
        }
        boolean isRawExact = isRaw(gold, answer);
        return new DocumentScore(
                isExact, isRawExact, fields, rawFields, isExact ? List.of() : bounded(reasons));
    }

    /// The score of an answer that is no JSON: every value is missing.
    public DocumentScore nothing(JsonNode gold, Reason reason) {
        DocumentScore score = judge(gold, MissingNode.getInstance(), null);
        return new DocumentScore(false, false, score.fields(), score.rawFields(), List.of(reason));
    }

    private FieldCounts compare(
            String path,
            List<JsonNode> right,
            List<JsonNode> found,
            @Nullable JsonNode schema,
            List<Reason> reasons) {
        FieldType type = types.of(path, schema);
        List<Reading> meant = right.stream().map(each -> normalization.read(type, each)).toList();
        List<Reading> read = found.stream().map(each -> normalization.read(type, each)).toList();
        int[] partners = Matching.of(meant, read, Reading::isSameAs);
        explain(path, right, found, partners, reasons);
        return counts(right, found, partners);
    }

    private static FieldCounts counts(List<JsonNode> right, List<JsonNode> found, int[] partners) {
        int correct = Matching.pairs(partners);
        return new FieldCounts(correct, found.size() - correct, right.size() - correct);
    }

    private static void explain(
            String path,
            List<JsonNode> right,
            List<JsonNode> found,
            int[] partners,
            List<Reason> reasons) {
        List<JsonNode> missing = new ArrayList<>(right);
        List<JsonNode> spurious = new ArrayList<>();
        Set<JsonNode> taken = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int i = 0; i < partners.length; i++) {
            if (partners[i] < 0) {
                spurious.add(found.get(i));
            } else {
                taken.add(right.get(partners[i]));
            }
        }
        missing.removeIf(taken::contains);
        int wrong = Math.min(missing.size(), spurious.size());
        for (int i = 0; i < wrong; i++) {
            reasons.add(
                    new Reason(
                            "wrong-value",
                            "%s: wrong value %s, expected %s"
                                    .formatted(
                                            path, shown(spurious.get(i)), shown(missing.get(i)))));
        }
        missing.stream()
                .skip(wrong)
                .forEach(each ->
                        reasons.add(
                                new Reason(
                                        "missing-value",
                                        "%s: missing, expected %s".formatted(path, shown(each)))));
        spurious.stream()
                .skip(wrong)
                .forEach(each ->
                        reasons.add(
                                new Reason(
                                        "spurious-value",
                                        "%s: not expected, found %s"
                                                .formatted(path, shown(each)))));
    }

    private static String shown(JsonNode value) {
        String text = value.toString();
        if (text.length() <= LONGEST_VALUE) {
            return text;
        }
        return text.substring(0, text.offsetByCodePoints(0, LONGEST_VALUE / 2)) + "…\"";
    }

    private static List<Reason> bounded(List<Reason> reasons) {
        if (reasons.size() <= MOST_REASONS) {
            return reasons;
        }
        List<Reason> some = new ArrayList<>(reasons.subList(0, MOST_REASONS));
        some.add(Reason.remark("and more, %d reasons in all".formatted(reasons.size())));
        return some;
    }

    private boolean isSame(JsonNode one, JsonNode other, String path, @Nullable JsonNode schema) {
        if (!FieldValues.isThere(one) || !FieldValues.isThere(other)) {
            return FieldValues.isThere(one) == FieldValues.isThere(other);
        }
        if (one.isObject() && other.isObject()) {
            Set<String> names = new LinkedHashSet<>(one.propertyNames());
            names.addAll(other.propertyNames());
            return names.stream()
                    .allMatch(name ->
                            isSame(
                                    one.path(name),
                                    other.path(name),
                                    FieldValues.member(path, name),
                                    schema));
        }
        if (one.isArray() && other.isArray()) {
            return isSameInSomeOrder(elements(one), elements(other), path, schema);
        }
        if (one.isContainer() || other.isContainer()) {
            return false;
        }
        FieldType type = types.of(path.isEmpty() ? FieldValues.WHOLE : path, schema);
        return normalization.read(type, one).isSameAs(normalization.read(type, other));
    }

    private boolean isSameInSomeOrder(
            List<JsonNode> some, List<JsonNode> others, String path, @Nullable JsonNode schema) {
        if (some.size() != others.size()) {
            return false;
        }
        String element = FieldValues.element(path);
        int[] partners =
                Matching.of(some, others, (one, other) -> isSame(one, other, element, schema));
        return Matching.pairs(partners) == some.size();
    }

    private static List<JsonNode> elements(JsonNode array) {
        List<JsonNode> elements = new ArrayList<>();
        array.forEach(element -> {
            if (FieldValues.isThere(element)) {
                elements.add(element);
            }
        });
        return elements;
    }

    private static boolean isRaw(JsonNode one, JsonNode other) {
        if (one.isNumber() && other.isNumber()) {
            return one.decimalValue().compareTo(other.decimalValue()) == 0;
        }
        if (one.isObject() && other.isObject()) {
            JsonNode some = FieldJson.withoutNulls(one);
            JsonNode others = FieldJson.withoutNulls(other);
            return some.size() == others.size()
                    && some.properties().stream()
                            .allMatch(member ->
                                    isRaw(member.getValue(), others.path(member.getKey())));
        }
        if (one.isArray() && other.isArray()) {
            for (int i = 0; i < one.size(); i++) {
                if (i >= other.size() || !isRaw(one.get(i), other.get(i))) {
                    return false;
                }
            }
            return one.size() == other.size();
        }
        return one.equals(other);
    }
}

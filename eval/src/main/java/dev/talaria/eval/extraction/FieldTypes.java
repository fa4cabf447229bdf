package dev.talaria.eval.extraction;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Which type each field has: what the caller says, else what the schema says (`number`, `integer`,
/// `boolean`, `string` with format `date` or `date-time`), else what the gold values of the whole
/// set look like.
///
/// Gold values look like booleans where all are; like dates where nine in ten can be read as one;
/// like amounts where nine in ten can be read as one and half of these have more than digits (a
/// fraction, a currency), or are JSON numbers: a number without any is more often an identifier.
public final class FieldTypes {

    private static final double MOST = 0.9;
    private static final double HALF = 0.5;

    private final Map<String, FieldType> said;
    private final Map<String, FieldType> seen;

    private FieldTypes(Map<String, FieldType> said, Map<String, FieldType> seen) {
        this.said = Map.copyOf(said);
        this.seen = new LinkedHashMap<>(seen);
    }

    /// @param golds the gold fields of all documents
    /// @param said what the caller knows of fields
    public static FieldTypes of(
            List<JsonNode> golds, Map<String, FieldType> said, Normalization normalization) {
        Map<String, List<JsonNode>> values = new LinkedHashMap<>();
        for (JsonNode gold : golds) {
            FieldValues.of(gold)
                    .forEach((path, some) ->
                            values.computeIfAbsent(path, _ -> new ArrayList<>()).addAll(some));
        }
        Map<String, FieldType> seen = new LinkedHashMap<>();
        values.forEach((path, some) -> seen.put(path, look(some, normalization)));
        return new FieldTypes(said, seen);
    }

    private static FieldType look(List<JsonNode> values, Normalization normalization) {
        if (values.stream().allMatch(JsonNode::isBoolean)) {
            return FieldType.BOOLEAN;
        }
        double dates =
                values.stream()
                        .filter(each -> each.isString() && normalization.date(each).isPresent())
                        .count();
        if (dates >= MOST * values.size()) {
            return FieldType.DATE;
        }
        List<JsonNode> amounts =
                values.stream().filter(each -> normalization.amount(each).isPresent()).toList();
        double marked =
                amounts.stream()
                        .filter(each -> each.isNumber() || AmountText.isMarked(each.stringValue()))
                        .count();
        return amounts.size() >= MOST * values.size() && marked >= HALF * values.size()
                ? FieldType.AMOUNT
                : FieldType.TEXT;
    }

    /// The fields of the gold values and their types as these alone say, in order.
    public Map<String, FieldType> seen() {
        return Map.copyOf(seen);
    }

    /// The type of a field.
    ///
    /// @param schema of the document, or null
    public FieldType of(String path, @Nullable JsonNode schema) {
        FieldType word = said.get(path);
        if (word != null) {
            return word;
        }
        FieldType declared = schema == null ? null : declared(schema, path);
        return declared != null ? declared : seen.getOrDefault(path, FieldType.TEXT);
    }

    private static @Nullable FieldType declared(JsonNode schema, String path) {
        JsonNode place = at(schema, path);
        if (place == null) {
            return null;
        }
        List<String> types = new ArrayList<>();
        JsonNode type = place.path("type");
        if (type.isString()) {
            types.add(type.stringValue());
        } else {
            type.forEach(each -> types.add(each.isString() ? each.stringValue() : ""));
        }
        types.remove("null");
        if (types.equals(List.of("boolean"))) {
            return FieldType.BOOLEAN;
        }
        if (!types.isEmpty() && List.of("number", "integer").containsAll(types)) {
            return FieldType.AMOUNT;
        }
        JsonNode format = place.path("format");
        boolean isDate =
                format.isString() && List.of("date", "date-time").contains(format.stringValue());
        return isDate ? FieldType.DATE : null;
    }

    // Names may hold the path's own signs, so properties are tried rather than the path cut.
    private static @Nullable JsonNode at(JsonNode schema, String path) {
        if (path.isEmpty() || path.equals(FieldValues.WHOLE)) {
            return schema;
        }
        if (path.startsWith(FieldValues.element(""))) {
            String rest = path.substring(2);
            return at(schema.path("items"), rest.startsWith(".") ? rest.substring(1) : rest);
        }
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            String name = property.getKey();
            if (path.startsWith(name)) {
                String rest = path.substring(name.length());
                boolean isWhole = rest.isEmpty() || rest.startsWith(".") || rest.startsWith("[]");
                JsonNode found =
                        !isWhole
                                ? null
                                : at(
                                        property.getValue(),
                                        rest.startsWith(".") ? rest.substring(1) : rest);
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }
}

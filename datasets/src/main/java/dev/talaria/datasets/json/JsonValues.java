package dev.talaria.datasets.json;

import dev.talaria.datasets.record.Field;
import dev.talaria.datasets.record.RecordType;
import dev.talaria.datasets.record.Row;
import dev.talaria.datasets.record.Value;
import dev.talaria.datasets.record.ValueType;

import tools.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.List;

/// Values of JSON texts, as the types that were found for them.
final class JsonValues {

    private JsonValues() {}

    /// @throws IllegalArgumentException naming the column whose value is of another type
    static Row row(RecordType type, JsonNode object) {
        return new Row(type, members(type.fields(), object, ""));
    }

    private static List<Value> members(List<Field> fields, JsonNode object, String path) {
        List<Value> values = new ArrayList<>(fields.size());
        for (Field field : fields) {
            JsonNode member = object.get(field.name());
            values.add(
                    member == null
                            ? Value.Null.NULL
                            : value(field.type(), member, path + field.name()));
        }
        return values;
    }

    private static Value value(ValueType type, JsonNode node, String path) {
        if (node.isNull()) {
            return Value.Null.NULL;
        }
        return switch (type) {
            case ValueType.Json _ -> new Value.Json(node.toString());
            case ValueType.Bool _ when node.isBoolean() -> new Value.Bool(node.booleanValue());
            case ValueType.Int _ when node.isIntegralNumber() && node.canConvertToLong() ->
                    new Value.Int(node.longValue());
            case ValueType.Real _ when node.isNumber() && isReal(node) ->
                    new Value.Real(real(node));
            case ValueType.Text _ when node.isString() -> new Value.Text(node.stringValue());
            case ValueType.ListOf(Field element) when node.isArray() -> {
                List<Value> elements = new ArrayList<>(node.size());
                for (JsonNode one : node) {
                    elements.add(value(element.type(), one, path + "[]"));
                }
                yield new Value.Elements(elements);
            }
            case ValueType.Struct(List<Field> fields) when node.isObject() ->
                    new Value.Struct(members(fields, node, path + "."));
            // Which type was found depends on the rows that were looked at.
            case ValueType other ->
                    throw new IllegalArgumentException(
                            "column '%s' is %s, this value is not; read all rows for the types"
                                    .formatted(path, other));
        };
    }

    private static boolean isReal(JsonNode number) {
        return !number.isBigDecimal() || Double.isFinite(real(number));
    }

    private static double real(JsonNode number) {
        return number.isBigDecimal() ? number.decimalValue().doubleValue() : number.doubleValue();
    }
}

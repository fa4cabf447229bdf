package dev.talaria.pipeline.batch;

import dev.talaria.datasets.record.Field;
import dev.talaria.datasets.record.Precision;
import dev.talaria.datasets.record.Value;
import dev.talaria.datasets.record.ValueType;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Columns for the members of an object that a schema names: texts, numbers, truth values, dates
/// and lists of these by their types, everything else as JSON.
///
/// All may be null: where a member is not there, and where its value is beyond the column's type (a
/// whole number beyond 64 bits). The extraction's own column has it all.
final class TypedFields {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int MOST_REFERENCES = 16;

    private record Member(String name, ValueType type) {}

    private final List<Member> members;

    private TypedFields(List<Member> members) {
        this.members = List.copyOf(members);
    }

    /// None.
    static TypedFields none() {
        return new TypedFields(List.of());
    }

    /// Those of a schema; none where it is not of an object with named members.
    static TypedFields of(String schemaJson) {
        JsonNode schema;
        try {
            schema = JSON.readTree(schemaJson);
        } catch (JacksonException _) {
            return none();
        }
        JsonNode object = resolved(schema, schema);
        List<Member> members = new ArrayList<>();
        if (types(object).equals(Set.of("object")) || object.path("properties").isObject()) {
            for (Map.Entry<String, JsonNode> one : object.path("properties").properties()) {
                members.add(new Member(one.getKey(), type(schema, one.getValue(), true)));
            }
        }
        return new TypedFields(members);
    }

    private static ValueType type(JsonNode whole, JsonNode written, boolean mayBeList) {
        JsonNode schema = resolved(whole, written);
        Set<String> types = types(schema);
        types.remove("null");
        if (types.size() != 1) {
            return new ValueType.Json();
        }
        return switch (types.iterator().next()) {
            case "string" -> string(schema.path("format").asString(""));
            case "integer" -> ValueType.Int.INT64;
            case "number" -> ValueType.Real.DOUBLE;
            case "boolean" -> new ValueType.Bool();
            case "array" -> mayBeList ? list(whole, schema.path("items")) : new ValueType.Json();
            default -> new ValueType.Json();
        };
    }

    private static ValueType list(JsonNode whole, JsonNode items) {
        ValueType element = type(whole, items, false);
        return element instanceof ValueType.Json ? element : ValueType.ListOf.of(element);
    }

    private static ValueType string(String format) {
        return switch (format) {
            case "date" -> new ValueType.Date();
            case "date-time" -> ValueType.Timestamp.utc(Precision.MICRO);
            default -> new ValueType.Text();
        };
    }

    // What is combined or conditional may be anything; that is JSON then.
    private static Set<String> types(JsonNode schema) {
        Set<String> found = new HashSet<>();
        JsonNode type = schema.path("type");
        if (type.isString()) {
            found.add(type.stringValue());
        } else if (type.isArray()) {
            type.forEach(one -> found.add(one.asString("")));
        } else if (schema.path("enum").isArray()) {
            schema.path("enum").forEach(one -> found.add(kind(one)));
        } else if (schema.has("const")) {
            found.add(kind(schema.path("const")));
        }
        return found;
    }

    private static String kind(JsonNode literal) {
        return switch (literal.getNodeType()) {
            case STRING -> "string";
            case BOOLEAN -> "boolean";
            case NULL -> "null";
            case NUMBER -> literal.isIntegralNumber() ? "integer" : "number";
            case ARRAY, OBJECT, BINARY, MISSING, POJO -> "other";
        };
    }

    private static JsonNode resolved(JsonNode whole, JsonNode schema) {
        JsonNode at = schema;
        for (int i = 0; i < MOST_REFERENCES && at.path("$ref").isString(); i++) {
            String reference = at.path("$ref").stringValue();
            if (!reference.startsWith("#/")) {
                break;
            }
            try {
                at = whole.at(reference.substring(1));
            } catch (IllegalArgumentException _) {
                break;
            }
        }
        return at;
    }

    /// The columns, named as the members are, except where a name is taken.
    List<Field> fields(Set<String> taken) {
        List<Field> fields = new ArrayList<>();
        Set<String> used = new HashSet<>(taken);
        members.forEach(member -> {
            String name = member.name();
            while (!used.add(name)) {
                name = OutputRows.EXTRACTION + "_" + name;
            }
            fields.add(Field.nullable(name, member.type()));
        });
        return fields;
    }

    /// The values of an extraction.
    List<Value> values(String json) {
        JsonNode object = members.isEmpty() ? null : JSON.readTree(json);
        List<Value> values = new ArrayList<>(members.size());
        for (Member member : members) {
            JsonNode value = object.get(member.name());
            values.add(value == null ? Value.Null.NULL : value(member.type(), value));
        }
        return values;
    }

    private static Value value(ValueType type, JsonNode node) {
        if (node.isNull()) {
            return Value.Null.NULL;
        }
        return switch (type) {
            case ValueType.Json _ -> new Value.Json(node.toString());
            case ValueType.Text _ when node.isString() -> new Value.Text(node.stringValue());
            case ValueType.Bool _ when node.isBoolean() -> new Value.Bool(node.booleanValue());
            case ValueType.Real _ when node.isNumber() -> new Value.Real(node.doubleValue());
            case ValueType.Int _ when node.isNumber() -> whole(node);
            case ValueType.Date _, ValueType.Timestamp _ when node.isString() ->
                    moment(type, node.stringValue());
            case ValueType.ListOf(Field element) when node.isArray() -> {
                List<Value> elements = new ArrayList<>(node.size());
                node.forEach(one -> elements.add(value(element.type(), one)));
                yield new Value.Elements(elements);
            }
            default -> Value.Null.NULL;
        };
    }

    // 3.0 is a whole number to JSON Schema.
    private static Value whole(JsonNode node) {
        try {
            return new Value.Int(node.decimalValue().longValueExact());
        } catch (ArithmeticException _) {
            return Value.Null.NULL;
        }
    }

    private static Value moment(ValueType type, String text) {
        try {
            return type instanceof ValueType.Date
                    ? new Value.Date(LocalDate.parse(text))
                    : new Value.Timestamp(micros(OffsetDateTime.parse(text).toInstant()));
        } catch (DateTimeException _) {
            return Value.Null.NULL;
        }
    }

    private static Instant micros(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MICROS);
    }
}

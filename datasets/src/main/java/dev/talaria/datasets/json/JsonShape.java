package dev.talaria.datasets.json;

import dev.talaria.datasets.record.Field;
import dev.talaria.datasets.record.ValueType;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What the JSON values at one place of the records have in common.
///
/// Whole numbers and others make a column of floating-point numbers, where none loses digits by it;
/// objects make a struct of all their members. What has no common type, objects with more than 256
/// different members among it (those are maps), is kept as JSON text.
final class JsonShape {

    private static final int MAX_MEMBERS = 256;
    private static final int MAX_DEPTH = 24;
    private static final long EXACT_IN_DOUBLE = 1L << 53;

    private final int depth;
    private boolean isMixed;
    private boolean hasNulls;
    private @Nullable Kind kind;
    private boolean needsLong;
    private @Nullable JsonShape element;
    private Map<String, JsonShape> members = new LinkedHashMap<>();
    private long objects;

    private enum Kind {
        BOOL,
        INT,
        REAL,
        TEXT,
        ARRAY,
        OBJECT
    }

    JsonShape(int depth) {
        this.depth = depth;
    }

    /// Takes one more value into account.
    void add(JsonNode value) {
        if (value.isNull()) {
            hasNulls = true;
            return;
        }
        if (isMixed) {
            return;
        }
        Kind its = kind(value);
        if (its == null || depth >= MAX_DEPTH) {
            mix();
            return;
        }
        kind = kind == null || kind == its ? its : common(kind, its);
        if (its == Kind.INT && Math.abs(value.longValue()) > EXACT_IN_DOUBLE) {
            needsLong = true;
        }
        if (kind == null || kind == Kind.REAL && needsLong) {
            mix();
        } else if (its == Kind.ARRAY) {
            if (element == null) {
                element = new JsonShape(depth + 1);
            }
            value.forEach(element::add);
        } else if (its == Kind.OBJECT) {
            object(value);
        }
    }

    private void object(JsonNode value) {
        objects++;
        for (Map.Entry<String, JsonNode> member : value.properties()) {
            JsonShape shape = members.get(member.getKey());
            if (shape == null) {
                if (members.size() == MAX_MEMBERS && depth > 0) {
                    mix();
                    return;
                }
                shape = new JsonShape(depth + 1);
                // It was not there in the objects before.
                shape.hasNulls = objects > 1;
                members.put(member.getKey(), shape);
            }
            shape.add(member.getValue());
        }
        if (value.size() < members.size()) {
            for (Map.Entry<String, JsonShape> member : members.entrySet()) {
                member.getValue().hasNulls |= !value.has(member.getKey());
            }
        }
    }

    private void mix() {
        isMixed = true;
        element = null;
        members = Map.of();
    }

    private static @Nullable Kind common(Kind one, Kind other) {
        boolean areNumbers =
                (one == Kind.INT || one == Kind.REAL) && (other == Kind.INT || other == Kind.REAL);
        return areNumbers ? Kind.REAL : null;
    }

    // Null where only the text says what the value is.
    private static @Nullable Kind kind(JsonNode value) {
        return switch (value.getNodeType()) {
            case BOOLEAN -> Kind.BOOL;
            case STRING -> Kind.TEXT;
            case ARRAY -> Kind.ARRAY;
            case OBJECT -> Kind.OBJECT;
            case NUMBER -> number(value);
            case NULL, BINARY, MISSING, POJO -> null;
        };
    }

    private static @Nullable Kind number(JsonNode value) {
        if (value.isIntegralNumber()) {
            return value.canConvertToLong() ? Kind.INT : null;
        }
        // Those that are not finite are no decimals; decimals may be beyond the range of a double.
        return value.isBigDecimal() && Double.isInfinite(value.decimalValue().doubleValue())
                ? null
                : Kind.REAL;
    }

    /// The columns of the records that were added.
    List<Field> fields() {
        List<Field> fields = new ArrayList<>();
        members.forEach((name, shape) -> fields.add(new Field(name, shape.type(), shape.hasNulls)));
        return fields;
    }

    private ValueType type() {
        if (isMixed) {
            return new ValueType.Json();
        }
        return switch (kind) {
            case null -> new ValueType.Null();
            case BOOL -> new ValueType.Bool();
            case INT -> ValueType.Int.INT64;
            case REAL -> ValueType.Real.DOUBLE;
            case TEXT -> new ValueType.Text();
            case ARRAY ->
                    new ValueType.ListOf(
                            new Field(
                                    "element",
                                    element == null ? new ValueType.Null() : element.type(),
                                    element == null || element.hasNulls || element.isEmpty()));
            // Other formats have no struct without fields.
            case OBJECT ->
                    members.isEmpty() ? new ValueType.Json() : new ValueType.Struct(fields());
        };
    }

    private boolean isEmpty() {
        return kind == null && !isMixed;
    }
}

package dev.talaria.datasets.file;

import dev.talaria.datasets.json.JsonWriting;
import dev.talaria.datasets.record.Field;
import dev.talaria.datasets.record.RecordType;
import dev.talaria.datasets.record.Value;
import dev.talaria.datasets.record.ValueType;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Types that hold the values of two others: the files of a folder need not have found the same
/// types in their rows.
final class TypeUnion {

    private TypeUnion() {}

    /// All columns of both; one that only one of them has may be null.
    static RecordType of(RecordType one, RecordType other) {
        return new RecordType(fields(one.fields(), other.fields()));
    }

    private static List<Field> fields(List<Field> one, List<Field> other) {
        Map<String, Field> rest = new LinkedHashMap<>();
        other.forEach(field -> rest.put(field.name(), field));
        List<Field> all = new ArrayList<>();
        for (Field field : one) {
            Field twin = rest.remove(field.name());
            all.add(twin == null ? Field.nullable(field.name(), field.type()) : field(field, twin));
        }
        rest.values().forEach(field -> all.add(Field.nullable(field.name(), field.type())));
        return all;
    }

    private static Field field(Field one, Field other) {
        boolean nullable =
                one.nullable()
                        || other.nullable()
                        || one.type() instanceof ValueType.Null
                        || other.type() instanceof ValueType.Null;
        return new Field(one.name(), type(one.type(), other.type()), nullable);
    }

    private static ValueType type(ValueType one, ValueType other) {
        if (one.equals(other) || other instanceof ValueType.Null) {
            return one;
        }
        if (one instanceof ValueType.Null) {
            return other;
        }
        if (one instanceof ValueType.Int(int bits, boolean signed)
                && other instanceof ValueType.Int(int otherBits, boolean otherSigned)
                && signed == otherSigned) {
            return new ValueType.Int(Math.max(bits, otherBits), signed);
        }
        if (isNumber(one) && isNumber(other)) {
            return ValueType.Real.DOUBLE;
        }
        if (one instanceof ValueType.ListOf(Field element)
                && other instanceof ValueType.ListOf(Field otherElement)) {
            return new ValueType.ListOf(field(element, otherElement));
        }
        if (one instanceof ValueType.Struct(List<Field> fields)
                && other instanceof ValueType.Struct(List<Field> otherFields)) {
            return new ValueType.Struct(fields(fields, otherFields));
        }
        return new ValueType.Json();
    }

    private static boolean isNumber(ValueType type) {
        return type instanceof ValueType.Int || type instanceof ValueType.Real;
    }

    /// A value of one of the types as one of the union.
    static Value widen(ValueType from, ValueType to, Value value) {
        if (value.isNull() || from.equals(to)) {
            return value;
        }
        return switch (to) {
            case ValueType.Json _ -> new Value.Json(JsonWriting.text(from, value));
            case ValueType.Real _ when value instanceof Value.Int(long number) ->
                    new Value.Real(number);
            case ValueType.ListOf(Field element) -> {
                ValueType before = ((ValueType.ListOf) from).element().type();
                yield new Value.Elements(
                        ((Value.Elements) value)
                                .values().stream()
                                        .map(one -> widen(before, element.type(), one))
                                        .toList());
            }
            case ValueType.Struct(List<Field> fields) ->
                    new Value.Struct(
                            widen(
                                    ((ValueType.Struct) from).fields(),
                                    fields,
                                    ((Value.Struct) value).values()));
            case ValueType _ -> value;
        };
    }

    /// The fields of a struct or row as those of the union.
    static List<Value> widen(List<Field> from, List<Field> to, List<Value> values) {
        List<Value> wide = new ArrayList<>(to.size());
        for (Field field : to) {
            int place = -1;
            for (int i = 0; i < from.size() && place < 0; i++) {
                if (from.get(i).name().equals(field.name())) {
                    place = i;
                }
            }
            wide.add(
                    place < 0
                            ? Value.Null.NULL
                            : widen(from.get(place).type(), field.type(), values.get(place)));
        }
        return wide;
    }
}

package dev.talaria.datasets.record;

import java.util.List;

/// Whether values fit their types: what a sink asks of every row before it writes the first byte of
/// it.
public final class RowCheck {

    private static final long MAX_BITS = 64;

    private RowCheck() {}

    /// @throws IllegalArgumentException naming the column whose value does not fit
    public static void check(RecordType type, Row row) {
        if (!row.type().equals(type)) {
            throw new IllegalArgumentException(
                    "a row of %s; the file is of %s".formatted(row.type(), type));
        }
        for (int i = 0; i < type.fields().size(); i++) {
            Field field = type.fields().get(i);
            check(field, row.values().get(i), field);
        }
    }

    private static void check(Field field, Value value, Field column) {
        if (value.isNull()) {
            if (!field.nullable()) {
                throw misfit(field, value, column);
            }
            return;
        }
        boolean fits =
                switch (field.type()) {
                    case ValueType.Null _ -> false;
                    case ValueType.Bool _ -> value instanceof Value.Bool;
                    case ValueType.Int(int bits, boolean signed) ->
                            value instanceof Value.Int(long number) && fits(number, bits, signed);
                    case ValueType.Real _ -> value instanceof Value.Real;
                    case ValueType.Decimal type ->
                            value instanceof Value.Decimal(var number)
                                    && number.scale() == type.scale()
                                    && number.precision() <= type.precision();
                    case ValueType.Text _ -> value instanceof Value.Text;
                    case ValueType.Json _ -> value instanceof Value.Json;
                    case ValueType.Binary _ -> value instanceof Value.Binary;
                    case ValueType.FixedBinary(int length) ->
                            value instanceof Value.Binary(byte[] bytes) && bytes.length == length;
                    case ValueType.Date _ -> value instanceof Value.Date;
                    case ValueType.Time _ -> value instanceof Value.Time;
                    case ValueType.Timestamp type ->
                            type.zone().isPresent()
                                    ? value instanceof Value.Timestamp
                                    : value instanceof Value.LocalTimestamp;
                    case ValueType.Duration _ -> value instanceof Value.Span;
                    case ValueType.Interval _ -> value instanceof Value.Interval;
                    case ValueType.ListOf(Field element) -> fits(element, value, column);
                    case ValueType.MapOf type -> fits(type, value, column);
                    case ValueType.Struct(List<Field> fields) -> fits(fields, value, column);
                };
        if (!fits) {
            throw misfit(field, value, column);
        }
    }

    private static boolean fits(long number, int bits, boolean signed) {
        if (bits == MAX_BITS) {
            return true;
        }
        long low = signed ? -(1L << (bits - 1)) : 0;
        long high = signed ? (1L << (bits - 1)) - 1 : (1L << bits) - 1;
        return number >= low && number <= high;
    }

    private static boolean fits(Field element, Value value, Field column) {
        if (!(value instanceof Value.Elements(List<Value> elements))) {
            return false;
        }
        for (Value one : elements) {
            check(element, one, column);
        }
        return true;
    }

    private static boolean fits(ValueType.MapOf type, Value value, Field column) {
        if (!(value instanceof Value.Entries(List<Value.Entry> entries))) {
            return false;
        }
        for (Value.Entry entry : entries) {
            check(type.key(), entry.key(), column);
            check(type.value(), entry.value(), column);
        }
        return true;
    }

    private static boolean fits(List<Field> fields, Value value, Field column) {
        if (!(value instanceof Value.Struct(List<Value> values))
                || values.size() != fields.size()) {
            return false;
        }
        for (int i = 0; i < fields.size(); i++) {
            check(fields.get(i), values.get(i), column);
        }
        return true;
    }

    private static IllegalArgumentException misfit(Field field, Value value, Field column) {
        String text = value.toString();
        return new IllegalArgumentException(
                "column '%s': %s is no %s%s"
                        .formatted(
                                column.name(),
                                text.length() <= 60 ? text : text.substring(0, 60) + "…",
                                field.type(),
                                value.isNull() ? "; it may not be null" : ""));
    }
}

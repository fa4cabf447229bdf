package dev.talaria.datasets.record;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/// A value of a row. Immutable, where nobody changes the array of a [Binary].
public sealed interface Value {

    /// No value.
    enum Null implements Value {
        NULL
    }

    record Bool(boolean value) implements Value {}

    /// A whole number; see [ValueType.Int] for those beyond the range of a long.
    record Int(long value) implements Value {}

    /// A floating-point number, widened to 64 bits.
    record Real(double value) implements Value {}

    record Decimal(BigDecimal value) implements Value {}

    record Text(String value) implements Value {}

    /// The text of one JSON value.
    record Json(String text) implements Value {}

    /// Bytes, which belong to the value: whoever hands them in or takes them out leaves them as
    /// they are. Equal where the bytes are.
    record Binary(byte[] bytes) implements Value {

        @Override
        public boolean equals(Object other) {
            return other instanceof Binary binary && Arrays.equals(bytes, binary.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }

        @Override
        public String toString() {
            return "Binary[" + HexFormat.of().formatHex(bytes) + "]";
        }
    }

    record Date(LocalDate value) implements Value {}

    record Time(LocalTime value) implements Value {}

    /// A point on the time line.
    record Timestamp(Instant value) implements Value {}

    /// A date and time of day that names no zone.
    record LocalTimestamp(LocalDateTime value) implements Value {}

    record Span(java.time.Duration value) implements Value {}

    /// A calendar interval; its parts do not convert into each other.
    record Interval(int months, int days, long nanos) implements Value {}

    record Elements(List<Value> values) implements Value {}

    record Entries(List<Entry> entries) implements Value {}

    /// One entry of a map.
    record Entry(Value key, Value value) {}

    /// A value for each field of the struct's type, in its order.
    record Struct(List<Value> values) implements Value {}

    /// Whether there is no value.
    default boolean isNull() {
        return this == Null.NULL;
    }
}

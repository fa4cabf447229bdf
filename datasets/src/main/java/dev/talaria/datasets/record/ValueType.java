package dev.talaria.datasets.record;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// The type of a column, list element or struct field. Which [Value] belongs to it stands with
/// each; [Value.Null] belongs to every type of a nullable field.
///
/// `toString` gives the type as `data schema` prints it.
public sealed interface ValueType {

    /// Only nulls are known of this column.
    record Null() implements ValueType {
        @Override
        public String toString() {
            return "null";
        }
    }

    /// [Value.Bool].
    record Bool() implements ValueType {
        @Override
        public String toString() {
            return "bool";
        }
    }

    /// [Value.Int]: 8, 16, 32 or 64 bits. Unsigned 64-bit numbers keep their bits: those from 2⁶³
    /// on are negative, as in [Long#toUnsignedString].
    record Int(int bits, boolean signed) implements ValueType {

        public static final Int INT32 = new Int(32, true);
        public static final Int INT64 = new Int(64, true);

        public Int {
            require(bits == 8 || bits == 16 || bits == 32 || bits == 64, "bits " + bits);
        }

        @Override
        public String toString() {
            return (signed ? "int" : "uint") + bits;
        }
    }

    /// [Value.Real]: IEEE 754 of 16, 32 or 64 bits.
    record Real(int bits) implements ValueType {

        public static final Real DOUBLE = new Real(64);

        public Real {
            require(bits == 16 || bits == 32 || bits == 64, "bits " + bits);
        }

        @Override
        public String toString() {
            return "float" + bits;
        }
    }

    /// [Value.Decimal] of exactly this scale. A scale may be negative or exceed the precision.
    record Decimal(int precision, int scale) implements ValueType {

        /// Digits of the widest decimal that files hold.
        public static final int MAX_PRECISION = 76;

        public Decimal {
            require(precision >= 1 && precision <= MAX_PRECISION, "precision " + precision);
        }

        @Override
        public String toString() {
            return "decimal(" + precision + ", " + scale + ")";
        }
    }

    /// [Value.Text].
    record Text() implements ValueType {
        @Override
        public String toString() {
            return "text";
        }
    }

    /// [Value.Json]: any JSON value as its text, where the rows of a column have no common type.
    record Json() implements ValueType {
        @Override
        public String toString() {
            return "json";
        }
    }

    /// [Value.Binary].
    record Binary() implements ValueType {
        @Override
        public String toString() {
            return "binary";
        }
    }

    /// [Value.Binary] of this many bytes.
    record FixedBinary(int length) implements ValueType {

        public FixedBinary {
            require(length >= 0, "length " + length);
        }

        @Override
        public String toString() {
            return "binary(" + length + ")";
        }
    }

    /// [Value.Date].
    record Date() implements ValueType {
        @Override
        public String toString() {
            return "date";
        }
    }

    /// [Value.Time], a time of day.
    record Time(Precision precision) implements ValueType {
        @Override
        public String toString() {
            return "time(" + precision.symbol() + ")";
        }
    }

    /// With a zone, points on the time line ([Value.Timestamp]); the zone says only how to show
    /// them. Without one, what a clock on some wall said ([Value.LocalTimestamp]).
    record Timestamp(Precision precision, Optional<String> zone) implements ValueType {

        /// A point on the time line.
        public static Timestamp utc(Precision precision) {
            return new Timestamp(precision, Optional.of("UTC"));
        }

        /// A date and time without a zone.
        public static Timestamp local(Precision precision) {
            return new Timestamp(precision, Optional.empty());
        }

        @Override
        public String toString() {
            return zone.map(name -> "timestamp(" + precision.symbol() + ", " + name + ")")
                    .orElse("timestamp(" + precision.symbol() + ")");
        }
    }

    /// [Value.Span].
    record Duration(Precision precision) implements ValueType {
        @Override
        public String toString() {
            return "duration(" + precision.symbol() + ")";
        }
    }

    /// [Value.Interval]: months, days and nanoseconds, each for itself.
    record Interval() implements ValueType {
        @Override
        public String toString() {
            return "interval";
        }
    }

    /// [Value.Elements], each of the element's type; the element's name is of no meaning.
    record ListOf(Field element) implements ValueType {

        /// A list whose elements may be null.
        public static ListOf of(ValueType element) {
            return new ListOf(Field.nullable("element", element));
        }

        @Override
        public String toString() {
            return "list<" + element.type() + (element.nullable() ? "" : " not null") + ">";
        }
    }

    /// [Value.Entries]; the keys are never null.
    record MapOf(Field key, Field value) implements ValueType {

        /// A map whose values may be null.
        public static MapOf of(ValueType key, ValueType value) {
            return new MapOf(Field.required("key", key), Field.nullable("value", value));
        }

        @Override
        public String toString() {
            return "map<" + key.type() + ", " + value.type() + ">";
        }
    }

    /// [Value.Struct] with a value for each field, in this order.
    record Struct(List<Field> fields) implements ValueType {

        public Struct {
            fields = List.copyOf(fields);
        }

        public static Struct of(Field... fields) {
            return new Struct(List.of(fields));
        }

        @Override
        public String toString() {
            return fields.stream()
                    .map(Field::toString)
                    .collect(Collectors.joining(", ", "struct<", ">"));
        }
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException(what + " is not possible");
        }
    }
}

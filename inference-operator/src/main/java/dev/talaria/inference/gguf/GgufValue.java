package dev.talaria.inference.gguf;

import static java.util.Objects.requireNonNull;

/// A metadata value.
public sealed interface GgufValue
        permits GgufValue.Whole, GgufValue.Real, GgufValue.Flag, GgufValue.Text, GgufArray {

    /// The type under which it stands in the file.
    GgufType type();

    /// A whole number. An unsigned 64-bit one above `Long.MAX_VALUE` shows as negative.
    record Whole(GgufType type, long value) implements GgufValue {
        public Whole {
            if (!type.isInteger()) {
                throw new IllegalArgumentException(type + " is no type of whole numbers");
            }
        }

        @Override
        public String toString() {
            return type == GgufType.UINT64 ? Long.toUnsignedString(value) : Long.toString(value);
        }
    }

    /// A floating-point number.
    record Real(GgufType type, double value) implements GgufValue {
        public Real {
            if (!type.isReal()) {
                throw new IllegalArgumentException(type + " is no floating-point type");
            }
        }

        @Override
        public String toString() {
            return type == GgufType.FLOAT32
                    ? Float.toString((float) value)
                    : Double.toString(value);
        }
    }

    /// True or false.
    record Flag(boolean value) implements GgufValue {
        @Override
        public GgufType type() {
            return GgufType.BOOL;
        }

        @Override
        public String toString() {
            return Boolean.toString(value);
        }
    }

    /// A string.
    record Text(String value) implements GgufValue {
        public Text {
            requireNonNull(value, "value");
        }

        @Override
        public GgufType type() {
            return GgufType.STRING;
        }

        @Override
        public String toString() {
            return value;
        }
    }

    /// A number of type `uint32`, the usual one for counts and ids.
    static Whole uint32(long value) {
        return new Whole(GgufType.UINT32, value);
    }

    /// A number of type `float32`.
    static Real float32(float value) {
        return new Real(GgufType.FLOAT32, value);
    }
}

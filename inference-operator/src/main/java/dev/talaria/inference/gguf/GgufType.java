package dev.talaria.inference.gguf;

import java.util.Locale;

/// The types of a metadata value, in the order of their numbers in the file.
public enum GgufType {
    UINT8(1),
    INT8(1),
    UINT16(2),
    INT16(2),
    UINT32(4),
    INT32(4),
    FLOAT32(4),
    BOOL(1),
    STRING(0),
    ARRAY(0),
    UINT64(8),
    INT64(8),
    FLOAT64(8);

    private static final GgufType[] VALUES = values();

    private final int bytes;

    GgufType(int bytes) {
        this.bytes = bytes;
    }

    /// The type's number in a file.
    public int id() {
        return ordinal();
    }

    /// Bytes of one value; 0 for strings and arrays, whose lengths vary.
    public int bytes() {
        return bytes;
    }

    /// Whether values are whole numbers.
    public boolean isInteger() {
        return switch (this) {
            case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64 -> true;
            case FLOAT32, FLOAT64, BOOL, STRING, ARRAY -> false;
        };
    }

    /// Whether values are floating-point numbers.
    public boolean isReal() {
        return this == FLOAT32 || this == FLOAT64;
    }

    /// The type of that number, or null where there is none.
    static GgufType ofId(int id) {
        return id >= 0 && id < VALUES.length ? VALUES[id] : null;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

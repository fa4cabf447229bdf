package dev.talaria.inference.safetensors;

import dev.talaria.inference.tensor.TensorType;

import java.util.Optional;

/// Every element type a safetensors file may name, whether or not this program can compute with it.
///
/// Names and widths are those of the format's reference implementation.
public enum SafetensorsType {
    BOOL(8),
    F4(4),
    F6_E2M3(6),
    F6_E3M2(6),
    U8(8),
    I8(8),
    F8_E5M2(8),
    F8_E4M3(8),
    F8_E8M0(8),
    F8_E4M3FNUZ(8),
    F8_E5M2FNUZ(8),
    I16(16),
    U16(16),
    F16(16),
    BF16(16),
    I32(32),
    U32(32),
    F32(32),
    C64(64),
    F64(64),
    I64(64),
    U64(64);

    private static final SafetensorsType[] VALUES = values();

    private final int bits;

    SafetensorsType(int bits) {
        this.bits = bits;
    }

    /// The type of that name in a file, if it is known.
    public static Optional<SafetensorsType> named(String name) {
        for (SafetensorsType type : VALUES) {
            if (type.name().equals(name)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    /// Bits of one element.
    public int bits() {
        return bits;
    }

    /// The type of weights stored so, if this program can compute with them.
    public Optional<TensorType> weightType() {
        return switch (this) {
            case F32 -> Optional.of(TensorType.F32);
            case F16 -> Optional.of(TensorType.F16);
            case BF16 -> Optional.of(TensorType.BF16);
            case BOOL,
                    F4,
                    F6_E2M3,
                    F6_E3M2,
                    U8,
                    I8,
                    F8_E5M2,
                    F8_E4M3,
                    F8_E8M0,
                    F8_E4M3FNUZ,
                    F8_E5M2FNUZ,
                    I16,
                    U16,
                    I32,
                    U32,
                    C64,
                    F64,
                    I64,
                    U64 ->
                    Optional.empty();
        };
    }
}

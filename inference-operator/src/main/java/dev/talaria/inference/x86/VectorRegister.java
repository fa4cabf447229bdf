package dev.talaria.inference.x86;

/// One of the 32 vector registers, or the lower part of it.
///
/// @param bits 128, 256 or 512
/// @param number 0 to 31
public record VectorRegister(int bits, int number) implements Operand {

    public VectorRegister {
        if (bits != 128 && bits != 256 && bits != 512) {
            throw new IllegalArgumentException("a vector register of " + bits + " bits");
        }
        if (number < 0 || number > 31) {
            throw new IllegalArgumentException("vector register " + number + " of 32");
        }
    }

    /// All 512 bits of a register.
    public static VectorRegister zmm(int number) {
        return new VectorRegister(512, number);
    }

    /// The lower 256 bits of a register.
    public static VectorRegister ymm(int number) {
        return new VectorRegister(256, number);
    }

    /// The lower 128 bits of a register.
    public static VectorRegister xmm(int number) {
        return new VectorRegister(128, number);
    }

    /// The lower part of the same register.
    public VectorRegister lower(int lowerBits) {
        return new VectorRegister(lowerBits, number);
    }

    @Override
    public String toString() {
        return (bits == 512 ? "zmm" : bits == 256 ? "ymm" : "xmm") + number;
    }
}

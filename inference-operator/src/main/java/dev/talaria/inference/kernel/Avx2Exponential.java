package dev.talaria.inference.kernel;

import dev.talaria.inference.x86.Address;
import dev.talaria.inference.x86.Avx2Assembler;
import dev.talaria.inference.x86.VectorRegister;

/// What [VectorKernels#exp] does, bit for bit, in registers of AVX2. Constants are kept in memory:
/// as operands they take no registers.
///
/// @param table [#BYTES] of the stack, at a multiple of 32
record Avx2Exponential(Avx2Assembler code, Address table) {

    /// The least argument: the exponential of what is below is that of this one.
    static final float LEAST = -87f;

    /// The greatest argument that may be given.
    static final float GREATEST = 87f;

    private static final int FACTORIALS = 4;

    // 1 / ln 2; what shifts a float's whole part to its lowest bits; -ln 2 in two parts; the Taylor
    // series.
    private static final float[] CONSTANTS = {
        1.44269504f,
        0x1.8p23f,
        -0.693359375f,
        2.12194440e-4f,
        1f / 5040,
        1f / 720,
        1f / 120,
        1f / 24,
        1f / 6,
        0.5f,
        1f
    };

    /// Bytes of the table.
    static final int BYTES = CONSTANTS.length * Avx2Lanes.VECTOR;

    private Address constant(int index) {
        return table.plus(index * Avx2Lanes.VECTOR);
    }

    /// One, in all lanes.
    Address one() {
        return constant(CONSTANTS.length - 1);
    }

    /// Writes the table.
    ///
    /// @param free written over
    void prepare(Avx2Lanes lanes, VectorRegister free) {
        for (int i = 0; i < CONSTANTS.length; i++) {
            lanes.fill(free, Float.floatToRawIntBits(CONSTANTS[i]));
            code.vmovdqa(constant(i), free);
        }
    }

    /// `to = e^max(x, LEAST)`.
    ///
    /// @param x at most [#GREATEST]; written over
    /// @param least [#LEAST] in all lanes
    /// @param free written over
    void emit(VectorRegister x, VectorRegister to, VectorRegister least, VectorRegister free) {
        code.vmaxps(x, least, x);
        code.vmovdqa(free, constant(1));
        code.vfmadd231ps(free, x, constant(0));
        code.vsubps(to, free, constant(1));
        code.vfmadd231ps(x, to, constant(2));
        code.vfmadd231ps(x, to, constant(3));
        code.vmovdqa(to, constant(FACTORIALS));
        for (int i = FACTORIALS + 1; i < CONSTANTS.length; i++) {
            code.vfmadd213ps(to, x, constant(i));
        }
        code.vfmadd213ps(to, x, one());
        code.vpslld(free, free, 23);
        code.vpaddd(to, to, free);
    }
}

package dev.talaria.inference.kernel;

import static java.lang.Float.float16ToFloat;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import dev.talaria.inference.tensor.Tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// What the bytes of every storage type mean, element by element: the plain reading that the fast
/// ones are tested against, and the one that embedding rows are looked up with.
///
/// Layouts as in the GGUF specification (ggml).
public final class RowDecoder {

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(LITTLE_ENDIAN);

    private RowDecoder() {}

    /// Writes one row of the tensor as floats.
    ///
    /// @param out room for `tensor.columns()` from `outOffset`
    public static void decode(Tensor tensor, int row, float[] out, int outOffset) {
        long rowBytes = tensor.rowBytes();
        MemorySegment bytes = tensor.data().asSlice(row * rowBytes, rowBytes);
        int columns = tensor.columns();
        switch (tensor.type()) {
            case F32 -> f32(bytes, columns, out, outOffset);
            case F16 -> f16(bytes, columns, out, outOffset);
            case BF16 -> bf16(bytes, columns, out, outOffset);
            case Q8_0 -> q8(bytes, columns, out, outOffset);
            case Q4_0 -> q4(bytes, columns, out, outOffset);
            case Q4_1 -> SmallBlockRows.q41(bytes, columns, out, outOffset);
            case Q5_0 -> SmallBlockRows.q50(bytes, columns, out, outOffset);
            case Q5_1 -> SmallBlockRows.q51(bytes, columns, out, outOffset);
            case Q2_K -> KQuantRows.q2k(bytes, columns, out, outOffset);
            case Q3_K -> KQuantRows.q3k(bytes, columns, out, outOffset);
            case Q4_K -> KQuantRows.q4k(bytes, columns, out, outOffset);
            case Q5_K -> KQuantRows.q5k(bytes, columns, out, outOffset);
            case Q6_K -> KQuantRows.q6k(bytes, columns, out, outOffset);
            case IQ4_NL -> LookupRows.iq4nl(bytes, columns, out, outOffset);
            case IQ4_XS -> LookupRows.iq4xs(bytes, columns, out, outOffset);
        }
    }

    private static void f32(MemorySegment bytes, int columns, float[] out, int outOffset) {
        MemorySegment.copy(bytes, FLOAT, 0, out, outOffset, columns);
    }

    private static void f16(MemorySegment bytes, int columns, float[] out, int outOffset) {
        for (int i = 0; i < columns; i++) {
            out[outOffset + i] = half(bytes, 2L * i);
        }
    }

    private static void bf16(MemorySegment bytes, int columns, float[] out, int outOffset) {
        for (int i = 0; i < columns; i++) {
            out[outOffset + i] = Float.intBitsToFloat(bytes.get(SHORT, 2L * i) << 16);
        }
    }

    // d, then 32 signed bytes: w = d * q
    private static void q8(MemorySegment bytes, int columns, float[] out, int outOffset) {
        for (int block = 0; block < columns / 32; block++) {
            long at = block * 34L;
            float d = scale(bytes, at);
            for (int i = 0; i < 32; i++) {
                out[outOffset + block * 32 + i] = d * signed(bytes, at + 2 + i);
            }
        }
    }

    // d, then 16 bytes; the low nibbles are the first 16 elements: w = d * (q - 8)
    private static void q4(MemorySegment bytes, int columns, float[] out, int outOffset) {
        for (int block = 0; block < columns / 32; block++) {
            long at = block * 18L;
            float d = scale(bytes, at);
            for (int i = 0; i < 16; i++) {
                int pair = unsigned(bytes, at + 2 + i);
                out[outOffset + block * 32 + i] = d * ((pair & 15) - 8);
                out[outOffset + block * 32 + 16 + i] = d * ((pair >> 4) - 8);
            }
        }
    }

    /// A block's scale or minimum, a half-precision number; NaN where it is not finite, and so is
    /// then every weight it takes part in.
    ///
    /// Infinity times the number zero would be NaN and times any other infinity; which of them a
    /// fast reading gets depends on its order of operations, and no sum with one is of any use.
    static float scale(MemorySegment bytes, long offset) {
        float scale = half(bytes, offset);
        return Float.isFinite(scale) ? scale : Float.NaN;
    }

    private static float half(MemorySegment bytes, long offset) {
        return float16ToFloat(bytes.get(SHORT, offset));
    }

    static int signed(MemorySegment bytes, long offset) {
        return bytes.get(ValueLayout.JAVA_BYTE, offset);
    }

    static int unsigned(MemorySegment bytes, long offset) {
        return Byte.toUnsignedInt(bytes.get(ValueLayout.JAVA_BYTE, offset));
    }
}

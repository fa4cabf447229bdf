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
            case Q4_K -> q4k(bytes, columns, out, outOffset);
            case Q6_K -> q6k(bytes, columns, out, outOffset);
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
            float d = half(bytes, at);
            for (int i = 0; i < 32; i++) {
                out[outOffset + block * 32 + i] = d * signed(bytes, at + 2 + i);
            }
        }
    }

    // d, then 16 bytes; the low nibbles are the first 16 elements: w = d * (q - 8)
    private static void q4(MemorySegment bytes, int columns, float[] out, int outOffset) {
        for (int block = 0; block < columns / 32; block++) {
            long at = block * 18L;
            float d = half(bytes, at);
            for (int i = 0; i < 16; i++) {
                int pair = unsigned(bytes, at + 2 + i);
                out[outOffset + block * 32 + i] = d * ((pair & 15) - 8);
                out[outOffset + block * 32 + 16 + i] = d * ((pair >> 4) - 8);
            }
        }
    }

    // d and dmin, twelve bytes with eight six-bit scales and minimums, then nibbles:
    // w = d * scale * q - dmin * minimum, per group of 32
    private static void q4k(MemorySegment bytes, int columns, float[] out, int outOffset) {
        for (int block = 0; block < columns / 256; block++) {
            long at = block * 144L;
            float d = half(bytes, at);
            float dmin = half(bytes, at + 2);
            for (int group = 0; group < 8; group++) {
                float scale = d * sixBitScale(bytes, at + 4, group);
                float minimum = dmin * sixBitMinimum(bytes, at + 4, group);
                long nibbles = at + 16 + group / 2 * 32L;
                int shift = group % 2 * 4;
                for (int i = 0; i < 32; i++) {
                    int q = unsigned(bytes, nibbles + i) >> shift & 15;
                    out[outOffset + block * 256 + group * 32 + i] = scale * q - minimum;
                }
            }
        }
    }

    private static int sixBitScale(MemorySegment bytes, long scales, int group) {
        if (group < 4) {
            return unsigned(bytes, scales + group) & 63;
        }
        return unsigned(bytes, scales + group + 4) & 15
                | unsigned(bytes, scales + group - 4) >> 6 << 4;
    }

    private static int sixBitMinimum(MemorySegment bytes, long scales, int group) {
        if (group < 4) {
            return unsigned(bytes, scales + group + 4) & 63;
        }
        return unsigned(bytes, scales + group + 4) >> 4 | unsigned(bytes, scales + group) >> 6 << 4;
    }

    // 128 bytes of low nibbles, 64 of upper bit pairs, 16 signed scales, d:
    // w = d * scale * (q - 32), per group of 16
    private static void q6k(MemorySegment bytes, int columns, float[] out, int outOffset) {
        for (int block = 0; block < columns / 256; block++) {
            long at = block * 210L;
            float d = half(bytes, at + 208);
            for (int i = 0; i < 256; i++) {
                int part = i / 128;
                int quarter = i % 128 / 32;
                int lane = i % 32;
                int low =
                        unsigned(bytes, at + part * 64L + quarter % 2 * 32L + lane)
                                        >> quarter / 2 * 4
                                & 15;
                int high = unsigned(bytes, at + 128 + part * 32L + lane) >> quarter * 2 & 3;
                float scale = d * signed(bytes, at + 192 + i / 16);
                out[outOffset + block * 256 + i] = scale * ((low | high << 4) - 32);
            }
        }
    }

    private static float half(MemorySegment bytes, long offset) {
        return float16ToFloat(bytes.get(SHORT, offset));
    }

    private static int signed(MemorySegment bytes, long offset) {
        return bytes.get(ValueLayout.JAVA_BYTE, offset);
    }

    private static int unsigned(MemorySegment bytes, long offset) {
        return Byte.toUnsignedInt(bytes.get(ValueLayout.JAVA_BYTE, offset));
    }
}

package dev.talaria.inference.kernel;

import static dev.talaria.inference.kernel.RowDecoder.scale;
import static dev.talaria.inference.kernel.RowDecoder.unsigned;

import java.lang.foreign.MemorySegment;

/// What blocks of 32 with a minimum or a fifth bit mean. Part of [RowDecoder].
final class SmallBlockRows {

    private SmallBlockRows() {}

    // d and m, then 16 bytes; the low nibbles are the first 16 elements: w = d * q + m
    static void q41(MemorySegment bytes, int columns, float[] out, int outOffset) {
        for (int block = 0; block < columns / 32; block++) {
            long at = block * 20L;
            float d = scale(bytes, at);
            float m = scale(bytes, at + 2);
            for (int i = 0; i < 32; i++) {
                out[outOffset + block * 32 + i] = d * nibble(bytes, at + 4, i) + m;
            }
        }
    }

    // d, 4 bytes with the fifth bits, 16 with the low four: w = d * (q - 16)
    static void q50(MemorySegment bytes, int columns, float[] out, int outOffset) {
        for (int block = 0; block < columns / 32; block++) {
            long at = block * 22L;
            float d = scale(bytes, at);
            for (int i = 0; i < 32; i++) {
                int q = nibble(bytes, at + 6, i) | bit(bytes, at + 2, i) << 4;
                out[outOffset + block * 32 + i] = d * (q - 16);
            }
        }
    }

    // d and m, 4 bytes with the fifth bits, 16 with the low four: w = d * q + m
    static void q51(MemorySegment bytes, int columns, float[] out, int outOffset) {
        for (int block = 0; block < columns / 32; block++) {
            long at = block * 24L;
            float d = scale(bytes, at);
            float m = scale(bytes, at + 2);
            for (int i = 0; i < 32; i++) {
                int q = nibble(bytes, at + 8, i) | bit(bytes, at + 4, i) << 4;
                out[outOffset + block * 32 + i] = d * q + m;
            }
        }
    }

    /// Nibble `i` of 32: the first 16 are the low ones.
    static int nibble(MemorySegment bytes, long at, int i) {
        return unsigned(bytes, at + i % 16) >> i / 16 * 4 & 15;
    }

    private static int bit(MemorySegment bytes, long at, int i) {
        return unsigned(bytes, at + i / 8) >> i % 8 & 1;
    }
}

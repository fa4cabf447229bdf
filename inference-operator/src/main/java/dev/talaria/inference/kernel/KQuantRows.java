package dev.talaria.inference.kernel;

import static dev.talaria.inference.kernel.RowDecoder.scale;
import static dev.talaria.inference.kernel.RowDecoder.signed;
import static dev.talaria.inference.kernel.RowDecoder.unsigned;

import java.lang.foreign.MemorySegment;

/// What blocks of 256 with scales of their groups mean. Part of [RowDecoder].
final class KQuantRows {

    private KQuantRows() {}

    // 16 bytes with a four-bit scale (low) and minimum (high) each, 64 of bit pairs, d and dmin:
    // w = d * scale * q - dmin * minimum, per group of 16
    static void q2k(MemorySegment bytes, int columns, float[] out, int outOffset) {
        for (int block = 0; block < columns / 256; block++) {
            long at = block * 84L;
            float d = scale(bytes, at + 80);
            float dmin = scale(bytes, at + 82);
            for (int i = 0; i < 256; i++) {
                int pair = unsigned(bytes, at + i / 16);
                int q = bitPair(bytes, at + 16, i);
                out[outOffset + block * 256 + i] = d * (pair & 15) * q - dmin * (pair >> 4);
            }
        }
    }

    // 32 bytes of upper bits, 64 of lower bit pairs, twelve with 16 six-bit scales, d:
    // w = d * (scale - 32) * (q - 4), per group of 16
    static void q3k(MemorySegment bytes, int columns, float[] out, int outOffset) {
        for (int block = 0; block < columns / 256; block++) {
            long at = block * 110L;
            float d = scale(bytes, at + 108);
            for (int i = 0; i < 256; i++) {
                int high = unsigned(bytes, at + i % 32) >> i / 32 & 1;
                int q = bitPair(bytes, at + 32, i) | high << 2;
                int scale = q3kScale(bytes, at + 96, i / 16);
                out[outOffset + block * 256 + i] = d * (scale - 32) * (q - 4);
            }
        }
    }

    // Of every 128 elements the bytes 32 p to 32 p + 31 hold four, 32 apart, from the low bits up.
    private static int bitPair(MemorySegment bytes, long at, int i) {
        return unsigned(bytes, at + i / 128 * 32L + i % 32) >> i % 128 / 32 * 2 & 3;
    }

    // Four bits of each in the first eight bytes, low nibbles first; two in the last four bytes.
    static int q3kScale(MemorySegment bytes, long at, int group) {
        int low = unsigned(bytes, at + group % 8) >> group / 8 * 4 & 15;
        int high = unsigned(bytes, at + 8 + group % 4) >> group / 4 * 2 & 3;
        return low | high << 4;
    }

    // d and dmin, twelve bytes with eight six-bit scales and minimums, then nibbles:
    // w = d * scale * q - dmin * minimum, per group of 32
    static void q4k(MemorySegment bytes, int columns, float[] out, int outOffset) {
        for (int block = 0; block < columns / 256; block++) {
            long at = block * 144L;
            float d = scale(bytes, at);
            float dmin = scale(bytes, at + 2);
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

    // As Q4_K, with 32 bytes of fifth bits before the nibbles: bit g of byte l is that of element l
    // of group g.
    static void q5k(MemorySegment bytes, int columns, float[] out, int outOffset) {
        for (int block = 0; block < columns / 256; block++) {
            long at = block * 176L;
            float d = scale(bytes, at);
            float dmin = scale(bytes, at + 2);
            for (int group = 0; group < 8; group++) {
                float scale = d * sixBitScale(bytes, at + 4, group);
                float minimum = dmin * sixBitMinimum(bytes, at + 4, group);
                long nibbles = at + 48 + group / 2 * 32L;
                for (int i = 0; i < 32; i++) {
                    int low = unsigned(bytes, nibbles + i) >> group % 2 * 4 & 15;
                    int high = unsigned(bytes, at + 16 + i) >> group & 1;
                    float weight = scale * (low | high << 4) - minimum;
                    out[outOffset + block * 256 + group * 32 + i] = weight;
                }
            }
        }
    }

    static int sixBitScale(MemorySegment bytes, long scales, int group) {
        if (group < 4) {
            return unsigned(bytes, scales + group) & 63;
        }
        return unsigned(bytes, scales + group + 4) & 15
                | unsigned(bytes, scales + group - 4) >> 6 << 4;
    }

    static int sixBitMinimum(MemorySegment bytes, long scales, int group) {
        if (group < 4) {
            return unsigned(bytes, scales + group + 4) & 63;
        }
        return unsigned(bytes, scales + group + 4) >> 4 | unsigned(bytes, scales + group) >> 6 << 4;
    }

    // 128 bytes of low nibbles, 64 of upper bit pairs, 16 signed scales, d:
    // w = d * scale * (q - 32), per group of 16
    static void q6k(MemorySegment bytes, int columns, float[] out, int outOffset) {
        for (int block = 0; block < columns / 256; block++) {
            long at = block * 210L;
            float d = scale(bytes, at + 208);
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
}

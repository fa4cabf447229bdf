package dev.talaria.inference.kernel;

import static dev.talaria.inference.kernel.RowDecoder.scale;
import static dev.talaria.inference.kernel.RowDecoder.unsigned;

import java.lang.foreign.MemorySegment;

/// What blocks mean whose nibbles are places in a table. Part of [RowDecoder].
final class LookupRows {

    private LookupRows() {}

    // d, then 16 bytes; the low nibbles are the first 16 elements: w = d * table[q]
    static void iq4nl(MemorySegment bytes, int columns, float[] out, int outOffset) {
        for (int block = 0; block < columns / 32; block++) {
            long at = block * 18L;
            group(bytes, at + 2, scale(bytes, at), out, outOffset + block * 32);
        }
    }

    // d, 2 bytes with the upper two bits of eight scales, 4 with their lower four bits, then the
    // nibbles: w = d * (scale - 32) * table[q], per group of 32
    static void iq4xs(MemorySegment bytes, int columns, float[] out, int outOffset) {
        for (int block = 0; block < columns / 256; block++) {
            long at = block * 136L;
            float d = scale(bytes, at);
            for (int group = 0; group < 8; group++) {
                float scale = d * (iq4xsScale(bytes, at, group) - 32);
                group(
                        bytes,
                        at + 8 + group * 16L,
                        scale,
                        out,
                        outOffset + block * 256 + group * 32);
            }
        }
    }

    static int iq4xsScale(MemorySegment bytes, long at, int group) {
        int low = unsigned(bytes, at + 4 + group / 2) >> group % 2 * 4 & 15;
        int high = unsigned(bytes, at + 2 + group / 4) >> group % 4 * 2 & 3;
        return low | high << 4;
    }

    private static void group(MemorySegment bytes, long at, float scale, float[] out, int to) {
        for (int i = 0; i < 32; i++) {
            out[to + i] = scale * NonlinearTable.value(SmallBlockRows.nibble(bytes, at, i));
        }
    }
}

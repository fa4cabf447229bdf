package dev.talaria.inference.kernel;

import static dev.talaria.inference.kernel.PanelDecoder.PANEL_ROWS;
import static dev.talaria.inference.kernel.PanelDecoder.PLANE_BYTES;
import static dev.talaria.inference.kernel.PanelDecoder.scale;
import static dev.talaria.inference.kernel.PanelDecoder.toFloat;
import static dev.talaria.inference.kernel.PanelDecoder.word;

import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

import java.lang.foreign.MemorySegment;

/// Decodes panels of Q3_K: what [KQuantRows] says. Part of [PanelDecoder].
///
/// The numbers of four neighbours are put together in the bytes of a word at once. Products of
/// scales and numbers are exact in float32, so the one rounding of a multiply-add is that of the
/// plain reading. Loops call nothing but the Vector API, as in [PlacedPanels].
final class KQuantPanels {

    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final int BIT_PAIRS = 0x03030303;
    private static final int BITS = 0x01010101;

    private KQuantPanels() {}

    static void q3k(
            PanelMatrix matrix, int panel, int fromColumn, int count, float[] out, int lane) {
        for (int k = 0; k < count; k += 256) {
            int block = (fromColumn + k) / 256;
            long scaleAt = matrix.scaleOffset(panel, lane, block);
            long at = matrix.payloadOffset(panel, lane, block);
            for (int group = 0; group < 16; group++) {
                int to = (k + 16 * group) * PANEL_ROWS + lane;
                q3kGroup(matrix.words(), scaleAt, at, group, out, to);
            }
        }
    }

    // Words: 8 of upper bits, 16 of lower bit pairs, 3 of six-bit scales. A group is 16 elements.
    private static void q3kGroup(
            MemorySegment words, long scaleAt, long at, int group, float[] out, int to) {
        int octet = group % 4 * 8;
        IntVector four =
                word(words, at + (24 + group % 8 / 4) * PLANE_BYTES)
                        .lanewise(LSHR, octet + group / 8 * 4)
                        .and(15);
        IntVector two =
                word(words, at + 26 * PLANE_BYTES).lanewise(LSHR, octet + group / 4 * 2).and(3);
        IntVector sixBits = two.lanewise(LSHL, 4).or(four);
        FloatVector scale = scale(words, scaleAt).mul(toFloat(sixBits.sub(32)));
        FloatVector offset = scale.mul(-4f);
        int first = group % 2 * 4;
        int pairShift = group % 8 / 2 * 2;
        int bitShift = group / 2;
        long pairs = at + (8 + group / 8 * 8 + first) * PLANE_BYTES;
        long upper = at + first * PLANE_BYTES;
        for (int j = 0; j < 4; j++) {
            IntVector low =
                    IntVector.fromMemorySegment(INTS, words, pairs + j * PLANE_BYTES, LITTLE_ENDIAN)
                            .lanewise(LSHR, pairShift);
            IntVector high =
                    IntVector.fromMemorySegment(INTS, words, upper + j * PLANE_BYTES, LITTLE_ENDIAN)
                            .lanewise(LSHR, bitShift);
            IntVector word = high.and(BITS).lanewise(LSHL, 2).or(low.and(BIT_PAIRS));
            int column = to + 4 * j * PANEL_ROWS;
            scale.fma(word.and(0xFF).convert(I2F, 0), offset).intoArray(out, column);
            scale.fma(word.lanewise(LSHR, 8).and(0xFF).convert(I2F, 0), offset)
                    .intoArray(out, column + PANEL_ROWS);
            scale.fma(word.lanewise(LSHR, 16).and(0xFF).convert(I2F, 0), offset)
                    .intoArray(out, column + 2 * PANEL_ROWS);
            scale.fma(word.lanewise(LSHR, 24).convert(I2F, 0), offset)
                    .intoArray(out, column + 3 * PANEL_ROWS);
        }
    }
}

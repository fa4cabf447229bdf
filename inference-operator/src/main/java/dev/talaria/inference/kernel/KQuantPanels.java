package dev.talaria.inference.kernel;

import static dev.talaria.inference.kernel.PanelDecoder.PANEL_ROWS;
import static dev.talaria.inference.kernel.PanelDecoder.PLANE_BYTES;
import static dev.talaria.inference.kernel.PanelDecoder.lowerScale;
import static dev.talaria.inference.kernel.PanelDecoder.scale;
import static dev.talaria.inference.kernel.PanelDecoder.toFloat;
import static dev.talaria.inference.kernel.PanelDecoder.upperScale;
import static dev.talaria.inference.kernel.PanelDecoder.word;

import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

import java.lang.foreign.MemorySegment;

/// Decodes panels of Q2_K, Q3_K and Q5_K: what [KQuantRows] says. Part of [PanelDecoder].
///
/// The numbers of four neighbours are put together in the bytes of a word at once. Products of
/// scales and numbers are exact in float32, so the one rounding of a multiply-add is that of the
/// plain reading. Loops call nothing but the Vector API, as in [SmallBlockPanels].
final class KQuantPanels {

    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final int NIBBLES = 0x0F0F0F0F;
    private static final int BIT_PAIRS = 0x03030303;
    private static final int BITS = 0x01010101;

    private KQuantPanels() {}

    static void q2k(
            PanelMatrix matrix, int panel, int fromColumn, int count, float[] out, int lane) {
        for (int k = 0; k < count; k += 256) {
            long at = matrix.payloadOffset(panel, lane, (fromColumn + k) / 256);
            for (int group = 0; group < 16; group++) {
                q2kGroup(matrix.words(), at, group, out, (k + 16 * group) * PANEL_ROWS + lane);
            }
        }
    }

    // Words: 4 of scales and minimums, 16 of bit pairs, d and dmin. A group is 16 elements.
    private static void q2kGroup(MemorySegment words, long at, int group, float[] out, int to) {
        IntVector tail = word(words, at + 20 * PLANE_BYTES);
        IntVector scales = word(words, at + group / 4 * PLANE_BYTES).lanewise(LSHR, group % 4 * 8);
        FloatVector scale = lowerScale(tail).mul(toFloat(scales.and(15)));
        FloatVector minimum = upperScale(tail).mul(toFloat(scales.lanewise(LSHR, 4).and(15))).neg();
        int shift = group % 8 / 2 * 2;
        long pairs = at + (4 + group / 8 * 8 + group % 2 * 4) * PLANE_BYTES;
        for (int j = 0; j < 4; j++) {
            IntVector word =
                    IntVector.fromMemorySegment(INTS, words, pairs + j * PLANE_BYTES, LITTLE_ENDIAN)
                            .lanewise(LSHR, shift)
                            .and(BIT_PAIRS);
            int column = to + 4 * j * PANEL_ROWS;
            scale.fma(word.and(0xFF).convert(I2F, 0), minimum).intoArray(out, column);
            scale.fma(word.lanewise(LSHR, 8).and(0xFF).convert(I2F, 0), minimum)
                    .intoArray(out, column + PANEL_ROWS);
            scale.fma(word.lanewise(LSHR, 16).and(0xFF).convert(I2F, 0), minimum)
                    .intoArray(out, column + 2 * PANEL_ROWS);
            scale.fma(word.lanewise(LSHR, 24).convert(I2F, 0), minimum)
                    .intoArray(out, column + 3 * PANEL_ROWS);
        }
    }

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

    static void q5k(
            PanelMatrix matrix, int panel, int fromColumn, int count, float[] out, int lane) {
        for (int k = 0; k < count; k += 256) {
            long at = matrix.payloadOffset(panel, lane, (fromColumn + k) / 256);
            for (int group = 0; group < 8; group++) {
                q5kGroup(matrix.words(), at, group, out, (k + 32 * group) * PANEL_ROWS + lane);
            }
        }
    }

    // Words: d and dmin; 3 of six-bit scales and minimums; 8 of fifth bits; 32 of nibbles. A group
    // is 32 elements.
    private static void q5kGroup(MemorySegment words, long at, int group, float[] out, int to) {
        IntVector head = word(words, at);
        IntVector first = word(words, at + PLANE_BYTES);
        IntVector second = word(words, at + 2 * PLANE_BYTES);
        IntVector third = word(words, at + 3 * PLANE_BYTES);
        int octet = group % 4 * 8;
        IntVector sixBits = PanelDecoder.sixBitScale(first, third, group / 2, octet);
        IntVector minimums = PanelDecoder.sixBitMinimum(second, third, group / 2, octet);
        FloatVector scale = lowerScale(head).mul(toFloat(sixBits));
        FloatVector minimum = upperScale(head).mul(toFloat(minimums)).neg();
        long nibbles = at + (12 + group / 2 * 8) * PLANE_BYTES;
        int shift = group % 2 * 4;
        for (int j = 0; j < 8; j++) {
            IntVector low =
                    IntVector.fromMemorySegment(
                                    INTS, words, nibbles + j * PLANE_BYTES, LITTLE_ENDIAN)
                            .lanewise(LSHR, shift);
            IntVector high =
                    IntVector.fromMemorySegment(
                                    INTS, words, at + (4 + j) * PLANE_BYTES, LITTLE_ENDIAN)
                            .lanewise(LSHR, group);
            IntVector word = high.and(BITS).lanewise(LSHL, 4).or(low.and(NIBBLES));
            int column = to + 4 * j * PANEL_ROWS;
            scale.fma(word.and(0xFF).convert(I2F, 0), minimum).intoArray(out, column);
            scale.fma(word.lanewise(LSHR, 8).and(0xFF).convert(I2F, 0), minimum)
                    .intoArray(out, column + PANEL_ROWS);
            scale.fma(word.lanewise(LSHR, 16).and(0xFF).convert(I2F, 0), minimum)
                    .intoArray(out, column + 2 * PANEL_ROWS);
            scale.fma(word.lanewise(LSHR, 24).convert(I2F, 0), minimum)
                    .intoArray(out, column + 3 * PANEL_ROWS);
        }
    }
}

package dev.talaria.inference.kernel;

import static dev.talaria.inference.kernel.PanelDecoder.PLANE_BYTES;
import static dev.talaria.inference.kernel.PanelDecoder.lowerScale;
import static dev.talaria.inference.kernel.PanelDecoder.scale;
import static dev.talaria.inference.kernel.PanelDecoder.upperScale;
import static dev.talaria.inference.kernel.PanelDecoder.word;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

import java.lang.foreign.MemorySegment;

/// Scale and minimum of the groups of a strip: a weight is its stored number times the scale, plus
/// the minimum (which mostly is below zero). What [SmallBlockRows] and [KQuantRows] say, a vector
/// of rows at a time.
///
/// Both are exact in float32, and so is scale times number: so the one rounding of a multiply-add
/// is that of the plain reading. A scale that is not finite makes NaN of both or of one, and of
/// every weight of its block.
final class GroupScales {

    private static final int NIBBLES = 0x0F0F0F0F;
    private static final int UPPER_BIT_PAIRS = 0x30303030;

    private GroupScales() {}

    /// Writes the vectors of the groups of the columns `[fromColumn, fromColumn + count)`, `step`
    /// floats apart; `fromColumn` is a multiple of 256.
    ///
    /// @param strip where the strip begins, in bytes
    static void decode(
            PanelMatrix matrix,
            long strip,
            int fromColumn,
            int count,
            float[] out,
            int scaleAt,
            int minimumAt,
            int step) {
        MemorySegment words = matrix.words();
        int elements = matrix.blockElements();
        int columns = matrix.places().orElseThrow().groupColumns();
        for (int k = 0; k < count; k += elements) {
            long at = strip + (fromColumn + k) / elements * matrix.blockBytes();
            int s = scaleAt + k / columns * step;
            int m = minimumAt + k / columns * step;
            switch (matrix.type()) {
                case Q4_0 -> apart(words, at, -8f, out, s, m);
                case Q5_0 -> apart(words, at, -16f, out, s, m);
                case Q4_1, Q5_1 -> pair(words, at, out, s, m);
                case Q4_K, Q5_K -> sixBits(words, at, out, s, m, step);
                case Q6_K -> bytes(words, at, out, s, m, step);
                case Q2_K -> nibbles(words, at, out, s, m, step);
                case F32, F16, BF16, Q8_0, Q3_K, IQ4_NL, IQ4_XS ->
                        throw new IllegalArgumentException(matrix.type() + " has no such groups");
            }
        }
    }

    private static void apart(
            MemorySegment words, long at, float zero, float[] out, int scaleAt, int minimumAt) {
        FloatVector d = scale(words, at);
        d.intoArray(out, scaleAt);
        d.mul(zero).intoArray(out, minimumAt);
    }

    private static void pair(
            MemorySegment words, long at, float[] out, int scaleAt, int minimumAt) {
        IntVector head = word(words, at);
        lowerScale(head).intoArray(out, scaleAt);
        upperScale(head).intoArray(out, minimumAt);
    }

    // Words: d and dmin; scales, minimums, both. Groups 0 to 3 have their six bits in one byte; 4
    // to 7 have four bits in the last word and two in the top of the byte of group - 4.
    private static void sixBits(
            MemorySegment words, long at, float[] out, int scaleAt, int minimumAt, int step) {
        IntVector head = word(words, at);
        FloatVector d = lowerScale(head);
        FloatVector dmin = upperScale(head).neg();
        IntVector first = word(words, at + PLANE_BYTES);
        IntVector second = word(words, at + 2 * PLANE_BYTES);
        IntVector third = word(words, at + 3 * PLANE_BYTES);
        IntVector lateScales = first.lanewise(LSHR, 2).and(UPPER_BIT_PAIRS).or(third.and(NIBBLES));
        IntVector lateMinimums =
                second.lanewise(LSHR, 2)
                        .and(UPPER_BIT_PAIRS)
                        .or(third.lanewise(LSHR, 4).and(NIBBLES));
        for (int group = 0; group < 4; group++) {
            int shift = 8 * group;
            int s = scaleAt + group * step;
            int m = minimumAt + group * step;
            d.mul(first.lanewise(LSHR, shift).and(63).convert(I2F, 0)).intoArray(out, s);
            d.mul(lateScales.lanewise(LSHR, shift).and(63).convert(I2F, 0))
                    .intoArray(out, s + 4 * step);
            dmin.mul(second.lanewise(LSHR, shift).and(63).convert(I2F, 0)).intoArray(out, m);
            dmin.mul(lateMinimums.lanewise(LSHR, shift).and(63).convert(I2F, 0))
                    .intoArray(out, m + 4 * step);
        }
    }

    // Words: d; 4 of signed scales. The number 32 stands for zero.
    private static void bytes(
            MemorySegment words, long at, float[] out, int scaleAt, int minimumAt, int step) {
        FloatVector d = scale(words, at);
        for (int group = 0; group < 16; group++) {
            IntVector word = word(words, at + (1 + group / 4) * PLANE_BYTES);
            FloatVector scale =
                    d.mul(
                            word.lanewise(LSHL, 24 - group % 4 * 8)
                                    .lanewise(ASHR, 24)
                                    .convert(I2F, 0));
            scale.intoArray(out, scaleAt + group * step);
            scale.mul(-32f).intoArray(out, minimumAt + group * step);
        }
    }

    // Words: 4 of scales (low nibbles) and minimums; d and dmin.
    private static void nibbles(
            MemorySegment words, long at, float[] out, int scaleAt, int minimumAt, int step) {
        IntVector head = word(words, at + 4 * PLANE_BYTES);
        FloatVector d = lowerScale(head);
        FloatVector dmin = upperScale(head).neg();
        for (int group = 0; group < 16; group++) {
            IntVector byteLow =
                    word(words, at + group / 4 * PLANE_BYTES).lanewise(LSHR, group % 4 * 8);
            d.mul(byteLow.and(15).convert(I2F, 0)).intoArray(out, scaleAt + group * step);
            dmin.mul(byteLow.lanewise(LSHR, 4).and(15).convert(I2F, 0))
                    .intoArray(out, minimumAt + group * step);
        }
    }
}

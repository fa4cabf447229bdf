package dev.talaria.inference.kernel;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.XOR;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

import java.lang.foreign.MemorySegment;

/// Decodes a stretch of a panel into floats: what [RowDecoder] says, a vector of rows at a time.
///
/// Three vectors make a panel. The stretch begins at a whole number of 256 columns, and its floats
/// are laid out `(columns, panelRows)`: for each column the weights of all rows of the panel.
final class PanelDecoder {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final int LANES = FLOATS.length();

    /// Rows of a panel.
    static final int PANEL_ROWS = PanelMatrix.STRIPS * LANES;

    static final long PLANE_BYTES = 4L * LANES;
    private static final float TWO_TO_112 = 0x1p112f;

    // The bits of 1f, of 2^16f and of infinity.
    private static final int ONE = 0x3F800000;
    private static final int TWO_TO_16 = 0x47800000;
    private static final int EXPONENT = 0x7F800000;

    private PanelDecoder() {}

    /// Decodes the columns `[fromColumn, fromColumn + count)`; `fromColumn` is a multiple of 256.
    static void decode(PanelMatrix matrix, int panel, int fromColumn, int count, float[] out) {
        for (int lane = 0; lane < PANEL_ROWS; lane += LANES) {
            switch (matrix.type()) {
                case F32 -> f32(matrix, panel, fromColumn, count, out, lane);
                case F16 -> f16(matrix, panel, fromColumn, count, out, lane);
                case BF16 -> bf16(matrix, panel, fromColumn, count, out, lane);
                case Q8_0 -> q8(matrix, panel, fromColumn, count, out, lane);
                case Q4_0 -> q4(matrix, panel, fromColumn, count, out, lane);
                case Q4_1, Q5_0, Q5_1, Q2_K, Q4_K, Q5_K, Q6_K ->
                        PlacedPanels.weights(matrix, panel, fromColumn, count, out, lane);
                case Q3_K -> KQuantPanels.q3k(matrix, panel, fromColumn, count, out, lane);
                case IQ4_NL -> LookupPanels.iq4nl(matrix, panel, fromColumn, count, out, lane);
                case IQ4_XS -> LookupPanels.iq4xs(matrix, panel, fromColumn, count, out, lane);
            }
        }
    }

    /// Decodes the quantized numbers of the columns `[fromColumn, fromColumn + count)` as they are
    /// stored, neither scaled nor moved to their zero, and puts the scale of every group at
    /// `scalesAt`, `(groups, panelRows)`, and its minimum, if the type has [NumberPlaces], at
    /// `minimumsAt`. For the types of [DecodeProduct].
    static void decodeNumbers(
            PanelMatrix matrix,
            int panel,
            int fromColumn,
            int count,
            float[] out,
            int scalesAt,
            int minimumsAt) {
        for (int lane = 0; lane < PANEL_ROWS; lane += LANES) {
            switch (matrix.type()) {
                case Q8_0 -> {
                    for (int k = 0; k < count; k += 32) {
                        int block = (fromColumn + k) / 32;
                        scale(matrix.words(), matrix.scaleOffset(panel, lane, block))
                                .intoArray(out, scalesAt + k / 32 * PANEL_ROWS + lane);
                    }
                    bytes(matrix, panel, fromColumn, count, out, lane);
                }
                case Q4_0, Q4_1, Q5_0, Q5_1, Q2_K, Q4_K, Q5_K, Q6_K -> {
                    GroupScales.decode(
                            matrix,
                            matrix.scaleOffset(panel, lane, 0),
                            fromColumn,
                            count,
                            out,
                            scalesAt + lane,
                            minimumsAt + lane,
                            PANEL_ROWS);
                    PlacedPanels.numbers(matrix, panel, fromColumn, count, out, lane);
                }
                case F32, F16, BF16, Q3_K, IQ4_NL, IQ4_XS ->
                        throw new IllegalArgumentException(matrix.type() + " has no such groups");
            }
        }
    }

    private static void bytes(
            PanelMatrix matrix, int panel, int fromColumn, int count, float[] out, int lane) {
        MemorySegment words = matrix.words();
        long first = matrix.scaleOffset(panel, lane, fromColumn / 32);
        for (int j = 0; j < count / 4; j++) {
            IntVector word = word(words, first + (j + (j >> 3) + 1) * PLANE_BYTES);
            int to = 4 * j * PANEL_ROWS + lane;
            toFloat(word.lanewise(LSHL, 24).lanewise(ASHR, 24)).intoArray(out, to);
            toFloat(word.lanewise(LSHL, 16).lanewise(ASHR, 24)).intoArray(out, to + PANEL_ROWS);
            toFloat(word.lanewise(LSHL, 8).lanewise(ASHR, 24)).intoArray(out, to + 2 * PANEL_ROWS);
            toFloat(word.lanewise(ASHR, 24)).intoArray(out, to + 3 * PANEL_ROWS);
        }
    }

    private static void f32(
            PanelMatrix matrix, int panel, int fromColumn, int count, float[] out, int lane) {
        MemorySegment words = matrix.words();
        long at = matrix.payloadOffset(panel, lane, fromColumn);
        for (int k = 0; k < count; k++) {
            FloatVector.fromMemorySegment(FLOATS, words, at + k * PLANE_BYTES, LITTLE_ENDIAN)
                    .intoArray(out, k * PANEL_ROWS + lane);
        }
    }

    private static void f16(
            PanelMatrix matrix, int panel, int fromColumn, int count, float[] out, int lane) {
        MemorySegment words = matrix.words();
        long at = matrix.payloadOffset(panel, lane, fromColumn / 2);
        int pairs = (count + 1) / 2;
        for (int pair = 0; pair < pairs; pair++) {
            IntVector word = word(words, at + pair * PLANE_BYTES);
            int to = 2 * pair * PANEL_ROWS + lane;
            upperHalf(word.lanewise(LSHL, 16)).intoArray(out, to);
            upperHalf(word).intoArray(out, to + PANEL_ROWS);
        }
    }

    private static void bf16(
            PanelMatrix matrix, int panel, int fromColumn, int count, float[] out, int lane) {
        MemorySegment words = matrix.words();
        long at = matrix.payloadOffset(panel, lane, fromColumn / 2);
        int pairs = (count + 1) / 2;
        for (int pair = 0; pair < pairs; pair++) {
            IntVector word = word(words, at + pair * PLANE_BYTES);
            int to = 2 * pair * PANEL_ROWS + lane;
            word.lanewise(LSHL, 16).reinterpretAsFloats().intoArray(out, to);
            word.and(0xFFFF0000).reinterpretAsFloats().intoArray(out, to + PANEL_ROWS);
        }
    }

    // A byte moved to the bits 8 to 15 under the exponent of 1 is the float 1 + u / 2^15, where u =
    // q + 128
    // once the sign bit is flipped. So d * q = (d * 2^15) * float - d * (2^15 + 128); both factors
    // have
    // few enough bits to be exact, and the one rounding of the multiply-add is that of d * q.
    private static void q8(
            PanelMatrix matrix, int panel, int fromColumn, int count, float[] out, int lane) {
        MemorySegment words = matrix.words();
        IntVector one = IntVector.broadcast(INTS, ONE);
        IntVector mask = IntVector.broadcast(INTS, 0xFF00);
        for (int k = 0; k < count; k += 32) {
            int block = (fromColumn + k) / 32;
            FloatVector d = scale(words, matrix.scaleOffset(panel, lane, block));
            FloatVector a = d.mul(0x1p15f);
            FloatVector b = d.mul(-(0x1p15f + 128));
            long at = matrix.payloadOffset(panel, lane, block);
            for (int j = 0; j < 8; j++) {
                IntVector word =
                        IntVector.fromMemorySegment(
                                        INTS, words, at + j * PLANE_BYTES, LITTLE_ENDIAN)
                                .lanewise(XOR, 0x80808080);
                int to = (k + 4 * j) * PANEL_ROWS + lane;
                word.lanewise(LSHL, 8)
                        .and(mask)
                        .or(one)
                        .reinterpretAsFloats()
                        .fma(a, b)
                        .intoArray(out, to);
                word.and(mask)
                        .or(one)
                        .reinterpretAsFloats()
                        .fma(a, b)
                        .intoArray(out, to + PANEL_ROWS);
                word.lanewise(LSHR, 8)
                        .and(mask)
                        .or(one)
                        .reinterpretAsFloats()
                        .fma(a, b)
                        .intoArray(out, to + 2 * PANEL_ROWS);
                word.lanewise(LSHR, 16)
                        .and(mask)
                        .or(one)
                        .reinterpretAsFloats()
                        .fma(a, b)
                        .intoArray(out, to + 3 * PANEL_ROWS);
            }
        }
    }

    // As with bytes: a nibble at the bits 12 to 15 is 1 + u / 2^11, one at 16 to 19 is 1 + u / 2^7,
    // and four
    // shifts bring the eight of a word to these places.
    private static void q4(
            PanelMatrix matrix, int panel, int fromColumn, int count, float[] out, int lane) {
        MemorySegment words = matrix.words();
        IntVector one = IntVector.broadcast(INTS, ONE);
        IntVector mask12 = IntVector.broadcast(INTS, 0xF000);
        IntVector mask16 = IntVector.broadcast(INTS, 0xF0000);
        for (int k = 0; k < count; k += 32) {
            int block = (fromColumn + k) / 32;
            FloatVector d = scale(words, matrix.scaleOffset(panel, lane, block));
            FloatVector a12 = d.mul(0x1p11f);
            FloatVector b12 = d.mul(-(0x1p11f + 8));
            FloatVector a16 = d.mul(0x1p7f);
            FloatVector b16 = d.mul(-(0x1p7f + 8));
            long at = matrix.payloadOffset(panel, lane, block);
            for (int j = 0; j < 4; j++) {
                IntVector word =
                        IntVector.fromMemorySegment(
                                INTS, words, at + j * PLANE_BYTES, LITTLE_ENDIAN);
                IntVector early = word.lanewise(LSHL, 12);
                IntVector middle = word.lanewise(LSHL, 4);
                IntVector late = word.lanewise(LSHR, 8);
                IntVector last = word.lanewise(LSHR, 12);
                int to = (k + 8 * j) * PANEL_ROWS + lane;
                early.and(mask12).or(one).reinterpretAsFloats().fma(a12, b12).intoArray(out, to);
                early.and(mask16)
                        .or(one)
                        .reinterpretAsFloats()
                        .fma(a16, b16)
                        .intoArray(out, to + PANEL_ROWS);
                middle.and(mask12)
                        .or(one)
                        .reinterpretAsFloats()
                        .fma(a12, b12)
                        .intoArray(out, to + 2 * PANEL_ROWS);
                middle.and(mask16)
                        .or(one)
                        .reinterpretAsFloats()
                        .fma(a16, b16)
                        .intoArray(out, to + 3 * PANEL_ROWS);
                word.and(mask16)
                        .or(one)
                        .reinterpretAsFloats()
                        .fma(a16, b16)
                        .intoArray(out, to + 4 * PANEL_ROWS);
                late.and(mask12)
                        .or(one)
                        .reinterpretAsFloats()
                        .fma(a12, b12)
                        .intoArray(out, to + 5 * PANEL_ROWS);
                late.and(mask16)
                        .or(one)
                        .reinterpretAsFloats()
                        .fma(a16, b16)
                        .intoArray(out, to + 6 * PANEL_ROWS);
                last.and(mask16)
                        .or(one)
                        .reinterpretAsFloats()
                        .fma(a16, b16)
                        .intoArray(out, to + 7 * PANEL_ROWS);
            }
        }
    }

    static FloatVector scale(MemorySegment words, long offset) {
        return FloatVector.fromMemorySegment(FLOATS, words, offset, LITTLE_ENDIAN);
    }

    static IntVector word(MemorySegment words, long offset) {
        return IntVector.fromMemorySegment(INTS, words, offset, LITTLE_ENDIAN);
    }

    static FloatVector toFloat(IntVector word) {
        return (FloatVector) word.convert(VectorOperators.I2F, 0);
    }

    /// The scale in the upper 16 bits, an IEEE half; NaN where it is not finite, as [RowDecoder]
    /// has it.
    static FloatVector upperScale(IntVector word) {
        IntVector bits = widened(word);
        return beyond(bits).lanewise(LSHR, 1).or(bits).reinterpretAsFloats();
    }

    /// The scale in the lower 16 bits.
    static FloatVector lowerScale(IntVector word) {
        return upperScale(word.lanewise(LSHL, 16));
    }

    // The weight in the upper 16 bits, an IEEE half; infinities and NaN stay what they are.
    private static FloatVector upperHalf(IntVector word) {
        IntVector bits = widened(word);
        return beyond(bits).and(EXPONENT).or(bits).reinterpretAsFloats();
    }

    // The bits of the half as a float's. Moving exponent and mantissa into the places of a float
    // leaves the exponent 112 too small, for subnormal numbers as well; one multiplication mends
    // both. What is not finite comes out from 2^16 on, beyond the greatest half.
    private static IntVector widened(IntVector word) {
        return word.lanewise(ASHR, 3)
                .and(0x8FFFE000)
                .reinterpretAsFloats()
                .mul(TWO_TO_112)
                .reinterpretAsInts();
    }

    // All ones where a number is 2^16 or beyond, all zeros elsewhere.
    private static IntVector beyond(IntVector bits) {
        IntVector magnitude = bits.and(Integer.MAX_VALUE);
        return IntVector.broadcast(INTS, TWO_TO_16 - 1).sub(magnitude).lanewise(ASHR, 31);
    }
}

package dev.talaria.inference.kernel;

import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.XOR;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// One row of activations times a panel, straight from the packed words: what decodes a single
/// sequence as fast as the weights can be read.
///
/// The weights and the order of the sums are exactly those of [PanelDecoder] followed by a tile, so
/// that a sequence gets the same numbers alone and in a batch.
final class RowProduct {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final int LANES = FLOATS.length();
    private static final long LANE_BYTES = 4L * LANES;
    private static final long PLANE_BYTES = 4L * PanelDecoder.PANEL_ROWS;

    // The bits of 1f, and where nibbles and bytes stand under them: see PanelDecoder.
    // Read from arrays: a constant the compiler knows it would load anew for every use.
    private static final int[] ONE = lanes(0x3F800000);
    private static final int[] NIBBLE = lanes(0xF0000);
    private static final int[] BYTE = lanes(0xFF00);

    // What a weight of 0 looks like there.
    private static final float[] NIBBLE_ZERO = lanes(1 + 8 / 0x1p7f);
    private static final float[] BYTE_ZERO = lanes(1 + 128 / 0x1p15f);

    private RowProduct() {}

    private static float[] lanes(float value) {
        float[] lanes = new float[LANES];
        Arrays.fill(lanes, value);
        return lanes;
    }

    private static int[] lanes(int value) {
        int[] lanes = new int[LANES];
        Arrays.fill(lanes, value);
        return lanes;
    }

    /// Sums of the columns `[from, from + depth)` of a panel of Q4_0.
    ///
    /// @param sums receives one sum per row of the panel, at `sumsOffset`
    static void q4(
            PanelMatrix matrix,
            int panel,
            float[] x,
            int from,
            int depth,
            float[] sums,
            int sumsOffset) {
        MemorySegment words = matrix.words();
        IntVector one = IntVector.fromArray(INTS, ONE, 0);
        IntVector mask = IntVector.fromArray(INTS, NIBBLE, 0);
        FloatVector zero = FloatVector.fromArray(FLOATS, NIBBLE_ZERO, 0);
        FloatVector s0 = FloatVector.zero(FLOATS);
        FloatVector s1 = FloatVector.zero(FLOATS);
        FloatVector s2 = FloatVector.zero(FLOATS);
        for (int k = from; k < from + depth; k += 32) {
            int block = k / 32;
            long scales = matrix.scaleOffset(panel, block);
            FloatVector d0 = PanelDecoder.scale(words, scales, block);
            FloatVector d1 = PanelDecoder.scale(words, scales + LANE_BYTES, block);
            FloatVector d2 = PanelDecoder.scale(words, scales + 2 * LANE_BYTES, block);
            FloatVector a0 = d0.mul(0x1p7f);
            FloatVector a1 = d1.mul(0x1p7f);
            FloatVector a2 = d2.mul(0x1p7f);
            long at = matrix.payloadOffset(panel, block);
            for (int j = 0; j < 4; j++) {
                long word = at + j * PLANE_BYTES;
                IntVector w0 = IntVector.fromMemorySegment(INTS, words, word, LITTLE_ENDIAN);
                IntVector w1 =
                        IntVector.fromMemorySegment(INTS, words, word + LANE_BYTES, LITTLE_ENDIAN);
                IntVector w2 =
                        IntVector.fromMemorySegment(
                                INTS, words, word + 2 * LANE_BYTES, LITTLE_ENDIAN);
                int column = k + 4 * j;
                FloatVector x0 = FloatVector.broadcast(FLOATS, x[column]);
                s0 =
                        x0.fma(
                                w0.lanewise(LSHL, 16)
                                        .and(mask)
                                        .or(one)
                                        .reinterpretAsFloats()
                                        .sub(zero)
                                        .mul(a0),
                                s0);
                s1 =
                        x0.fma(
                                w1.lanewise(LSHL, 16)
                                        .and(mask)
                                        .or(one)
                                        .reinterpretAsFloats()
                                        .sub(zero)
                                        .mul(a1),
                                s1);
                s2 =
                        x0.fma(
                                w2.lanewise(LSHL, 16)
                                        .and(mask)
                                        .or(one)
                                        .reinterpretAsFloats()
                                        .sub(zero)
                                        .mul(a2),
                                s2);
                FloatVector x1 = FloatVector.broadcast(FLOATS, x[column + 1]);
                s0 =
                        x1.fma(
                                w0.lanewise(LSHL, 8)
                                        .and(mask)
                                        .or(one)
                                        .reinterpretAsFloats()
                                        .sub(zero)
                                        .mul(a0),
                                s0);
                s1 =
                        x1.fma(
                                w1.lanewise(LSHL, 8)
                                        .and(mask)
                                        .or(one)
                                        .reinterpretAsFloats()
                                        .sub(zero)
                                        .mul(a1),
                                s1);
                s2 =
                        x1.fma(
                                w2.lanewise(LSHL, 8)
                                        .and(mask)
                                        .or(one)
                                        .reinterpretAsFloats()
                                        .sub(zero)
                                        .mul(a2),
                                s2);
                FloatVector x2 = FloatVector.broadcast(FLOATS, x[column + 2]);
                s0 = x2.fma(w0.and(mask).or(one).reinterpretAsFloats().sub(zero).mul(a0), s0);
                s1 = x2.fma(w1.and(mask).or(one).reinterpretAsFloats().sub(zero).mul(a1), s1);
                s2 = x2.fma(w2.and(mask).or(one).reinterpretAsFloats().sub(zero).mul(a2), s2);
                FloatVector x3 = FloatVector.broadcast(FLOATS, x[column + 3]);
                s0 =
                        x3.fma(
                                w0.lanewise(LSHR, 8)
                                        .and(mask)
                                        .or(one)
                                        .reinterpretAsFloats()
                                        .sub(zero)
                                        .mul(a0),
                                s0);
                s1 =
                        x3.fma(
                                w1.lanewise(LSHR, 8)
                                        .and(mask)
                                        .or(one)
                                        .reinterpretAsFloats()
                                        .sub(zero)
                                        .mul(a1),
                                s1);
                s2 =
                        x3.fma(
                                w2.lanewise(LSHR, 8)
                                        .and(mask)
                                        .or(one)
                                        .reinterpretAsFloats()
                                        .sub(zero)
                                        .mul(a2),
                                s2);
            }
            for (int j = 0; j < 4; j++) {
                long word = at + j * PLANE_BYTES;
                IntVector w0 = IntVector.fromMemorySegment(INTS, words, word, LITTLE_ENDIAN);
                IntVector w1 =
                        IntVector.fromMemorySegment(INTS, words, word + LANE_BYTES, LITTLE_ENDIAN);
                IntVector w2 =
                        IntVector.fromMemorySegment(
                                INTS, words, word + 2 * LANE_BYTES, LITTLE_ENDIAN);
                int column = k + 16 + 4 * j;
                FloatVector x0 = FloatVector.broadcast(FLOATS, x[column]);
                s0 =
                        x0.fma(
                                w0.lanewise(LSHL, 12)
                                        .and(mask)
                                        .or(one)
                                        .reinterpretAsFloats()
                                        .sub(zero)
                                        .mul(a0),
                                s0);
                s1 =
                        x0.fma(
                                w1.lanewise(LSHL, 12)
                                        .and(mask)
                                        .or(one)
                                        .reinterpretAsFloats()
                                        .sub(zero)
                                        .mul(a1),
                                s1);
                s2 =
                        x0.fma(
                                w2.lanewise(LSHL, 12)
                                        .and(mask)
                                        .or(one)
                                        .reinterpretAsFloats()
                                        .sub(zero)
                                        .mul(a2),
                                s2);
                FloatVector x1 = FloatVector.broadcast(FLOATS, x[column + 1]);
                s0 =
                        x1.fma(
                                w0.lanewise(LSHL, 4)
                                        .and(mask)
                                        .or(one)
                                        .reinterpretAsFloats()
                                        .sub(zero)
                                        .mul(a0),
                                s0);
                s1 =
                        x1.fma(
                                w1.lanewise(LSHL, 4)
                                        .and(mask)
                                        .or(one)
                                        .reinterpretAsFloats()
                                        .sub(zero)
                                        .mul(a1),
                                s1);
                s2 =
                        x1.fma(
                                w2.lanewise(LSHL, 4)
                                        .and(mask)
                                        .or(one)
                                        .reinterpretAsFloats()
                                        .sub(zero)
                                        .mul(a2),
                                s2);
                FloatVector x2 = FloatVector.broadcast(FLOATS, x[column + 2]);
                s0 =
                        x2.fma(
                                w0.lanewise(LSHR, 4)
                                        .and(mask)
                                        .or(one)
                                        .reinterpretAsFloats()
                                        .sub(zero)
                                        .mul(a0),
                                s0);
                s1 =
                        x2.fma(
                                w1.lanewise(LSHR, 4)
                                        .and(mask)
                                        .or(one)
                                        .reinterpretAsFloats()
                                        .sub(zero)
                                        .mul(a1),
                                s1);
                s2 =
                        x2.fma(
                                w2.lanewise(LSHR, 4)
                                        .and(mask)
                                        .or(one)
                                        .reinterpretAsFloats()
                                        .sub(zero)
                                        .mul(a2),
                                s2);
                FloatVector x3 = FloatVector.broadcast(FLOATS, x[column + 3]);
                s0 =
                        x3.fma(
                                w0.lanewise(LSHR, 12)
                                        .and(mask)
                                        .or(one)
                                        .reinterpretAsFloats()
                                        .sub(zero)
                                        .mul(a0),
                                s0);
                s1 =
                        x3.fma(
                                w1.lanewise(LSHR, 12)
                                        .and(mask)
                                        .or(one)
                                        .reinterpretAsFloats()
                                        .sub(zero)
                                        .mul(a1),
                                s1);
                s2 =
                        x3.fma(
                                w2.lanewise(LSHR, 12)
                                        .and(mask)
                                        .or(one)
                                        .reinterpretAsFloats()
                                        .sub(zero)
                                        .mul(a2),
                                s2);
            }
        }
        s0.intoArray(sums, sumsOffset);
        s1.intoArray(sums, sumsOffset + LANES);
        s2.intoArray(sums, sumsOffset + 2 * LANES);
    }

    /// Sums of the columns `[from, from + depth)` of a panel of Q8_0.
    ///
    /// @param sums receives one sum per row of the panel, at `sumsOffset`
    static void q8(
            PanelMatrix matrix,
            int panel,
            float[] x,
            int from,
            int depth,
            float[] sums,
            int sumsOffset) {
        MemorySegment words = matrix.words();
        IntVector one = IntVector.fromArray(INTS, ONE, 0);
        IntVector mask = IntVector.fromArray(INTS, BYTE, 0);
        FloatVector zero = FloatVector.fromArray(FLOATS, BYTE_ZERO, 0);
        FloatVector s0 = FloatVector.zero(FLOATS);
        FloatVector s1 = FloatVector.zero(FLOATS);
        FloatVector s2 = FloatVector.zero(FLOATS);
        for (int k = from; k < from + depth; k += 32) {
            int block = k / 32;
            long scales = matrix.scaleOffset(panel, block);
            FloatVector d0 = PanelDecoder.scale(words, scales, block);
            FloatVector d1 = PanelDecoder.scale(words, scales + LANE_BYTES, block);
            FloatVector d2 = PanelDecoder.scale(words, scales + 2 * LANE_BYTES, block);
            FloatVector a0 = d0.mul(0x1p15f);
            FloatVector a1 = d1.mul(0x1p15f);
            FloatVector a2 = d2.mul(0x1p15f);
            long at = matrix.payloadOffset(panel, block);
            for (int j = 0; j < 8; j++) {
                long word = at + j * PLANE_BYTES;
                IntVector w0 =
                        IntVector.fromMemorySegment(INTS, words, word, LITTLE_ENDIAN)
                                .lanewise(XOR, 0x80808080);
                IntVector w1 =
                        IntVector.fromMemorySegment(INTS, words, word + LANE_BYTES, LITTLE_ENDIAN)
                                .lanewise(XOR, 0x80808080);
                IntVector w2 =
                        IntVector.fromMemorySegment(
                                        INTS, words, word + 2 * LANE_BYTES, LITTLE_ENDIAN)
                                .lanewise(XOR, 0x80808080);
                int column = k + 4 * j;
                FloatVector x0 = FloatVector.broadcast(FLOATS, x[column]);
                s0 =
                        x0.fma(
                                w0.lanewise(LSHL, 8)
                                        .and(mask)
                                        .or(one)
                                        .reinterpretAsFloats()
                                        .sub(zero)
                                        .mul(a0),
                                s0);
                s1 =
                        x0.fma(
                                w1.lanewise(LSHL, 8)
                                        .and(mask)
                                        .or(one)
                                        .reinterpretAsFloats()
                                        .sub(zero)
                                        .mul(a1),
                                s1);
                s2 =
                        x0.fma(
                                w2.lanewise(LSHL, 8)
                                        .and(mask)
                                        .or(one)
                                        .reinterpretAsFloats()
                                        .sub(zero)
                                        .mul(a2),
                                s2);
                FloatVector x1 = FloatVector.broadcast(FLOATS, x[column + 1]);
                s0 = x1.fma(w0.and(mask).or(one).reinterpretAsFloats().sub(zero).mul(a0), s0);
                s1 = x1.fma(w1.and(mask).or(one).reinterpretAsFloats().sub(zero).mul(a1), s1);
                s2 = x1.fma(w2.and(mask).or(one).reinterpretAsFloats().sub(zero).mul(a2), s2);
                FloatVector x2 = FloatVector.broadcast(FLOATS, x[column + 2]);
                s0 =
                        x2.fma(
                                w0.lanewise(LSHR, 8)
                                        .and(mask)
                                        .or(one)
                                        .reinterpretAsFloats()
                                        .sub(zero)
                                        .mul(a0),
                                s0);
                s1 =
                        x2.fma(
                                w1.lanewise(LSHR, 8)
                                        .and(mask)
                                        .or(one)
                                        .reinterpretAsFloats()
                                        .sub(zero)
                                        .mul(a1),
                                s1);
                s2 =
                        x2.fma(
                                w2.lanewise(LSHR, 8)
                                        .and(mask)
                                        .or(one)
                                        .reinterpretAsFloats()
                                        .sub(zero)
                                        .mul(a2),
                                s2);
                FloatVector x3 = FloatVector.broadcast(FLOATS, x[column + 3]);
                s0 =
                        x3.fma(
                                w0.lanewise(LSHR, 16)
                                        .and(mask)
                                        .or(one)
                                        .reinterpretAsFloats()
                                        .sub(zero)
                                        .mul(a0),
                                s0);
                s1 =
                        x3.fma(
                                w1.lanewise(LSHR, 16)
                                        .and(mask)
                                        .or(one)
                                        .reinterpretAsFloats()
                                        .sub(zero)
                                        .mul(a1),
                                s1);
                s2 =
                        x3.fma(
                                w2.lanewise(LSHR, 16)
                                        .and(mask)
                                        .or(one)
                                        .reinterpretAsFloats()
                                        .sub(zero)
                                        .mul(a2),
                                s2);
            }
        }
        s0.intoArray(sums, sumsOffset);
        s1.intoArray(sums, sumsOffset + LANES);
        s2.intoArray(sums, sumsOffset + 2 * LANES);
    }
}

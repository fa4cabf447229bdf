package dev.talaria.inference.kernel;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorSpecies;

import java.lang.foreign.MemorySegment;

/// One row of activations times a panel, straight from the packed words: what decodes a single
/// sequence as fast as the weights can be read.
///
/// The weights and the order of the sums are exactly those of [PanelDecoder] followed by a tile, so
/// that a sequence gets the same numbers alone and in a batch. Quantized numbers are shifted to the
/// top of their word and back, sign and all, because that needs no constants: with three sums,
/// three scales and three words the registers are nearly used up. One flat loop over the words: a
/// loop of a few rounds inside another costs more around its rounds than in them.
final class RowProduct {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final int LANES = FLOATS.length();
    private static final long LANE_BYTES = 4L * LANES;
    private static final long PLANE_BYTES = 4L * PanelDecoder.PANEL_ROWS;

    private RowProduct() {}

    /// Sums of all columns of a panel of Q4_0: half a word at a time, because the eight activations
    /// of a whole one would not fit the registers.
    ///
    /// @param sums receives one sum per row of the panel, at `sumsOffset`
    static void q4(PanelMatrix matrix, int panel, float[] x, float[] sums, int sumsOffset) {
        MemorySegment words = matrix.words();
        FloatVector t0 = FloatVector.zero(FLOATS);
        FloatVector t1 = FloatVector.zero(FLOATS);
        FloatVector t2 = FloatVector.zero(FLOATS);
        for (int from = 0; from < matrix.columns(); from += VectorKernels.DEPTH) {
            int depth = Math.min(VectorKernels.DEPTH, matrix.columns() - from);
            long scales = matrix.scaleOffset(panel, from / 32);
            long payload = matrix.payloadOffset(panel, from / 32);
            FloatVector s0 = FloatVector.zero(FLOATS);
            FloatVector s1 = FloatVector.zero(FLOATS);
            FloatVector s2 = FloatVector.zero(FLOATS);
            for (int half = 0; half < depth / 4; half++) {
                long scale = scales + (half >> 3) * PLANE_BYTES;
                long at = payload + (half >> 1) * PLANE_BYTES;
                int k = from + 4 * half;
                int up = 16 * (~half & 1);
                FloatVector d0 = FloatVector.fromMemorySegment(FLOATS, words, scale, LITTLE_ENDIAN);
                FloatVector d1 =
                        FloatVector.fromMemorySegment(
                                FLOATS, words, scale + LANE_BYTES, LITTLE_ENDIAN);
                FloatVector d2 =
                        FloatVector.fromMemorySegment(
                                FLOATS, words, scale + 2 * LANE_BYTES, LITTLE_ENDIAN);
                IntVector w0 =
                        IntVector.fromMemorySegment(INTS, words, at, LITTLE_ENDIAN)
                                .lanewise(LSHL, up);
                IntVector w1 =
                        IntVector.fromMemorySegment(INTS, words, at + LANE_BYTES, LITTLE_ENDIAN)
                                .lanewise(LSHL, up);
                IntVector w2 =
                        IntVector.fromMemorySegment(INTS, words, at + 2 * LANE_BYTES, LITTLE_ENDIAN)
                                .lanewise(LSHL, up);
                FloatVector x0 = FloatVector.broadcast(FLOATS, x[k]);
                Vector<Float> q00 = w0.lanewise(LSHL, 12).lanewise(ASHR, 28).convert(I2F, 0);
                s0 = x0.fma(d0.mul(q00), s0);
                Vector<Float> q01 = w1.lanewise(LSHL, 12).lanewise(ASHR, 28).convert(I2F, 0);
                s1 = x0.fma(d1.mul(q01), s1);
                Vector<Float> q02 = w2.lanewise(LSHL, 12).lanewise(ASHR, 28).convert(I2F, 0);
                s2 = x0.fma(d2.mul(q02), s2);
                FloatVector x1 = FloatVector.broadcast(FLOATS, x[k + 1]);
                Vector<Float> q10 = w0.lanewise(LSHL, 8).lanewise(ASHR, 28).convert(I2F, 0);
                s0 = x1.fma(d0.mul(q10), s0);
                Vector<Float> q11 = w1.lanewise(LSHL, 8).lanewise(ASHR, 28).convert(I2F, 0);
                s1 = x1.fma(d1.mul(q11), s1);
                Vector<Float> q12 = w2.lanewise(LSHL, 8).lanewise(ASHR, 28).convert(I2F, 0);
                s2 = x1.fma(d2.mul(q12), s2);
                FloatVector x2 = FloatVector.broadcast(FLOATS, x[k + 2]);
                Vector<Float> q20 = w0.lanewise(LSHL, 4).lanewise(ASHR, 28).convert(I2F, 0);
                s0 = x2.fma(d0.mul(q20), s0);
                Vector<Float> q21 = w1.lanewise(LSHL, 4).lanewise(ASHR, 28).convert(I2F, 0);
                s1 = x2.fma(d1.mul(q21), s1);
                Vector<Float> q22 = w2.lanewise(LSHL, 4).lanewise(ASHR, 28).convert(I2F, 0);
                s2 = x2.fma(d2.mul(q22), s2);
                FloatVector x3 = FloatVector.broadcast(FLOATS, x[k + 3]);
                Vector<Float> q30 = w0.lanewise(ASHR, 28).convert(I2F, 0);
                s0 = x3.fma(d0.mul(q30), s0);
                Vector<Float> q31 = w1.lanewise(ASHR, 28).convert(I2F, 0);
                s1 = x3.fma(d1.mul(q31), s1);
                Vector<Float> q32 = w2.lanewise(ASHR, 28).convert(I2F, 0);
                s2 = x3.fma(d2.mul(q32), s2);
            }
            t0 = t0.add(s0);
            t1 = t1.add(s1);
            t2 = t2.add(s2);
        }
        t0.intoArray(sums, sumsOffset);
        t1.intoArray(sums, sumsOffset + LANES);
        t2.intoArray(sums, sumsOffset + 2 * LANES);
    }

    /// Sums of all columns of a panel of Q8_0.
    ///
    /// @param sums receives one sum per row of the panel, at `sumsOffset`
    static void q8(PanelMatrix matrix, int panel, float[] x, float[] sums, int sumsOffset) {
        MemorySegment words = matrix.words();
        FloatVector t0 = FloatVector.zero(FLOATS);
        FloatVector t1 = FloatVector.zero(FLOATS);
        FloatVector t2 = FloatVector.zero(FLOATS);
        for (int from = 0; from < matrix.columns(); from += VectorKernels.DEPTH) {
            int depth = Math.min(VectorKernels.DEPTH, matrix.columns() - from);
            long scales = matrix.scaleOffset(panel, from / 32);
            long payload = matrix.payloadOffset(panel, from / 32);
            FloatVector s0 = FloatVector.zero(FLOATS);
            FloatVector s1 = FloatVector.zero(FLOATS);
            FloatVector s2 = FloatVector.zero(FLOATS);
            for (int word = 0; word < depth / 4; word++) {
                long scale = scales + (word >> 3) * PLANE_BYTES;
                long at = payload + word * PLANE_BYTES;
                int k = from + 4 * word;
                FloatVector d0 = FloatVector.fromMemorySegment(FLOATS, words, scale, LITTLE_ENDIAN);
                FloatVector d1 =
                        FloatVector.fromMemorySegment(
                                FLOATS, words, scale + LANE_BYTES, LITTLE_ENDIAN);
                FloatVector d2 =
                        FloatVector.fromMemorySegment(
                                FLOATS, words, scale + 2 * LANE_BYTES, LITTLE_ENDIAN);
                IntVector w0 = IntVector.fromMemorySegment(INTS, words, at, LITTLE_ENDIAN);
                IntVector w1 =
                        IntVector.fromMemorySegment(INTS, words, at + LANE_BYTES, LITTLE_ENDIAN);
                IntVector w2 =
                        IntVector.fromMemorySegment(
                                INTS, words, at + 2 * LANE_BYTES, LITTLE_ENDIAN);
                FloatVector x0 = FloatVector.broadcast(FLOATS, x[k]);
                Vector<Float> q00 = w0.lanewise(LSHL, 24).lanewise(ASHR, 24).convert(I2F, 0);
                s0 = x0.fma(d0.mul(q00), s0);
                Vector<Float> q01 = w1.lanewise(LSHL, 24).lanewise(ASHR, 24).convert(I2F, 0);
                s1 = x0.fma(d1.mul(q01), s1);
                Vector<Float> q02 = w2.lanewise(LSHL, 24).lanewise(ASHR, 24).convert(I2F, 0);
                s2 = x0.fma(d2.mul(q02), s2);
                FloatVector x1 = FloatVector.broadcast(FLOATS, x[k + 1]);
                Vector<Float> q10 = w0.lanewise(LSHL, 16).lanewise(ASHR, 24).convert(I2F, 0);
                s0 = x1.fma(d0.mul(q10), s0);
                Vector<Float> q11 = w1.lanewise(LSHL, 16).lanewise(ASHR, 24).convert(I2F, 0);
                s1 = x1.fma(d1.mul(q11), s1);
                Vector<Float> q12 = w2.lanewise(LSHL, 16).lanewise(ASHR, 24).convert(I2F, 0);
                s2 = x1.fma(d2.mul(q12), s2);
                FloatVector x2 = FloatVector.broadcast(FLOATS, x[k + 2]);
                Vector<Float> q20 = w0.lanewise(LSHL, 8).lanewise(ASHR, 24).convert(I2F, 0);
                s0 = x2.fma(d0.mul(q20), s0);
                Vector<Float> q21 = w1.lanewise(LSHL, 8).lanewise(ASHR, 24).convert(I2F, 0);
                s1 = x2.fma(d1.mul(q21), s1);
                Vector<Float> q22 = w2.lanewise(LSHL, 8).lanewise(ASHR, 24).convert(I2F, 0);
                s2 = x2.fma(d2.mul(q22), s2);
                FloatVector x3 = FloatVector.broadcast(FLOATS, x[k + 3]);
                Vector<Float> q30 = w0.lanewise(ASHR, 24).convert(I2F, 0);
                s0 = x3.fma(d0.mul(q30), s0);
                Vector<Float> q31 = w1.lanewise(ASHR, 24).convert(I2F, 0);
                s1 = x3.fma(d1.mul(q31), s1);
                Vector<Float> q32 = w2.lanewise(ASHR, 24).convert(I2F, 0);
                s2 = x3.fma(d2.mul(q32), s2);
            }
            t0 = t0.add(s0);
            t1 = t1.add(s1);
            t2 = t2.add(s2);
        }
        t0.intoArray(sums, sumsOffset);
        t1.intoArray(sums, sumsOffset + LANES);
        t2.intoArray(sums, sumsOffset + 2 * LANES);
    }
}

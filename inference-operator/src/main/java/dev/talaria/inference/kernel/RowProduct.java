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
/// sequence about as fast as the weights can be read. The order of the sums is [DecodeProduct]'s.
///
/// Quantized numbers are shifted to the top of their word and back, sign and all, because that
/// needs no constants. One flat loop over the words with a branch at the end of a block: a loop of
/// a few rounds inside another costs more around its rounds than in them.
final class RowProduct {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final int LANES = FLOATS.length();
    private static final long PLANE_BYTES = 4L * LANES;

    private RowProduct() {}

    /// Sums of all columns of a panel of Q4_0: half a word at a time, because the eight activations
    /// of a whole one would not fit the registers.
    ///
    /// @param from where the row begins in `x`
    /// @param sums receives one sum per row of the panel, from `sumsOffset`
    static void q4(
            PanelMatrix matrix, int panel, float[] x, int from, float[] sums, int sumsOffset) {
        MemorySegment words = matrix.words();
        long strip = matrix.stripBytes();
        long first = matrix.scaleOffset(panel, 0, 0);
        FloatVector t0 = FloatVector.zero(FLOATS);
        FloatVector t1 = FloatVector.zero(FLOATS);
        FloatVector t2 = FloatVector.zero(FLOATS);
        FloatVector s0 = FloatVector.zero(FLOATS);
        FloatVector s1 = FloatVector.zero(FLOATS);
        FloatVector s2 = FloatVector.zero(FLOATS);
        for (int half = 0; half < matrix.columns() / 4; half++) {
            long at = first + ((half >> 1) + (half >> 3) + 1) * PLANE_BYTES;
            int k = from + 4 * half;
            int up = 16 * (~half & 1);
            IntVector w0 =
                    IntVector.fromMemorySegment(INTS, words, at, LITTLE_ENDIAN).lanewise(LSHL, up);
            IntVector w1 =
                    IntVector.fromMemorySegment(INTS, words, at + strip, LITTLE_ENDIAN)
                            .lanewise(LSHL, up);
            IntVector w2 =
                    IntVector.fromMemorySegment(INTS, words, at + 2 * strip, LITTLE_ENDIAN)
                            .lanewise(LSHL, up);
            FloatVector x0 = FloatVector.broadcast(FLOATS, x[k]);
            Vector<Float> q00 = w0.lanewise(LSHL, 12).lanewise(ASHR, 28).convert(I2F, 0);
            s0 = x0.fma(q00, s0);
            Vector<Float> q01 = w1.lanewise(LSHL, 12).lanewise(ASHR, 28).convert(I2F, 0);
            s1 = x0.fma(q01, s1);
            Vector<Float> q02 = w2.lanewise(LSHL, 12).lanewise(ASHR, 28).convert(I2F, 0);
            s2 = x0.fma(q02, s2);
            FloatVector x1 = FloatVector.broadcast(FLOATS, x[k + 1]);
            Vector<Float> q10 = w0.lanewise(LSHL, 8).lanewise(ASHR, 28).convert(I2F, 0);
            s0 = x1.fma(q10, s0);
            Vector<Float> q11 = w1.lanewise(LSHL, 8).lanewise(ASHR, 28).convert(I2F, 0);
            s1 = x1.fma(q11, s1);
            Vector<Float> q12 = w2.lanewise(LSHL, 8).lanewise(ASHR, 28).convert(I2F, 0);
            s2 = x1.fma(q12, s2);
            FloatVector x2 = FloatVector.broadcast(FLOATS, x[k + 2]);
            Vector<Float> q20 = w0.lanewise(LSHL, 4).lanewise(ASHR, 28).convert(I2F, 0);
            s0 = x2.fma(q20, s0);
            Vector<Float> q21 = w1.lanewise(LSHL, 4).lanewise(ASHR, 28).convert(I2F, 0);
            s1 = x2.fma(q21, s1);
            Vector<Float> q22 = w2.lanewise(LSHL, 4).lanewise(ASHR, 28).convert(I2F, 0);
            s2 = x2.fma(q22, s2);
            FloatVector x3 = FloatVector.broadcast(FLOATS, x[k + 3]);
            Vector<Float> q30 = w0.lanewise(ASHR, 28).convert(I2F, 0);
            s0 = x3.fma(q30, s0);
            Vector<Float> q31 = w1.lanewise(ASHR, 28).convert(I2F, 0);
            s1 = x3.fma(q31, s1);
            Vector<Float> q32 = w2.lanewise(ASHR, 28).convert(I2F, 0);
            s2 = x3.fma(q32, s2);
            if (half % 8 == 7) {
                long scale = first + (half >> 3) * 5 * PLANE_BYTES;
                t0 = FloatVector.fromMemorySegment(FLOATS, words, scale, LITTLE_ENDIAN).fma(s0, t0);
                t1 =
                        FloatVector.fromMemorySegment(FLOATS, words, scale + strip, LITTLE_ENDIAN)
                                .fma(s1, t1);
                t2 =
                        FloatVector.fromMemorySegment(
                                        FLOATS, words, scale + 2 * strip, LITTLE_ENDIAN)
                                .fma(s2, t2);
                s0 = FloatVector.zero(FLOATS);
                s1 = FloatVector.zero(FLOATS);
                s2 = FloatVector.zero(FLOATS);
            }
        }
        t0.intoArray(sums, sumsOffset);
        t1.intoArray(sums, sumsOffset + LANES);
        t2.intoArray(sums, sumsOffset + 2 * LANES);
    }

    /// Sums of all columns of a panel of Q8_0.
    ///
    /// @param from where the row begins in `x`
    /// @param sums receives one sum per row of the panel, from `sumsOffset`
    static void q8(
            PanelMatrix matrix, int panel, float[] x, int from, float[] sums, int sumsOffset) {
        MemorySegment words = matrix.words();
        long strip = matrix.stripBytes();
        long first = matrix.scaleOffset(panel, 0, 0);
        FloatVector t0 = FloatVector.zero(FLOATS);
        FloatVector t1 = FloatVector.zero(FLOATS);
        FloatVector t2 = FloatVector.zero(FLOATS);
        FloatVector s0 = FloatVector.zero(FLOATS);
        FloatVector s1 = FloatVector.zero(FLOATS);
        FloatVector s2 = FloatVector.zero(FLOATS);
        for (int word = 0; word < matrix.columns() / 4; word++) {
            long at = first + (word + (word >> 3) + 1) * PLANE_BYTES;
            int k = from + 4 * word;
            IntVector w0 = IntVector.fromMemorySegment(INTS, words, at, LITTLE_ENDIAN);
            IntVector w1 = IntVector.fromMemorySegment(INTS, words, at + strip, LITTLE_ENDIAN);
            IntVector w2 = IntVector.fromMemorySegment(INTS, words, at + 2 * strip, LITTLE_ENDIAN);
            FloatVector x0 = FloatVector.broadcast(FLOATS, x[k]);
            Vector<Float> q00 = w0.lanewise(LSHL, 24).lanewise(ASHR, 24).convert(I2F, 0);
            s0 = x0.fma(q00, s0);
            Vector<Float> q01 = w1.lanewise(LSHL, 24).lanewise(ASHR, 24).convert(I2F, 0);
            s1 = x0.fma(q01, s1);
            Vector<Float> q02 = w2.lanewise(LSHL, 24).lanewise(ASHR, 24).convert(I2F, 0);
            s2 = x0.fma(q02, s2);
            FloatVector x1 = FloatVector.broadcast(FLOATS, x[k + 1]);
            Vector<Float> q10 = w0.lanewise(LSHL, 16).lanewise(ASHR, 24).convert(I2F, 0);
            s0 = x1.fma(q10, s0);
            Vector<Float> q11 = w1.lanewise(LSHL, 16).lanewise(ASHR, 24).convert(I2F, 0);
            s1 = x1.fma(q11, s1);
            Vector<Float> q12 = w2.lanewise(LSHL, 16).lanewise(ASHR, 24).convert(I2F, 0);
            s2 = x1.fma(q12, s2);
            FloatVector x2 = FloatVector.broadcast(FLOATS, x[k + 2]);
            Vector<Float> q20 = w0.lanewise(LSHL, 8).lanewise(ASHR, 24).convert(I2F, 0);
            s0 = x2.fma(q20, s0);
            Vector<Float> q21 = w1.lanewise(LSHL, 8).lanewise(ASHR, 24).convert(I2F, 0);
            s1 = x2.fma(q21, s1);
            Vector<Float> q22 = w2.lanewise(LSHL, 8).lanewise(ASHR, 24).convert(I2F, 0);
            s2 = x2.fma(q22, s2);
            FloatVector x3 = FloatVector.broadcast(FLOATS, x[k + 3]);
            Vector<Float> q30 = w0.lanewise(ASHR, 24).convert(I2F, 0);
            s0 = x3.fma(q30, s0);
            Vector<Float> q31 = w1.lanewise(ASHR, 24).convert(I2F, 0);
            s1 = x3.fma(q31, s1);
            Vector<Float> q32 = w2.lanewise(ASHR, 24).convert(I2F, 0);
            s2 = x3.fma(q32, s2);
            if (word % 8 == 7) {
                long scale = first + (word >> 3) * 9 * PLANE_BYTES;
                t0 = FloatVector.fromMemorySegment(FLOATS, words, scale, LITTLE_ENDIAN).fma(s0, t0);
                t1 =
                        FloatVector.fromMemorySegment(FLOATS, words, scale + strip, LITTLE_ENDIAN)
                                .fma(s1, t1);
                t2 =
                        FloatVector.fromMemorySegment(
                                        FLOATS, words, scale + 2 * strip, LITTLE_ENDIAN)
                                .fma(s2, t2);
                s0 = FloatVector.zero(FLOATS);
                s1 = FloatVector.zero(FLOATS);
                s2 = FloatVector.zero(FLOATS);
            }
        }
        t0.intoArray(sums, sumsOffset);
        t1.intoArray(sums, sumsOffset + LANES);
        t2.intoArray(sums, sumsOffset + 2 * LANES);
    }
}

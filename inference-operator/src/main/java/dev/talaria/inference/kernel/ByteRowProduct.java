package dev.talaria.inference.kernel;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// A few rows of activations, one after the other, times strips of Q8_0, straight from the packed
/// words: a single sequence is decoded about as fast as the weights can be read. The order of the
/// sums is [DecodeProduct]'s.
///
/// Bytes are shifted to the top of their word and back, sign and all, because that needs no
/// constants. One flat loop over the words with a branch at the end of a block: a loop of a few
/// rounds inside another costs more around its rounds than in them.
final class ByteRowProduct {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final int LANES = FLOATS.length();
    private static final long PLANE_BYTES = 4L * LANES;

    // Strips side by side: six sums are as many as the compiler keeps in registers beside the
    // words.
    private static final int STRIPS = 6;

    private ByteRowProduct() {}

    static void multiply(
            PanelMatrix matrix,
            float[] packed,
            int rows,
            float[] out,
            int fromRow,
            int fromPanel,
            int toPanel,
            float[] scratch) {
        int toStrip = toPanel * PanelMatrix.STRIPS;
        for (int strip = fromPanel * PanelMatrix.STRIPS; strip < toStrip; strip += STRIPS) {
            int strips = Math.min(STRIPS, toStrip - strip);
            for (int row = 0; row < rows; row++) {
                Arrays.fill(scratch, 0, STRIPS * LANES, 0f);
                multiply(matrix, strip, packed, rows, row, scratch);
                emit(matrix, strip, strips, scratch, out, fromRow + row);
            }
        }
    }

    // Beyond the last strip the last one is read again, for nobody.
    private static void multiply(
            PanelMatrix matrix, int strip, float[] packed, int rows, int row, float[] sums) {
        int columns = matrix.columns();
        long bytes = matrix.stripBytes();
        int last = matrix.strips() - 1;
        long at0 = strip * bytes;
        long at1 = Math.min(strip + 1, last) * bytes;
        long at2 = Math.min(strip + 2, last) * bytes;
        long at3 = Math.min(strip + 3, last) * bytes;
        long at4 = Math.min(strip + 4, last) * bytes;
        long at5 = Math.min(strip + 5, last) * bytes;
        int x = PackedRows.plainRow(rows, columns, row);
        q8(matrix.words(), columns, at0, at1, at2, at3, at4, at5, packed, x, sums);
    }

    private static void emit(
            PanelMatrix matrix, int strip, int strips, float[] sums, float[] out, int row) {
        int output = strip * LANES;
        int room = Math.min(strips * LANES, matrix.rows() - output);
        if (room > 0) {
            System.arraycopy(sums, 0, out, row * matrix.rows() + output, room);
        }
    }

    /// Adds the sums of all columns of six strips of Q8_0.
    ///
    /// @param at0 where the first strip begins, in bytes; the others likewise, and one may come
    ///   twice
    /// @param from where the row begins in `x`
    /// @param sums hold one sum per row of the strips
    private static void q8(
            MemorySegment words,
            int columns,
            long at0,
            long at1,
            long at2,
            long at3,
            long at4,
            long at5,
            float[] x,
            int from,
            float[] sums) {
        FloatVector s0 = FloatVector.zero(FLOATS);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        FloatVector s4 = s0;
        FloatVector s5 = s0;
        int k = from;
        for (int word = 0; word < columns / 4; word++) {
            long at = (word + (word >> 3) + 1) * PLANE_BYTES;
            IntVector w0 = IntVector.fromMemorySegment(INTS, words, at0 + at, LITTLE_ENDIAN);
            IntVector w1 = IntVector.fromMemorySegment(INTS, words, at1 + at, LITTLE_ENDIAN);
            IntVector w2 = IntVector.fromMemorySegment(INTS, words, at2 + at, LITTLE_ENDIAN);
            IntVector w3 = IntVector.fromMemorySegment(INTS, words, at3 + at, LITTLE_ENDIAN);
            IntVector w4 = IntVector.fromMemorySegment(INTS, words, at4 + at, LITTLE_ENDIAN);
            IntVector w5 = IntVector.fromMemorySegment(INTS, words, at5 + at, LITTLE_ENDIAN);
            FloatVector x0 = FloatVector.broadcast(FLOATS, x[k]);
            s0 = x0.fma(w0.lanewise(LSHL, 24).lanewise(ASHR, 24).convert(I2F, 0), s0);
            s1 = x0.fma(w1.lanewise(LSHL, 24).lanewise(ASHR, 24).convert(I2F, 0), s1);
            s2 = x0.fma(w2.lanewise(LSHL, 24).lanewise(ASHR, 24).convert(I2F, 0), s2);
            s3 = x0.fma(w3.lanewise(LSHL, 24).lanewise(ASHR, 24).convert(I2F, 0), s3);
            s4 = x0.fma(w4.lanewise(LSHL, 24).lanewise(ASHR, 24).convert(I2F, 0), s4);
            s5 = x0.fma(w5.lanewise(LSHL, 24).lanewise(ASHR, 24).convert(I2F, 0), s5);
            FloatVector x1 = FloatVector.broadcast(FLOATS, x[k + 1]);
            s0 = x1.fma(w0.lanewise(LSHL, 16).lanewise(ASHR, 24).convert(I2F, 0), s0);
            s1 = x1.fma(w1.lanewise(LSHL, 16).lanewise(ASHR, 24).convert(I2F, 0), s1);
            s2 = x1.fma(w2.lanewise(LSHL, 16).lanewise(ASHR, 24).convert(I2F, 0), s2);
            s3 = x1.fma(w3.lanewise(LSHL, 16).lanewise(ASHR, 24).convert(I2F, 0), s3);
            s4 = x1.fma(w4.lanewise(LSHL, 16).lanewise(ASHR, 24).convert(I2F, 0), s4);
            s5 = x1.fma(w5.lanewise(LSHL, 16).lanewise(ASHR, 24).convert(I2F, 0), s5);
            FloatVector x2 = FloatVector.broadcast(FLOATS, x[k + 2]);
            s0 = x2.fma(w0.lanewise(LSHL, 8).lanewise(ASHR, 24).convert(I2F, 0), s0);
            s1 = x2.fma(w1.lanewise(LSHL, 8).lanewise(ASHR, 24).convert(I2F, 0), s1);
            s2 = x2.fma(w2.lanewise(LSHL, 8).lanewise(ASHR, 24).convert(I2F, 0), s2);
            s3 = x2.fma(w3.lanewise(LSHL, 8).lanewise(ASHR, 24).convert(I2F, 0), s3);
            s4 = x2.fma(w4.lanewise(LSHL, 8).lanewise(ASHR, 24).convert(I2F, 0), s4);
            s5 = x2.fma(w5.lanewise(LSHL, 8).lanewise(ASHR, 24).convert(I2F, 0), s5);
            FloatVector x3 = FloatVector.broadcast(FLOATS, x[k + 3]);
            s0 = x3.fma(w0.lanewise(ASHR, 24).convert(I2F, 0), s0);
            s1 = x3.fma(w1.lanewise(ASHR, 24).convert(I2F, 0), s1);
            s2 = x3.fma(w2.lanewise(ASHR, 24).convert(I2F, 0), s2);
            s3 = x3.fma(w3.lanewise(ASHR, 24).convert(I2F, 0), s3);
            s4 = x3.fma(w4.lanewise(ASHR, 24).convert(I2F, 0), s4);
            s5 = x3.fma(w5.lanewise(ASHR, 24).convert(I2F, 0), s5);
            k += 4;
            if (word % 8 == 7) {
                long d = (word >> 3) * 9L * PLANE_BYTES;
                FloatVector.fromMemorySegment(FLOATS, words, at0 + d, LITTLE_ENDIAN)
                        .fma(s0, FloatVector.fromArray(FLOATS, sums, 0))
                        .intoArray(sums, 0);
                FloatVector.fromMemorySegment(FLOATS, words, at1 + d, LITTLE_ENDIAN)
                        .fma(s1, FloatVector.fromArray(FLOATS, sums, LANES))
                        .intoArray(sums, LANES);
                FloatVector.fromMemorySegment(FLOATS, words, at2 + d, LITTLE_ENDIAN)
                        .fma(s2, FloatVector.fromArray(FLOATS, sums, 2 * LANES))
                        .intoArray(sums, 2 * LANES);
                FloatVector.fromMemorySegment(FLOATS, words, at3 + d, LITTLE_ENDIAN)
                        .fma(s3, FloatVector.fromArray(FLOATS, sums, 3 * LANES))
                        .intoArray(sums, 3 * LANES);
                FloatVector.fromMemorySegment(FLOATS, words, at4 + d, LITTLE_ENDIAN)
                        .fma(s4, FloatVector.fromArray(FLOATS, sums, 4 * LANES))
                        .intoArray(sums, 4 * LANES);
                FloatVector.fromMemorySegment(FLOATS, words, at5 + d, LITTLE_ENDIAN)
                        .fma(s5, FloatVector.fromArray(FLOATS, sums, 5 * LANES))
                        .intoArray(sums, 5 * LANES);
                s0 = FloatVector.zero(FLOATS);
                s1 = s0;
                s2 = s0;
                s3 = s0;
                s4 = s0;
                s5 = s0;
            }
        }
    }
}

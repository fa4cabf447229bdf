package dev.talaria.inference.kernel;

import static dev.talaria.inference.kernel.PanelDecoder.PLANE_BYTES;

import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHR;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// What [PlacedRowProduct] does, for Q4_0: its scales lie ready as floats beside every four words,
/// and to decode them apart would cost a third of the speed.
final class NibbleRowProduct {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final int LANES = FLOATS.length();
    private static final int STRIPS = 6;

    // The stored number that stands for zero.
    private static final float ZERO = 8f;

    private static final int BLOCK_WORDS = 4;
    private static final long BLOCK_BYTES = (1 + BLOCK_WORDS) * PLANE_BYTES;

    private NibbleRowProduct() {}

    static void multiply(
            PanelMatrix matrix,
            float[] packed,
            int rows,
            float[] out,
            int fromRow,
            int fromPanel,
            int toPanel,
            float[] scratch) {
        int columns = matrix.columns();
        int toStrip = toPanel * PanelMatrix.STRIPS;
        for (int strip = fromPanel * PanelMatrix.STRIPS; strip < toStrip; strip += STRIPS) {
            int output = strip * LANES;
            int strips = Math.min(STRIPS, toStrip - strip);
            int room = Math.min(strips * LANES, matrix.rows() - output);
            for (int row = 0; row < rows && room > 0; row++) {
                Arrays.fill(scratch, 0, STRIPS * LANES, 0f);
                int x = PackedRows.placedRow(NumberPlaces.FOUR, rows, columns, row);
                int blockSums = PackedRows.sums(32, rows, columns, row);
                for (int from = 0; from < columns; from += PackedRows.DEPTH) {
                    int blocks = Math.min(PackedRows.DEPTH, columns - from) / 32;
                    add(matrix, strip, from / 32, blocks, packed, x + from, blockSums, scratch);
                }
                int to = (fromRow + row) * matrix.rows() + output;
                System.arraycopy(scratch, 0, out, to, room);
            }
        }
    }

    // Beyond the last strip the last one is read again, for nobody.
    private static void add(
            PanelMatrix matrix,
            int strip,
            int block,
            int blocks,
            float[] packed,
            int x,
            int blockSums,
            float[] scratch) {
        long first = block * BLOCK_BYTES;
        long bytes = matrix.stripBytes();
        int last = matrix.strips() - 1;
        long at0 = first + strip * bytes;
        long at1 = first + Math.min(strip + 1, last) * bytes;
        long at2 = first + Math.min(strip + 2, last) * bytes;
        long at3 = first + Math.min(strip + 3, last) * bytes;
        long at4 = first + Math.min(strip + 4, last) * bytes;
        long at5 = first + Math.min(strip + 5, last) * bytes;
        MemorySegment words = matrix.words();
        int sums = blockSums + block;
        addSums(words, at0, at1, at2, at3, at4, at5, blocks, packed, x, scratch);
        addMinimums(words, at0, at1, at2, at3, at4, at5, blocks, packed, sums, scratch);
    }

    private static void addMinimums(
            MemorySegment words,
            long at0,
            long at1,
            long at2,
            long at3,
            long at4,
            long at5,
            int blocks,
            float[] x,
            int blockSums,
            float[] totals) {
        FloatVector t0 = FloatVector.fromArray(FLOATS, totals, 0);
        FloatVector t1 = FloatVector.fromArray(FLOATS, totals, LANES);
        FloatVector t2 = FloatVector.fromArray(FLOATS, totals, 2 * LANES);
        FloatVector t3 = FloatVector.fromArray(FLOATS, totals, 3 * LANES);
        FloatVector t4 = FloatVector.fromArray(FLOATS, totals, 4 * LANES);
        FloatVector t5 = FloatVector.fromArray(FLOATS, totals, 5 * LANES);
        for (int block = 0; block < blocks; block++) {
            long at = block * BLOCK_BYTES;
            FloatVector offset = FloatVector.broadcast(FLOATS, -ZERO * x[blockSums + block]);
            t0 =
                    FloatVector.fromMemorySegment(FLOATS, words, at0 + at, LITTLE_ENDIAN)
                            .fma(offset, t0);
            t1 =
                    FloatVector.fromMemorySegment(FLOATS, words, at1 + at, LITTLE_ENDIAN)
                            .fma(offset, t1);
            t2 =
                    FloatVector.fromMemorySegment(FLOATS, words, at2 + at, LITTLE_ENDIAN)
                            .fma(offset, t2);
            t3 =
                    FloatVector.fromMemorySegment(FLOATS, words, at3 + at, LITTLE_ENDIAN)
                            .fma(offset, t3);
            t4 =
                    FloatVector.fromMemorySegment(FLOATS, words, at4 + at, LITTLE_ENDIAN)
                            .fma(offset, t4);
            t5 =
                    FloatVector.fromMemorySegment(FLOATS, words, at5 + at, LITTLE_ENDIAN)
                            .fma(offset, t5);
        }
        t0.intoArray(totals, 0);
        t1.intoArray(totals, LANES);
        t2.intoArray(totals, 2 * LANES);
        t3.intoArray(totals, 3 * LANES);
        t4.intoArray(totals, 4 * LANES);
        t5.intoArray(totals, 5 * LANES);
    }

    // See PlacedRowProduct.sums for the loops over the places.
    private static void addSums(
            MemorySegment words,
            long at0,
            long at1,
            long at2,
            long at3,
            long at4,
            long at5,
            int blocks,
            float[] x,
            int from,
            float[] totals) {
        FloatVector s0 = FloatVector.zero(FLOATS);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        FloatVector s4 = s0;
        FloatVector s5 = s0;
        int k = from;
        for (int word = 0; word < BLOCK_WORDS * blocks; word++) {
            long at = (word + (word >> 2) + 1) * PLANE_BYTES;
            IntVector w0 = IntVector.fromMemorySegment(INTS, words, at0 + at, LITTLE_ENDIAN);
            IntVector w1 = IntVector.fromMemorySegment(INTS, words, at1 + at, LITTLE_ENDIAN);
            IntVector w2 = IntVector.fromMemorySegment(INTS, words, at2 + at, LITTLE_ENDIAN);
            IntVector w3 = IntVector.fromMemorySegment(INTS, words, at3 + at, LITTLE_ENDIAN);
            IntVector w4 = IntVector.fromMemorySegment(INTS, words, at4 + at, LITTLE_ENDIAN);
            IntVector w5 = IntVector.fromMemorySegment(INTS, words, at5 + at, LITTLE_ENDIAN);
            for (int place = 0xF; place <= 0xF0000; place <<= 4) {
                IntVector mask = IntVector.broadcast(INTS, place);
                FloatVector xk = FloatVector.broadcast(FLOATS, x[k++]);
                s0 = xk.fma(w0.and(mask).convert(I2F, 0), s0);
                s1 = xk.fma(w1.and(mask).convert(I2F, 0), s1);
                s2 = xk.fma(w2.and(mask).convert(I2F, 0), s2);
                s3 = xk.fma(w3.and(mask).convert(I2F, 0), s3);
                s4 = xk.fma(w4.and(mask).convert(I2F, 0), s4);
                s5 = xk.fma(w5.and(mask).convert(I2F, 0), s5);
            }
            w0 = w0.lanewise(LSHR, NumberPlaces.SHIFT);
            w1 = w1.lanewise(LSHR, NumberPlaces.SHIFT);
            w2 = w2.lanewise(LSHR, NumberPlaces.SHIFT);
            w3 = w3.lanewise(LSHR, NumberPlaces.SHIFT);
            w4 = w4.lanewise(LSHR, NumberPlaces.SHIFT);
            w5 = w5.lanewise(LSHR, NumberPlaces.SHIFT);
            for (int place = 0xF0; place <= 0xF000; place <<= 4) {
                IntVector mask = IntVector.broadcast(INTS, place);
                FloatVector xk = FloatVector.broadcast(FLOATS, x[k++]);
                s0 = xk.fma(w0.and(mask).convert(I2F, 0), s0);
                s1 = xk.fma(w1.and(mask).convert(I2F, 0), s1);
                s2 = xk.fma(w2.and(mask).convert(I2F, 0), s2);
                s3 = xk.fma(w3.and(mask).convert(I2F, 0), s3);
                s4 = xk.fma(w4.and(mask).convert(I2F, 0), s4);
                s5 = xk.fma(w5.and(mask).convert(I2F, 0), s5);
            }
            if (word % BLOCK_WORDS == BLOCK_WORDS - 1) {
                long d = (word >> 2) * BLOCK_BYTES;
                FloatVector.fromMemorySegment(FLOATS, words, at0 + d, LITTLE_ENDIAN)
                        .fma(s0, FloatVector.fromArray(FLOATS, totals, 0))
                        .intoArray(totals, 0);
                FloatVector.fromMemorySegment(FLOATS, words, at1 + d, LITTLE_ENDIAN)
                        .fma(s1, FloatVector.fromArray(FLOATS, totals, LANES))
                        .intoArray(totals, LANES);
                FloatVector.fromMemorySegment(FLOATS, words, at2 + d, LITTLE_ENDIAN)
                        .fma(s2, FloatVector.fromArray(FLOATS, totals, 2 * LANES))
                        .intoArray(totals, 2 * LANES);
                FloatVector.fromMemorySegment(FLOATS, words, at3 + d, LITTLE_ENDIAN)
                        .fma(s3, FloatVector.fromArray(FLOATS, totals, 3 * LANES))
                        .intoArray(totals, 3 * LANES);
                FloatVector.fromMemorySegment(FLOATS, words, at4 + d, LITTLE_ENDIAN)
                        .fma(s4, FloatVector.fromArray(FLOATS, totals, 4 * LANES))
                        .intoArray(totals, 4 * LANES);
                FloatVector.fromMemorySegment(FLOATS, words, at5 + d, LITTLE_ENDIAN)
                        .fma(s5, FloatVector.fromArray(FLOATS, totals, 5 * LANES))
                        .intoArray(totals, 5 * LANES);
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

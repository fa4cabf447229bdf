package dev.talaria.inference.kernel;

import static dev.talaria.inference.kernel.PanelDecoder.PLANE_BYTES;

import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// A few rows of activations, one after the other, times strips of weights with [NumberPlaces],
/// straight from the packed words. The order of the sums is [DecodeProduct]'s.
///
/// Numbers stay at their places in the word, where one AND takes them out: the activations they
/// meet are divided by as much. Six strips are multiplied side by side: as many sums as the
/// compiler keeps in registers beside their words.
final class PlacedRowProduct {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final int LANES = FLOATS.length();

    private static final int DEPTH = PackedRows.DEPTH;
    private static final int STRIPS = 6;
    private static final int WIDTH = STRIPS * LANES;

    // Scratch memory: the groups' sums, scales and minimums, strip by strip; the rows' sums.
    private static final int GROUPS = DEPTH / 16;
    private static final int SCALES = GROUPS * WIDTH;
    private static final int MINIMUMS = SCALES + GROUPS * WIDTH;
    private static final int TOTALS = MINIMUMS + GROUPS * WIDTH;

    private PlacedRowProduct() {}

    static int scratchLength() {
        return TOTALS + PackedRows.FEW * WIDTH;
    }

    static void multiply(
            PanelMatrix matrix,
            NumberPlaces places,
            float[] packed,
            int rows,
            float[] out,
            int fromRow,
            int fromPanel,
            int toPanel,
            float[] scratch) {
        int toStrip = toPanel * PanelMatrix.STRIPS;
        for (int strip = fromPanel * PanelMatrix.STRIPS; strip < toStrip; strip += STRIPS) {
            multiply(matrix, places, packed, rows, strip, scratch);
            int output = strip * LANES;
            int strips = Math.min(STRIPS, toStrip - strip);
            int room = Math.min(strips * LANES, matrix.rows() - output);
            for (int row = 0; row < rows && room > 0; row++) {
                int to = (fromRow + row) * matrix.rows() + output;
                System.arraycopy(scratch, TOTALS + row * WIDTH, out, to, room);
            }
        }
    }

    private static void multiply(
            PanelMatrix matrix,
            NumberPlaces places,
            float[] packed,
            int rows,
            int strip,
            float[] scratch) {
        Arrays.fill(scratch, TOTALS, TOTALS + rows * WIDTH, 0f);
        for (int from = 0; from < matrix.columns(); from += DEPTH) {
            int depth = Math.min(DEPTH, matrix.columns() - from);
            for (int i = 0; i < STRIPS; i++) {
                int lane = i * LANES;
                GroupScales.decode(
                        matrix,
                        at(matrix, strip + i),
                        from,
                        depth,
                        scratch,
                        SCALES + lane,
                        MINIMUMS + lane,
                        WIDTH);
            }
            for (int row = 0; row < rows; row++) {
                multiply(matrix, places, packed, rows, strip, from, depth, row, scratch);
            }
        }
    }

    // Beyond the last strip the last one is read again, for nobody.
    private static long at(PanelMatrix matrix, int strip) {
        return Math.min(strip, matrix.strips() - 1) * matrix.stripBytes();
    }

    private static void multiply(
            PanelMatrix matrix,
            NumberPlaces places,
            float[] packed,
            int rows,
            int strip,
            int from,
            int depth,
            int row,
            float[] scratch) {
        int columns = matrix.columns();
        int groups = depth / places.groupColumns();
        long numbers = matrix.groupOffset(0, places, from);
        int x = PackedRows.placedRow(places, rows, columns, row) + from;
        MemorySegment words = matrix.words();
        long groupBytes = matrix.groupBytes(places);
        sums(
                words,
                at(matrix, strip) + numbers,
                at(matrix, strip + 1) + numbers,
                at(matrix, strip + 2) + numbers,
                at(matrix, strip + 3) + numbers,
                at(matrix, strip + 4) + numbers,
                at(matrix, strip + 5) + numbers,
                groups,
                groupBytes - places.words() * PLANE_BYTES,
                places.words(),
                places.bits(),
                places.firstColumns(),
                places.wordColumns(),
                places.leftovers(),
                packed,
                x,
                scratch);
        if (places.leftovers() > 0) {
            for (int i = 0; i < STRIPS; i++) {
                long at = at(matrix, strip + i) + numbers;
                if (places == NumberPlaces.SIX) {
                    addSixteenth(words, at, groups, packed, x, scratch, i * LANES);
                } else {
                    addLastTwo(words, at, groupBytes, groups, packed, x, scratch, i * LANES);
                }
            }
        }
        int group = places.groupColumns();
        int groupSums = PackedRows.sums(group, rows, columns, row) + from / group;
        join(scratch, TOTALS + row * WIDTH, groups, packed, groupSums);
    }

    /// The sums of six strips' groups, but for their leftovers.
    ///
    /// The loops over the places count in a way the compiler does not unroll. Unrolled, it would
    /// put the multiply-adds of one sum after another, each waiting for the one before. The shift
    /// is a constant: by a variable it halves the speed.
    ///
    /// @param at0 where the numbers of the first strip begin, in bytes; the others likewise
    /// @param gap bytes between the last word of a group and the first of the next
    /// @param from where the activations begin in `x`, placed
    /// @param out receives `(groups, strips, lanes)` from 0
    private static void sums(
            MemorySegment words,
            long at0,
            long at1,
            long at2,
            long at3,
            long at4,
            long at5,
            int groups,
            long gap,
            int groupWords,
            int bits,
            int firstColumns,
            int wordColumns,
            int leftovers,
            float[] x,
            int from,
            float[] out) {
        FloatVector s0 = FloatVector.zero(FLOATS);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        FloatVector s4 = s0;
        FloatVector s5 = s0;
        int lowest = (1 << bits) - 1;
        int firstEnd = lowest << bits * (firstColumns - 1);
        int second = lowest << bits * firstColumns - NumberPlaces.SHIFT;
        int secondEnd = lowest << bits * (wordColumns - 1) - NumberPlaces.SHIFT;
        int k = from;
        long at = 0;
        int left = groupWords;
        int to = 0;
        for (int word = 0; word < groups * groupWords; word++) {
            IntVector w0 = IntVector.fromMemorySegment(INTS, words, at0 + at, LITTLE_ENDIAN);
            IntVector w1 = IntVector.fromMemorySegment(INTS, words, at1 + at, LITTLE_ENDIAN);
            IntVector w2 = IntVector.fromMemorySegment(INTS, words, at2 + at, LITTLE_ENDIAN);
            IntVector w3 = IntVector.fromMemorySegment(INTS, words, at3 + at, LITTLE_ENDIAN);
            IntVector w4 = IntVector.fromMemorySegment(INTS, words, at4 + at, LITTLE_ENDIAN);
            IntVector w5 = IntVector.fromMemorySegment(INTS, words, at5 + at, LITTLE_ENDIAN);
            for (int place = lowest; place <= firstEnd; place <<= bits) {
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
            for (int place = second; place <= secondEnd; place <<= bits) {
                IntVector mask = IntVector.broadcast(INTS, place);
                FloatVector xk = FloatVector.broadcast(FLOATS, x[k++]);
                s0 = xk.fma(w0.and(mask).convert(I2F, 0), s0);
                s1 = xk.fma(w1.and(mask).convert(I2F, 0), s1);
                s2 = xk.fma(w2.and(mask).convert(I2F, 0), s2);
                s3 = xk.fma(w3.and(mask).convert(I2F, 0), s3);
                s4 = xk.fma(w4.and(mask).convert(I2F, 0), s4);
                s5 = xk.fma(w5.and(mask).convert(I2F, 0), s5);
            }
            at += PLANE_BYTES;
            left--;
            if (left == 0) {
                left = groupWords;
                at += gap;
                k += leftovers;
                s0.intoArray(out, to);
                s1.intoArray(out, to + LANES);
                s2.intoArray(out, to + 2 * LANES);
                s3.intoArray(out, to + 3 * LANES);
                s4.intoArray(out, to + 4 * LANES);
                s5.intoArray(out, to + 5 * LANES);
                to += WIDTH;
                s0 = FloatVector.zero(FLOATS);
                s1 = s0;
                s2 = s0;
                s3 = s0;
                s4 = s0;
                s5 = s0;
            }
        }
    }

    // The sixteenth number of a group of six bits: two of each word.
    private static void addSixteenth(
            MemorySegment words, long at, int groups, float[] x, int from, float[] sums, int lane) {
        for (int group = 0; group < groups; group++) {
            long first = at + 3L * group * PLANE_BYTES;
            IntVector w0 = IntVector.fromMemorySegment(INTS, words, first, LITTLE_ENDIAN);
            IntVector w1 =
                    IntVector.fromMemorySegment(INTS, words, first + PLANE_BYTES, LITTLE_ENDIAN);
            IntVector w2 =
                    IntVector.fromMemorySegment(
                            INTS, words, first + 2 * PLANE_BYTES, LITTLE_ENDIAN);
            IntVector number =
                    w0.lanewise(LSHR, 30)
                            .or(w1.lanewise(LSHR, 28).and(0x0C))
                            .or(w2.lanewise(LSHR, 26).and(0x30));
            int to = group * WIDTH + lane;
            FloatVector.broadcast(FLOATS, x[from + 16 * group + 15])
                    .fma(number.convert(I2F, 0), FloatVector.fromArray(FLOATS, sums, to))
                    .intoArray(sums, to);
        }
    }

    // The last two numbers of a group of five bits: two of each word.
    private static void addLastTwo(
            MemorySegment words,
            long at,
            long groupBytes,
            int groups,
            float[] x,
            int from,
            float[] sums,
            int lane) {
        for (int group = 0; group < groups; group++) {
            long first = at + group * groupBytes;
            IntVector ten =
                    IntVector.fromMemorySegment(INTS, words, first, LITTLE_ENDIAN)
                            .lanewise(LSHR, 30);
            for (int word = 1; word < 5; word++) {
                ten =
                        IntVector.fromMemorySegment(
                                        INTS, words, first + word * PLANE_BYTES, LITTLE_ENDIAN)
                                .lanewise(LSHR, 30)
                                .lanewise(LSHL, 2 * word)
                                .or(ten);
            }
            int to = group * WIDTH + lane;
            int k = from + 32 * group + 30;
            FloatVector sum = FloatVector.fromArray(FLOATS, sums, to);
            sum = FloatVector.broadcast(FLOATS, x[k]).fma(ten.and(31).convert(I2F, 0), sum);
            FloatVector.broadcast(FLOATS, x[k + 1])
                    .fma(ten.lanewise(LSHR, 5).convert(I2F, 0), sum)
                    .intoArray(sums, to);
        }
    }

    /// Adds scales times sums to the six strips' totals, then minimums times sums of activations.
    private static void join(float[] scratch, int totals, int groups, float[] x, int groupSums) {
        FloatVector t0 = FloatVector.fromArray(FLOATS, scratch, totals);
        FloatVector t1 = FloatVector.fromArray(FLOATS, scratch, totals + LANES);
        FloatVector t2 = FloatVector.fromArray(FLOATS, scratch, totals + 2 * LANES);
        FloatVector t3 = FloatVector.fromArray(FLOATS, scratch, totals + 3 * LANES);
        FloatVector t4 = FloatVector.fromArray(FLOATS, scratch, totals + 4 * LANES);
        FloatVector t5 = FloatVector.fromArray(FLOATS, scratch, totals + 5 * LANES);
        for (int group = 0; group < groups; group++) {
            int s = group * WIDTH;
            int d = SCALES + s;
            t0 = scaled(scratch, d, s, t0);
            t1 = scaled(scratch, d + LANES, s + LANES, t1);
            t2 = scaled(scratch, d + 2 * LANES, s + 2 * LANES, t2);
            t3 = scaled(scratch, d + 3 * LANES, s + 3 * LANES, t3);
            t4 = scaled(scratch, d + 4 * LANES, s + 4 * LANES, t4);
            t5 = scaled(scratch, d + 5 * LANES, s + 5 * LANES, t5);
        }
        for (int group = 0; group < groups; group++) {
            FloatVector sum = FloatVector.broadcast(FLOATS, x[groupSums + group]);
            int m = MINIMUMS + group * WIDTH;
            t0 = FloatVector.fromArray(FLOATS, scratch, m).fma(sum, t0);
            t1 = FloatVector.fromArray(FLOATS, scratch, m + LANES).fma(sum, t1);
            t2 = FloatVector.fromArray(FLOATS, scratch, m + 2 * LANES).fma(sum, t2);
            t3 = FloatVector.fromArray(FLOATS, scratch, m + 3 * LANES).fma(sum, t3);
            t4 = FloatVector.fromArray(FLOATS, scratch, m + 4 * LANES).fma(sum, t4);
            t5 = FloatVector.fromArray(FLOATS, scratch, m + 5 * LANES).fma(sum, t5);
        }
        t0.intoArray(scratch, totals);
        t1.intoArray(scratch, totals + LANES);
        t2.intoArray(scratch, totals + 2 * LANES);
        t3.intoArray(scratch, totals + 3 * LANES);
        t4.intoArray(scratch, totals + 4 * LANES);
        t5.intoArray(scratch, totals + 5 * LANES);
    }

    private static FloatVector scaled(float[] scratch, int scale, int sum, FloatVector total) {
        return FloatVector.fromArray(FLOATS, scratch, scale)
                .fma(FloatVector.fromArray(FLOATS, scratch, sum), total);
    }
}

package dev.talaria.inference.kernel;

import static dev.talaria.inference.kernel.PanelDecoder.PLANE_BYTES;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.ROR;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import dev.talaria.inference.tensor.TensorType;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Rows in eights times strips of weights, straight from the packed words, where there are 32
/// vector registers: a number is taken out of its word once and meets the activations of eight
/// rows, whose sums and totals stay in registers. The order of the sums is [DecodeProduct]'s.
///
/// Of four and of eight bits two strips go side by side, so that an activation that is loaded meets
/// both; then the totals lie in memory.
///
/// So nothing is decoded to memory. A tile over decoded numbers comes to half the multiply-adds a
/// second here: its vectors of 64 bytes lie across two lines of the cache, as arrays do, and 256
/// columns of a panel fill the first-level cache.
final class OctetProduct {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final int LANES = FLOATS.length();

    // Columns whose scales are decoded at once: a multiple of 256 large enough that beginning anew
    // costs nothing.
    private static final int STRETCH = 2048;

    // Scratch memory: scales and minimums of the groups of two strips, the rows' totals.
    private static final int GROUPS = STRETCH / 16;
    private static final int MINIMUMS = GROUPS * 2 * LANES;
    private static final int TOTALS = 2 * MINIMUMS;

    private OctetProduct() {}

    /// Whether this machine has the registers.
    static boolean isPossible() {
        return FLOATS.vectorBitSize() == 512;
    }

    static int scratchLength() {
        return TOTALS + PackedRows.octets(Kernels.MAX_ROWS) * PackedRows.OCTET * LANES;
    }

    static void multiply(
            PanelMatrix matrix,
            float[] packed,
            int rows,
            float[] out,
            int fromRow,
            int fromPanel,
            int toPanel,
            float[] scratch) {
        int roundedRows = PackedRows.octets(rows) * PackedRows.OCTET;
        int toStrip = Math.min(toPanel * PanelMatrix.STRIPS, Math.ceilDiv(matrix.rows(), LANES));
        int group = (scratchLength() - TOTALS) / (roundedRows * LANES);
        for (int strip = fromPanel * PanelMatrix.STRIPS; strip < toStrip; strip += group) {
            int strips = Math.min(group, toStrip - strip);
            int width = strips * LANES;
            Arrays.fill(scratch, TOTALS, TOTALS + roundedRows * width, 0f);
            for (int from = 0; from < matrix.columns(); from += STRETCH) {
                int count = Math.min(STRETCH, matrix.columns() - from);
                int i = 0;
                for (; i + 1 < strips && goesInTwos(matrix); i += 2) {
                    int totals = TOTALS + i * LANES;
                    addTwo(matrix, strip + i, from, count, packed, rows, scratch, totals, width);
                }
                for (; i < strips; i++) {
                    int totals = TOTALS + i * LANES;
                    add(matrix, strip + i, from, count, packed, rows, scratch, totals, width);
                }
            }
            int output = strip * LANES;
            int room = Math.min(width, matrix.rows() - output);
            for (int row = 0; row < rows; row++) {
                int to = (fromRow + row) * matrix.rows() + output;
                System.arraycopy(scratch, TOTALS + row * width, out, to, room);
            }
        }
    }

    private static boolean goesInTwos(PanelMatrix matrix) {
        return matrix.type() == TensorType.Q8_0
                || matrix.places().filter(NumberPlaces.FOUR::equals).isPresent();
    }

    private static void addTwo(
            PanelMatrix matrix,
            int strip,
            int from,
            int count,
            float[] packed,
            int rows,
            float[] scratch,
            int totals,
            int width) {
        int columns = matrix.columns();
        long at = strip * matrix.stripBytes();
        long next = at + matrix.stripBytes();
        MemorySegment words = matrix.words();
        if (matrix.type() == TensorType.Q8_0) {
            long block = from / 32 * matrix.blockBytes();
            for (int octet = 0; octet < PackedRows.octets(rows); octet++) {
                int x = PackedRows.octet(rows, columns, octet) + from * PackedRows.OCTET;
                int to = totals + octet * PackedRows.OCTET * width;
                bytesOfTwo(
                        words, at + block, next + block, count / 32, packed, x, scratch, to, width);
            }
            return;
        }
        NumberPlaces places = NumberPlaces.FOUR;
        GroupScales.decode(matrix, at, from, count, scratch, 0, MINIMUMS, 2 * LANES);
        GroupScales.decode(matrix, next, from, count, scratch, LANES, MINIMUMS + LANES, 2 * LANES);
        int group = places.groupColumns();
        int blockGroups = matrix.blockElements() / group;
        long gap = matrix.blockBytes() - (long) blockGroups * places.words() * PLANE_BYTES;
        for (int octet = 0; octet < PackedRows.octets(rows); octet++) {
            int x = PackedRows.octet(rows, columns, octet) + from * PackedRows.OCTET;
            int sums =
                    PackedRows.octetSums(group, rows, columns, octet)
                            + from / group * PackedRows.OCTET;
            nibblesOfTwo(
                    words,
                    matrix.groupOffset(at, places, from),
                    matrix.groupOffset(next, places, from),
                    count / group,
                    blockGroups,
                    gap,
                    packed,
                    x,
                    sums,
                    scratch,
                    totals + octet * PackedRows.OCTET * width,
                    width);
        }
    }

    // The activations of a stretch come from the second-level cache for all strips but the first.
    private static void add(
            PanelMatrix matrix,
            int strip,
            int from,
            int count,
            float[] packed,
            int rows,
            float[] scratch,
            int totals,
            int width) {
        int columns = matrix.columns();
        long at = strip * matrix.stripBytes();
        if (matrix.type() == TensorType.Q8_0) {
            long first = at + from / 32 * matrix.blockBytes();
            for (int octet = 0; octet < PackedRows.octets(rows); octet++) {
                int x = PackedRows.octet(rows, columns, octet) + from * PackedRows.OCTET;
                int to = totals + octet * PackedRows.OCTET * width;
                bytes(matrix.words(), first, count / 32, packed, x, scratch, to, width);
            }
            return;
        }
        NumberPlaces places = matrix.places().orElseThrow();
        GroupScales.decode(matrix, at, from, count, scratch, 0, MINIMUMS, LANES);
        int group = places.groupColumns();
        int groups = count / group;
        int blockGroups = matrix.blockElements() / group;
        long gap = matrix.blockBytes() - (long) blockGroups * places.words() * PLANE_BYTES;
        long first = matrix.groupOffset(at, places, from);
        for (int octet = 0; octet < PackedRows.octets(rows); octet++) {
            int x = PackedRows.octet(rows, columns, octet) + from * PackedRows.OCTET;
            int sums =
                    PackedRows.octetSums(group, rows, columns, octet)
                            + from / group * PackedRows.OCTET;
            int to = totals + octet * PackedRows.OCTET * width;
            if (places == NumberPlaces.FOUR) {
                nibbles(
                        matrix.words(),
                        first,
                        groups,
                        blockGroups,
                        gap,
                        packed,
                        x,
                        sums,
                        scratch,
                        to,
                        width);
            } else {
                numbers(
                        matrix.words(),
                        first,
                        groups,
                        blockGroups,
                        gap,
                        group,
                        places.words(),
                        places.bits(),
                        places.wordColumns(),
                        places.leftovers(),
                        packed,
                        x,
                        sums,
                        scratch,
                        to,
                        width);
            }
        }
    }

    /// Groups of 32 numbers of four bits.
    ///
    /// @param first where the first word begins, in bytes
    /// @param blockGroups groups that follow each other
    /// @param gap bytes between these and the next
    /// @param from where the activations begin in `x`
    /// @param sums where the sums of the groups' activations begin in `x`
    /// @param totals where the first row's totals lie in the scratch memory
    /// @param width floats between the totals of neighbouring rows
    private static void nibbles(
            MemorySegment words,
            long first,
            int groups,
            int blockGroups,
            long gap,
            float[] x,
            int from,
            int sums,
            float[] scratch,
            int totals,
            int width) {
        FloatVector t0 = FloatVector.fromArray(FLOATS, scratch, totals);
        FloatVector t1 = FloatVector.fromArray(FLOATS, scratch, totals + width);
        FloatVector t2 = FloatVector.fromArray(FLOATS, scratch, totals + 2 * width);
        FloatVector t3 = FloatVector.fromArray(FLOATS, scratch, totals + 3 * width);
        FloatVector t4 = FloatVector.fromArray(FLOATS, scratch, totals + 4 * width);
        FloatVector t5 = FloatVector.fromArray(FLOATS, scratch, totals + 5 * width);
        FloatVector t6 = FloatVector.fromArray(FLOATS, scratch, totals + 6 * width);
        FloatVector t7 = FloatVector.fromArray(FLOATS, scratch, totals + 7 * width);
        FloatVector zero = FloatVector.zero(FLOATS);
        FloatVector s0 = zero;
        FloatVector s1 = zero;
        FloatVector s2 = zero;
        FloatVector s3 = zero;
        FloatVector s4 = zero;
        FloatVector s5 = zero;
        FloatVector s6 = zero;
        FloatVector s7 = zero;
        int k = from;
        int sum = sums;
        int left = blockGroups;
        int begun = 0;
        long at = first;
        for (int word = 0; word < 4 * groups; word++) {
            IntVector w = IntVector.fromMemorySegment(INTS, words, at, LITTLE_ENDIAN);
            at += PLANE_BYTES;
            for (int place = 0; place < 8; place++) {
                FloatVector q = (FloatVector) w.and(15).convert(I2F, 0);
                w = w.lanewise(LSHR, 4);
                s0 = FloatVector.broadcast(FLOATS, x[k]).fma(q, s0);
                s1 = FloatVector.broadcast(FLOATS, x[k + 1]).fma(q, s1);
                s2 = FloatVector.broadcast(FLOATS, x[k + 2]).fma(q, s2);
                s3 = FloatVector.broadcast(FLOATS, x[k + 3]).fma(q, s3);
                s4 = FloatVector.broadcast(FLOATS, x[k + 4]).fma(q, s4);
                s5 = FloatVector.broadcast(FLOATS, x[k + 5]).fma(q, s5);
                s6 = FloatVector.broadcast(FLOATS, x[k + 6]).fma(q, s6);
                s7 = FloatVector.broadcast(FLOATS, x[k + 7]).fma(q, s7);
                k += 8;
            }
            if ((word & 3) == 3) {
                int group = word >> 2;
                FloatVector d = FloatVector.fromArray(FLOATS, scratch, group * LANES);
                t0 = d.fma(s0, t0);
                t1 = d.fma(s1, t1);
                t2 = d.fma(s2, t2);
                t3 = d.fma(s3, t3);
                t4 = d.fma(s4, t4);
                t5 = d.fma(s5, t5);
                t6 = d.fma(s6, t6);
                t7 = d.fma(s7, t7);
                s0 = zero;
                s1 = zero;
                s2 = zero;
                s3 = zero;
                s4 = zero;
                s5 = zero;
                s6 = zero;
                s7 = zero;
                left--;
                if (left == 0) {
                    left = blockGroups;
                    at += gap;
                }
                if ((group & 7) == 7 || group == groups - 1) {
                    for (; begun <= group; begun++) {
                        FloatVector m =
                                FloatVector.fromArray(FLOATS, scratch, MINIMUMS + begun * LANES);
                        t0 = m.fma(FloatVector.broadcast(FLOATS, x[sum]), t0);
                        t1 = m.fma(FloatVector.broadcast(FLOATS, x[sum + 1]), t1);
                        t2 = m.fma(FloatVector.broadcast(FLOATS, x[sum + 2]), t2);
                        t3 = m.fma(FloatVector.broadcast(FLOATS, x[sum + 3]), t3);
                        t4 = m.fma(FloatVector.broadcast(FLOATS, x[sum + 4]), t4);
                        t5 = m.fma(FloatVector.broadcast(FLOATS, x[sum + 5]), t5);
                        t6 = m.fma(FloatVector.broadcast(FLOATS, x[sum + 6]), t6);
                        t7 = m.fma(FloatVector.broadcast(FLOATS, x[sum + 7]), t7);
                        sum += 8;
                    }
                }
            }
        }
        t0.intoArray(scratch, totals);
        t1.intoArray(scratch, totals + width);
        t2.intoArray(scratch, totals + 2 * width);
        t3.intoArray(scratch, totals + 3 * width);
        t4.intoArray(scratch, totals + 4 * width);
        t5.intoArray(scratch, totals + 5 * width);
        t6.intoArray(scratch, totals + 6 * width);
        t7.intoArray(scratch, totals + 7 * width);
    }

    /// Groups of numbers of any width; see [#nibbles].
    private static void numbers(
            MemorySegment words,
            long first,
            int groups,
            int blockGroups,
            long gap,
            int groupColumns,
            int groupWords,
            int bits,
            int wordColumns,
            int leftovers,
            float[] x,
            int from,
            int sums,
            float[] scratch,
            int totals,
            int width) {
        FloatVector t0 = FloatVector.fromArray(FLOATS, scratch, totals);
        FloatVector t1 = FloatVector.fromArray(FLOATS, scratch, totals + width);
        FloatVector t2 = FloatVector.fromArray(FLOATS, scratch, totals + 2 * width);
        FloatVector t3 = FloatVector.fromArray(FLOATS, scratch, totals + 3 * width);
        FloatVector t4 = FloatVector.fromArray(FLOATS, scratch, totals + 4 * width);
        FloatVector t5 = FloatVector.fromArray(FLOATS, scratch, totals + 5 * width);
        FloatVector t6 = FloatVector.fromArray(FLOATS, scratch, totals + 6 * width);
        FloatVector t7 = FloatVector.fromArray(FLOATS, scratch, totals + 7 * width);
        FloatVector zero = FloatVector.zero(FLOATS);
        FloatVector s0 = zero;
        FloatVector s1 = zero;
        FloatVector s2 = zero;
        FloatVector s3 = zero;
        FloatVector s4 = zero;
        FloatVector s5 = zero;
        FloatVector s6 = zero;
        FloatVector s7 = zero;
        int mask = (1 << bits) - 1;
        int lastOfPart = PackedRows.DEPTH / groupColumns - 1;
        int k = from;
        int sum = sums;
        int left = blockGroups;
        int begun = 0;
        long at = first;
        for (int group = 0; group < groups; group++) {
            IntVector tops = IntVector.zero(INTS);
            for (int word = 0; word < groupWords; word++) {
                IntVector w = IntVector.fromMemorySegment(INTS, words, at, LITTLE_ENDIAN);
                at += PLANE_BYTES;
                tops = tops.or(w.lanewise(LSHR, 30).lanewise(LSHL, 2 * word));
                for (int place = 0; place < wordColumns; place++) {
                    FloatVector q = (FloatVector) w.and(mask).convert(I2F, 0);
                    w = w.lanewise(LSHR, bits);
                    s0 = FloatVector.broadcast(FLOATS, x[k]).fma(q, s0);
                    s1 = FloatVector.broadcast(FLOATS, x[k + 1]).fma(q, s1);
                    s2 = FloatVector.broadcast(FLOATS, x[k + 2]).fma(q, s2);
                    s3 = FloatVector.broadcast(FLOATS, x[k + 3]).fma(q, s3);
                    s4 = FloatVector.broadcast(FLOATS, x[k + 4]).fma(q, s4);
                    s5 = FloatVector.broadcast(FLOATS, x[k + 5]).fma(q, s5);
                    s6 = FloatVector.broadcast(FLOATS, x[k + 6]).fma(q, s6);
                    s7 = FloatVector.broadcast(FLOATS, x[k + 7]).fma(q, s7);
                    k += 8;
                }
            }
            for (int place = 0; place < leftovers; place++) {
                FloatVector q = (FloatVector) tops.and(mask).convert(I2F, 0);
                tops = tops.lanewise(LSHR, bits);
                s0 = FloatVector.broadcast(FLOATS, x[k]).fma(q, s0);
                s1 = FloatVector.broadcast(FLOATS, x[k + 1]).fma(q, s1);
                s2 = FloatVector.broadcast(FLOATS, x[k + 2]).fma(q, s2);
                s3 = FloatVector.broadcast(FLOATS, x[k + 3]).fma(q, s3);
                s4 = FloatVector.broadcast(FLOATS, x[k + 4]).fma(q, s4);
                s5 = FloatVector.broadcast(FLOATS, x[k + 5]).fma(q, s5);
                s6 = FloatVector.broadcast(FLOATS, x[k + 6]).fma(q, s6);
                s7 = FloatVector.broadcast(FLOATS, x[k + 7]).fma(q, s7);
                k += 8;
            }
            FloatVector d = FloatVector.fromArray(FLOATS, scratch, group * LANES);
            t0 = d.fma(s0, t0);
            t1 = d.fma(s1, t1);
            t2 = d.fma(s2, t2);
            t3 = d.fma(s3, t3);
            t4 = d.fma(s4, t4);
            t5 = d.fma(s5, t5);
            t6 = d.fma(s6, t6);
            t7 = d.fma(s7, t7);
            s0 = zero;
            s1 = zero;
            s2 = zero;
            s3 = zero;
            s4 = zero;
            s5 = zero;
            s6 = zero;
            s7 = zero;
            left--;
            if (left == 0) {
                left = blockGroups;
                at += gap;
            }
            if ((group & lastOfPart) == lastOfPart || group == groups - 1) {
                for (; begun <= group; begun++) {
                    FloatVector m =
                            FloatVector.fromArray(FLOATS, scratch, MINIMUMS + begun * LANES);
                    t0 = m.fma(FloatVector.broadcast(FLOATS, x[sum]), t0);
                    t1 = m.fma(FloatVector.broadcast(FLOATS, x[sum + 1]), t1);
                    t2 = m.fma(FloatVector.broadcast(FLOATS, x[sum + 2]), t2);
                    t3 = m.fma(FloatVector.broadcast(FLOATS, x[sum + 3]), t3);
                    t4 = m.fma(FloatVector.broadcast(FLOATS, x[sum + 4]), t4);
                    t5 = m.fma(FloatVector.broadcast(FLOATS, x[sum + 5]), t5);
                    t6 = m.fma(FloatVector.broadcast(FLOATS, x[sum + 6]), t6);
                    t7 = m.fma(FloatVector.broadcast(FLOATS, x[sum + 7]), t7);
                    sum += 8;
                }
            }
        }
        t0.intoArray(scratch, totals);
        t1.intoArray(scratch, totals + width);
        t2.intoArray(scratch, totals + 2 * width);
        t3.intoArray(scratch, totals + 3 * width);
        t4.intoArray(scratch, totals + 4 * width);
        t5.intoArray(scratch, totals + 5 * width);
        t6.intoArray(scratch, totals + 6 * width);
        t7.intoArray(scratch, totals + 7 * width);
    }

    /// Blocks of Q8_0: a plane of scales, eight of signed bytes.
    private static void bytes(
            MemorySegment words,
            long first,
            int blocks,
            float[] x,
            int from,
            float[] scratch,
            int totals,
            int width) {
        FloatVector t0 = FloatVector.fromArray(FLOATS, scratch, totals);
        FloatVector t1 = FloatVector.fromArray(FLOATS, scratch, totals + width);
        FloatVector t2 = FloatVector.fromArray(FLOATS, scratch, totals + 2 * width);
        FloatVector t3 = FloatVector.fromArray(FLOATS, scratch, totals + 3 * width);
        FloatVector t4 = FloatVector.fromArray(FLOATS, scratch, totals + 4 * width);
        FloatVector t5 = FloatVector.fromArray(FLOATS, scratch, totals + 5 * width);
        FloatVector t6 = FloatVector.fromArray(FLOATS, scratch, totals + 6 * width);
        FloatVector t7 = FloatVector.fromArray(FLOATS, scratch, totals + 7 * width);
        FloatVector zero = FloatVector.zero(FLOATS);
        FloatVector s0 = zero;
        FloatVector s1 = zero;
        FloatVector s2 = zero;
        FloatVector s3 = zero;
        FloatVector s4 = zero;
        FloatVector s5 = zero;
        FloatVector s6 = zero;
        FloatVector s7 = zero;
        int k = from;
        for (int word = 0; word < 8 * blocks; word++) {
            long at = first + (word + (word >> 3) + 1) * PLANE_BYTES;
            IntVector w = IntVector.fromMemorySegment(INTS, words, at, LITTLE_ENDIAN);
            for (int place = 0; place < 4; place++) {
                w = w.lanewise(ROR, 8);
                FloatVector q = (FloatVector) w.lanewise(ASHR, 24).convert(I2F, 0);
                s0 = FloatVector.broadcast(FLOATS, x[k]).fma(q, s0);
                s1 = FloatVector.broadcast(FLOATS, x[k + 1]).fma(q, s1);
                s2 = FloatVector.broadcast(FLOATS, x[k + 2]).fma(q, s2);
                s3 = FloatVector.broadcast(FLOATS, x[k + 3]).fma(q, s3);
                s4 = FloatVector.broadcast(FLOATS, x[k + 4]).fma(q, s4);
                s5 = FloatVector.broadcast(FLOATS, x[k + 5]).fma(q, s5);
                s6 = FloatVector.broadcast(FLOATS, x[k + 6]).fma(q, s6);
                s7 = FloatVector.broadcast(FLOATS, x[k + 7]).fma(q, s7);
                k += 8;
            }
            if ((word & 7) == 7) {
                long scales = first + (word >> 3) * 9L * PLANE_BYTES;
                FloatVector d = FloatVector.fromMemorySegment(FLOATS, words, scales, LITTLE_ENDIAN);
                t0 = d.fma(s0, t0);
                t1 = d.fma(s1, t1);
                t2 = d.fma(s2, t2);
                t3 = d.fma(s3, t3);
                t4 = d.fma(s4, t4);
                t5 = d.fma(s5, t5);
                t6 = d.fma(s6, t6);
                t7 = d.fma(s7, t7);
                s0 = zero;
                s1 = zero;
                s2 = zero;
                s3 = zero;
                s4 = zero;
                s5 = zero;
                s6 = zero;
                s7 = zero;
            }
        }
        t0.intoArray(scratch, totals);
        t1.intoArray(scratch, totals + width);
        t2.intoArray(scratch, totals + 2 * width);
        t3.intoArray(scratch, totals + 3 * width);
        t4.intoArray(scratch, totals + 4 * width);
        t5.intoArray(scratch, totals + 5 * width);
        t6.intoArray(scratch, totals + 6 * width);
        t7.intoArray(scratch, totals + 7 * width);
    }

    /// Groups of 32 numbers of four bits, of two strips side by side: an activation that is loaded
    /// meets both. The totals stay in memory, the second strip's behind the first's. Scales and
    /// minimums of both strips lie side by side as well. See [#nibbles].
    private static void nibblesOfTwo(
            MemorySegment words,
            long first,
            long second,
            int groups,
            int blockGroups,
            long gap,
            float[] x,
            int from,
            int sums,
            float[] scratch,
            int totals,
            int width) {
        int k = from;
        int left = blockGroups;
        int begun = 0;
        long at = 0;
        for (int group = 0; group < groups; group++) {
            FloatVector zero = FloatVector.zero(FLOATS);
            FloatVector s0 = zero;
            FloatVector s1 = zero;
            FloatVector s2 = zero;
            FloatVector s3 = zero;
            FloatVector s4 = zero;
            FloatVector s5 = zero;
            FloatVector s6 = zero;
            FloatVector s7 = zero;
            FloatVector r0 = zero;
            FloatVector r1 = zero;
            FloatVector r2 = zero;
            FloatVector r3 = zero;
            FloatVector r4 = zero;
            FloatVector r5 = zero;
            FloatVector r6 = zero;
            FloatVector r7 = zero;
            for (int word = 0; word < 4; word++) {
                IntVector w = IntVector.fromMemorySegment(INTS, words, first + at, LITTLE_ENDIAN);
                IntVector v = IntVector.fromMemorySegment(INTS, words, second + at, LITTLE_ENDIAN);
                at += PLANE_BYTES;
                for (int place = 0; place < 8; place++) {
                    FloatVector q = (FloatVector) w.and(15).convert(I2F, 0);
                    FloatVector p = (FloatVector) v.and(15).convert(I2F, 0);
                    w = w.lanewise(LSHR, 4);
                    v = v.lanewise(LSHR, 4);
                    FloatVector x0 = FloatVector.broadcast(FLOATS, x[k]);
                    s0 = x0.fma(q, s0);
                    r0 = x0.fma(p, r0);
                    x0 = FloatVector.broadcast(FLOATS, x[k + 1]);
                    s1 = x0.fma(q, s1);
                    r1 = x0.fma(p, r1);
                    x0 = FloatVector.broadcast(FLOATS, x[k + 2]);
                    s2 = x0.fma(q, s2);
                    r2 = x0.fma(p, r2);
                    x0 = FloatVector.broadcast(FLOATS, x[k + 3]);
                    s3 = x0.fma(q, s3);
                    r3 = x0.fma(p, r3);
                    x0 = FloatVector.broadcast(FLOATS, x[k + 4]);
                    s4 = x0.fma(q, s4);
                    r4 = x0.fma(p, r4);
                    x0 = FloatVector.broadcast(FLOATS, x[k + 5]);
                    s5 = x0.fma(q, s5);
                    r5 = x0.fma(p, r5);
                    x0 = FloatVector.broadcast(FLOATS, x[k + 6]);
                    s6 = x0.fma(q, s6);
                    r6 = x0.fma(p, r6);
                    x0 = FloatVector.broadcast(FLOATS, x[k + 7]);
                    s7 = x0.fma(q, s7);
                    r7 = x0.fma(p, r7);
                    k += 8;
                }
            }
            FloatVector d = FloatVector.fromArray(FLOATS, scratch, group * 2 * LANES);
            FloatVector e = FloatVector.fromArray(FLOATS, scratch, group * 2 * LANES + LANES);
            d.fma(s0, FloatVector.fromArray(FLOATS, scratch, totals)).intoArray(scratch, totals);
            e.fma(r0, FloatVector.fromArray(FLOATS, scratch, totals + LANES))
                    .intoArray(scratch, totals + LANES);
            d.fma(s1, FloatVector.fromArray(FLOATS, scratch, totals + width))
                    .intoArray(scratch, totals + width);
            e.fma(r1, FloatVector.fromArray(FLOATS, scratch, totals + width + LANES))
                    .intoArray(scratch, totals + width + LANES);
            d.fma(s2, FloatVector.fromArray(FLOATS, scratch, totals + 2 * width))
                    .intoArray(scratch, totals + 2 * width);
            e.fma(r2, FloatVector.fromArray(FLOATS, scratch, totals + 2 * width + LANES))
                    .intoArray(scratch, totals + 2 * width + LANES);
            d.fma(s3, FloatVector.fromArray(FLOATS, scratch, totals + 3 * width))
                    .intoArray(scratch, totals + 3 * width);
            e.fma(r3, FloatVector.fromArray(FLOATS, scratch, totals + 3 * width + LANES))
                    .intoArray(scratch, totals + 3 * width + LANES);
            d.fma(s4, FloatVector.fromArray(FLOATS, scratch, totals + 4 * width))
                    .intoArray(scratch, totals + 4 * width);
            e.fma(r4, FloatVector.fromArray(FLOATS, scratch, totals + 4 * width + LANES))
                    .intoArray(scratch, totals + 4 * width + LANES);
            d.fma(s5, FloatVector.fromArray(FLOATS, scratch, totals + 5 * width))
                    .intoArray(scratch, totals + 5 * width);
            e.fma(r5, FloatVector.fromArray(FLOATS, scratch, totals + 5 * width + LANES))
                    .intoArray(scratch, totals + 5 * width + LANES);
            d.fma(s6, FloatVector.fromArray(FLOATS, scratch, totals + 6 * width))
                    .intoArray(scratch, totals + 6 * width);
            e.fma(r6, FloatVector.fromArray(FLOATS, scratch, totals + 6 * width + LANES))
                    .intoArray(scratch, totals + 6 * width + LANES);
            d.fma(s7, FloatVector.fromArray(FLOATS, scratch, totals + 7 * width))
                    .intoArray(scratch, totals + 7 * width);
            e.fma(r7, FloatVector.fromArray(FLOATS, scratch, totals + 7 * width + LANES))
                    .intoArray(scratch, totals + 7 * width + LANES);
            left--;
            if (left == 0) {
                left = blockGroups;
                at += gap;
            }
            if ((group & 7) == 7 || group == groups - 1) {
                addMinimums(begun, group + 1, x, sums, scratch, totals, width);
                begun = group + 1;
            }
        }
    }

    /// Adds the minimums of groups of two strips, each times the sums of the rows' activations.
    private static void addMinimums(
            int group, int end, float[] x, int sums, float[] scratch, int totals, int width) {
        for (int row = 0; row < PackedRows.OCTET; row++) {
            int total = totals + row * width;
            FloatVector t = FloatVector.fromArray(FLOATS, scratch, total);
            FloatVector u = FloatVector.fromArray(FLOATS, scratch, total + LANES);
            for (int i = group; i < end; i++) {
                int at = MINIMUMS + i * 2 * LANES;
                FloatVector sum =
                        FloatVector.broadcast(FLOATS, x[sums + i * PackedRows.OCTET + row]);
                t = FloatVector.fromArray(FLOATS, scratch, at).fma(sum, t);
                u = FloatVector.fromArray(FLOATS, scratch, at + LANES).fma(sum, u);
            }
            t.intoArray(scratch, total);
            u.intoArray(scratch, total + LANES);
        }
    }

    /// Blocks of Q8_0, of two strips side by side. See [#nibblesOfTwo] and [#bytes].
    private static void bytesOfTwo(
            MemorySegment words,
            long first,
            long second,
            int blocks,
            float[] x,
            int from,
            float[] scratch,
            int totals,
            int width) {
        int k = from;
        long at = 0;
        for (int block = 0; block < blocks; block++) {
            FloatVector zero = FloatVector.zero(FLOATS);
            FloatVector s0 = zero;
            FloatVector s1 = zero;
            FloatVector s2 = zero;
            FloatVector s3 = zero;
            FloatVector s4 = zero;
            FloatVector s5 = zero;
            FloatVector s6 = zero;
            FloatVector s7 = zero;
            FloatVector r0 = zero;
            FloatVector r1 = zero;
            FloatVector r2 = zero;
            FloatVector r3 = zero;
            FloatVector r4 = zero;
            FloatVector r5 = zero;
            FloatVector r6 = zero;
            FloatVector r7 = zero;
            for (int word = 1; word <= 8; word++) {
                long to = at + word * PLANE_BYTES;
                IntVector w = IntVector.fromMemorySegment(INTS, words, first + to, LITTLE_ENDIAN);
                IntVector v = IntVector.fromMemorySegment(INTS, words, second + to, LITTLE_ENDIAN);
                for (int place = 0; place < 4; place++) {
                    w = w.lanewise(ROR, 8);
                    v = v.lanewise(ROR, 8);
                    FloatVector q = (FloatVector) w.lanewise(ASHR, 24).convert(I2F, 0);
                    FloatVector p = (FloatVector) v.lanewise(ASHR, 24).convert(I2F, 0);
                    FloatVector x0 = FloatVector.broadcast(FLOATS, x[k]);
                    s0 = x0.fma(q, s0);
                    r0 = x0.fma(p, r0);
                    x0 = FloatVector.broadcast(FLOATS, x[k + 1]);
                    s1 = x0.fma(q, s1);
                    r1 = x0.fma(p, r1);
                    x0 = FloatVector.broadcast(FLOATS, x[k + 2]);
                    s2 = x0.fma(q, s2);
                    r2 = x0.fma(p, r2);
                    x0 = FloatVector.broadcast(FLOATS, x[k + 3]);
                    s3 = x0.fma(q, s3);
                    r3 = x0.fma(p, r3);
                    x0 = FloatVector.broadcast(FLOATS, x[k + 4]);
                    s4 = x0.fma(q, s4);
                    r4 = x0.fma(p, r4);
                    x0 = FloatVector.broadcast(FLOATS, x[k + 5]);
                    s5 = x0.fma(q, s5);
                    r5 = x0.fma(p, r5);
                    x0 = FloatVector.broadcast(FLOATS, x[k + 6]);
                    s6 = x0.fma(q, s6);
                    r6 = x0.fma(p, r6);
                    x0 = FloatVector.broadcast(FLOATS, x[k + 7]);
                    s7 = x0.fma(q, s7);
                    r7 = x0.fma(p, r7);
                    k += 8;
                }
            }
            FloatVector d = FloatVector.fromMemorySegment(FLOATS, words, first + at, LITTLE_ENDIAN);
            FloatVector e =
                    FloatVector.fromMemorySegment(FLOATS, words, second + at, LITTLE_ENDIAN);
            d.fma(s0, FloatVector.fromArray(FLOATS, scratch, totals)).intoArray(scratch, totals);
            e.fma(r0, FloatVector.fromArray(FLOATS, scratch, totals + LANES))
                    .intoArray(scratch, totals + LANES);
            d.fma(s1, FloatVector.fromArray(FLOATS, scratch, totals + width))
                    .intoArray(scratch, totals + width);
            e.fma(r1, FloatVector.fromArray(FLOATS, scratch, totals + width + LANES))
                    .intoArray(scratch, totals + width + LANES);
            d.fma(s2, FloatVector.fromArray(FLOATS, scratch, totals + 2 * width))
                    .intoArray(scratch, totals + 2 * width);
            e.fma(r2, FloatVector.fromArray(FLOATS, scratch, totals + 2 * width + LANES))
                    .intoArray(scratch, totals + 2 * width + LANES);
            d.fma(s3, FloatVector.fromArray(FLOATS, scratch, totals + 3 * width))
                    .intoArray(scratch, totals + 3 * width);
            e.fma(r3, FloatVector.fromArray(FLOATS, scratch, totals + 3 * width + LANES))
                    .intoArray(scratch, totals + 3 * width + LANES);
            d.fma(s4, FloatVector.fromArray(FLOATS, scratch, totals + 4 * width))
                    .intoArray(scratch, totals + 4 * width);
            e.fma(r4, FloatVector.fromArray(FLOATS, scratch, totals + 4 * width + LANES))
                    .intoArray(scratch, totals + 4 * width + LANES);
            d.fma(s5, FloatVector.fromArray(FLOATS, scratch, totals + 5 * width))
                    .intoArray(scratch, totals + 5 * width);
            e.fma(r5, FloatVector.fromArray(FLOATS, scratch, totals + 5 * width + LANES))
                    .intoArray(scratch, totals + 5 * width + LANES);
            d.fma(s6, FloatVector.fromArray(FLOATS, scratch, totals + 6 * width))
                    .intoArray(scratch, totals + 6 * width);
            e.fma(r6, FloatVector.fromArray(FLOATS, scratch, totals + 6 * width + LANES))
                    .intoArray(scratch, totals + 6 * width + LANES);
            d.fma(s7, FloatVector.fromArray(FLOATS, scratch, totals + 7 * width))
                    .intoArray(scratch, totals + 7 * width);
            e.fma(r7, FloatVector.fromArray(FLOATS, scratch, totals + 7 * width + LANES))
                    .intoArray(scratch, totals + 7 * width + LANES);
            at += 9 * PLANE_BYTES;
        }
    }
}

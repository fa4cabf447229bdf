package dev.talaria.inference.kernel;

import static dev.talaria.inference.kernel.PackedRows.DEPTH;
import static dev.talaria.inference.kernel.PackedRows.GROUP_ROWS;

import dev.talaria.inference.tensor.TensorType;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

import java.util.Arrays;
import java.util.Optional;

/// Rows times panels of weights whose groups of columns have a scale, and mostly a minimum: the
/// steps in which sequences write.
///
/// Of every 256 columns first the sums of the groups, those of the stored numbers times the
/// activations, join a row's sum, each times its scale; then the minimums, each times the sum of
/// its group's activations. So a weight costs a multiplication and a subtraction less than in a
/// [PrefillProduct], and a single row, which has nobody to share the cost of decoding with, comes
/// close to what memory gives. One or two rows are multiplied straight from the packed words; more
/// in groups of four and of three over decoded ones, two strips at a time. The order of the sums is
/// the same.
final class DecodeProduct {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = FLOATS.length();

    /// Outputs of two strips.
    private static final int PAIR = 2 * LANES;

    // Scratch memory: the decoded numbers, the scales and the minimums of their groups, the sums
    // row by row.
    private static final int GROUPS = DEPTH / 16;
    private static final int SCALES = DEPTH * PAIR;
    private static final int MINIMUMS = SCALES + GROUPS * PAIR;
    private static final int SUMS = MINIMUMS + GROUPS * PAIR;

    private DecodeProduct() {}

    static int scratchLength() {
        return Math.max(
                PlacedRowProduct.scratchLength(),
                SUMS + PackedRows.groupedRows(Kernels.MAX_ROWS) * PAIR);
    }

    /// Whether the type is one of whole numbers with a scale for every 32 or 16 columns.
    static boolean takes(PanelMatrix matrix) {
        return matrix.type() == TensorType.Q8_0 || matrix.places().isPresent();
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
        Optional<NumberPlaces> places = matrix.places();
        if (!PackedRows.isFew(rows)) {
            int toStrip = toPanel * PanelMatrix.STRIPS;
            for (int strip = fromPanel * PanelMatrix.STRIPS; strip < toStrip; strip += 2) {
                int strips = Math.min(2, toStrip - strip);
                multiplyStrips(matrix, strip, strips, packed, rows, scratch);
                emit(matrix, strip, strips, rows, scratch, out, fromRow);
            }
        } else if (matrix.type() == TensorType.Q4_0) {
            NibbleRowProduct.multiply(
                    matrix, packed, rows, out, fromRow, fromPanel, toPanel, scratch);
        } else if (places.isPresent()) {
            PlacedRowProduct.multiply(
                    matrix, places.get(), packed, rows, out, fromRow, fromPanel, toPanel, scratch);
        } else {
            ByteRowProduct.multiply(
                    matrix, packed, rows, out, fromRow, fromPanel, toPanel, scratch);
        }
    }

    private static int sums(int row) {
        return SUMS + row * PAIR;
    }

    // Where there is no second strip, what the scratch memory holds is multiplied for nobody.
    private static void multiplyStrips(
            PanelMatrix matrix, int strip, int strips, float[] packed, int rows, float[] scratch) {
        int columns = matrix.columns();
        int inFours = PackedRows.fullGroups(rows) * GROUP_ROWS;
        int group = matrix.places().map(NumberPlaces::groupColumns).orElse(32);
        Arrays.fill(scratch, SUMS, sums(PackedRows.groupedRows(rows)), 0f);
        for (int from = 0; from < columns; from += DEPTH) {
            int depth = Math.min(DEPTH, columns - from);
            decode(matrix, strip, strips, from, depth, scratch);
            for (int row = 0; row < inFours; row += GROUP_ROWS) {
                int x = PackedRows.group(rows, columns, from, depth, row);
                four(packed, x, depth, group, scratch, sums(row));
            }
            for (int row = inFours; row < rows; row += 3) {
                int x = PackedRows.group(rows, columns, from, depth, row);
                three(packed, x, depth, group, scratch, sums(row));
            }
            if (matrix.places().isPresent()) {
                for (int row = 0; row < rows; row++) {
                    int x = PackedRows.sums(group, rows, columns, row) + from / group;
                    addMinimums(packed, x, depth / group, scratch, sums(row));
                }
            }
        }
    }

    private static void decode(
            PanelMatrix matrix, int strip, int strips, int from, int depth, float[] scratch) {
        for (int i = 0; i < strips; i++) {
            int to = i * LANES;
            PanelDecoder.decodeNumbers(
                    matrix, strip + i, from, depth, scratch, to, SCALES + to, MINIMUMS + to, PAIR);
        }
    }

    private static void emit(
            PanelMatrix matrix,
            int strip,
            int strips,
            int rows,
            float[] scratch,
            float[] out,
            int fromRow) {
        int width = matrix.rows();
        int output = strip * LANES;
        int room = Math.min(strips * LANES, width - output);
        for (int row = 0; row < rows && room > 0; row++) {
            System.arraycopy(scratch, sums(row), out, (fromRow + row) * width + output, room);
        }
    }

    private static void addMinimums(float[] x, int from, int groups, float[] scratch, int sums) {
        FloatVector s0 = FloatVector.fromArray(FLOATS, scratch, sums);
        FloatVector s1 = FloatVector.fromArray(FLOATS, scratch, sums + LANES);
        for (int group = 0; group < groups; group++) {
            int m = MINIMUMS + group * PAIR;
            FloatVector sum = FloatVector.broadcast(FLOATS, x[from + group]);
            s0 = FloatVector.fromArray(FLOATS, scratch, m).fma(sum, s0);
            s1 = FloatVector.fromArray(FLOATS, scratch, m + LANES).fma(sum, s1);
        }
        s0.intoArray(scratch, sums);
        s1.intoArray(scratch, sums + LANES);
    }

    /// Four rows by two strips, two columns a round; the sums are scaled and put down after every
    /// group of columns. 8 sums keep two multiply-add units of latency 4 busy, and with the weights
    /// and activations of a column fit 16 registers. Two columns share what a round costs besides;
    /// more make the compiler spill.
    ///
    /// @param from where the rows begin in `x`
    /// @param sums where their sums lie in the scratch memory
    private static void four(float[] x, int from, int depth, int group, float[] scratch, int sums) {
        FloatVector s00 = FloatVector.zero(FLOATS);
        FloatVector s01 = FloatVector.zero(FLOATS);
        FloatVector s10 = FloatVector.zero(FLOATS);
        FloatVector s11 = FloatVector.zero(FLOATS);
        FloatVector s20 = FloatVector.zero(FLOATS);
        FloatVector s21 = FloatVector.zero(FLOATS);
        FloatVector s30 = FloatVector.zero(FLOATS);
        FloatVector s31 = FloatVector.zero(FLOATS);
        int last = group - 2;
        int d = SCALES;
        for (int k = 0; k < depth; k += 2) {
            int w = k * PAIR;
            int at = from + k * GROUP_ROWS;
            FloatVector w00 = FloatVector.fromArray(FLOATS, scratch, w);
            FloatVector w01 = FloatVector.fromArray(FLOATS, scratch, w + LANES);
            FloatVector x00 = FloatVector.broadcast(FLOATS, x[at]);
            s00 = x00.fma(w00, s00);
            s01 = x00.fma(w01, s01);
            FloatVector x01 = FloatVector.broadcast(FLOATS, x[at + 1]);
            s10 = x01.fma(w00, s10);
            s11 = x01.fma(w01, s11);
            FloatVector x02 = FloatVector.broadcast(FLOATS, x[at + 2]);
            s20 = x02.fma(w00, s20);
            s21 = x02.fma(w01, s21);
            FloatVector x03 = FloatVector.broadcast(FLOATS, x[at + 3]);
            s30 = x03.fma(w00, s30);
            s31 = x03.fma(w01, s31);
            FloatVector w10 = FloatVector.fromArray(FLOATS, scratch, w + PAIR);
            FloatVector w11 = FloatVector.fromArray(FLOATS, scratch, w + PAIR + LANES);
            FloatVector x10 = FloatVector.broadcast(FLOATS, x[at + 4]);
            s00 = x10.fma(w10, s00);
            s01 = x10.fma(w11, s01);
            FloatVector x11 = FloatVector.broadcast(FLOATS, x[at + 5]);
            s10 = x11.fma(w10, s10);
            s11 = x11.fma(w11, s11);
            FloatVector x12 = FloatVector.broadcast(FLOATS, x[at + 6]);
            s20 = x12.fma(w10, s20);
            s21 = x12.fma(w11, s21);
            FloatVector x13 = FloatVector.broadcast(FLOATS, x[at + 7]);
            s30 = x13.fma(w10, s30);
            s31 = x13.fma(w11, s31);
            if ((k & last) == last) {
                FloatVector d0 = FloatVector.fromArray(FLOATS, scratch, d);
                FloatVector d1 = FloatVector.fromArray(FLOATS, scratch, d + LANES);
                d0.fma(s00, FloatVector.fromArray(FLOATS, scratch, sums)).intoArray(scratch, sums);
                s00 = FloatVector.zero(FLOATS);
                d1.fma(s01, FloatVector.fromArray(FLOATS, scratch, sums + LANES))
                        .intoArray(scratch, sums + LANES);
                s01 = FloatVector.zero(FLOATS);
                d0.fma(s10, FloatVector.fromArray(FLOATS, scratch, sums + PAIR))
                        .intoArray(scratch, sums + PAIR);
                s10 = FloatVector.zero(FLOATS);
                d1.fma(s11, FloatVector.fromArray(FLOATS, scratch, sums + PAIR + LANES))
                        .intoArray(scratch, sums + PAIR + LANES);
                s11 = FloatVector.zero(FLOATS);
                d0.fma(s20, FloatVector.fromArray(FLOATS, scratch, sums + 2 * PAIR))
                        .intoArray(scratch, sums + 2 * PAIR);
                s20 = FloatVector.zero(FLOATS);
                d1.fma(s21, FloatVector.fromArray(FLOATS, scratch, sums + 2 * PAIR + LANES))
                        .intoArray(scratch, sums + 2 * PAIR + LANES);
                s21 = FloatVector.zero(FLOATS);
                d0.fma(s30, FloatVector.fromArray(FLOATS, scratch, sums + 3 * PAIR))
                        .intoArray(scratch, sums + 3 * PAIR);
                s30 = FloatVector.zero(FLOATS);
                d1.fma(s31, FloatVector.fromArray(FLOATS, scratch, sums + 3 * PAIR + LANES))
                        .intoArray(scratch, sums + 3 * PAIR + LANES);
                s31 = FloatVector.zero(FLOATS);
                d += PAIR;
            }
        }
    }

    /// Three rows by two strips: what groups of four leave over.
    private static void three(
            float[] x, int from, int depth, int group, float[] scratch, int sums) {
        FloatVector s00 = FloatVector.zero(FLOATS);
        FloatVector s01 = FloatVector.zero(FLOATS);
        FloatVector s10 = FloatVector.zero(FLOATS);
        FloatVector s11 = FloatVector.zero(FLOATS);
        FloatVector s20 = FloatVector.zero(FLOATS);
        FloatVector s21 = FloatVector.zero(FLOATS);
        int last = group - 2;
        int d = SCALES;
        for (int k = 0; k < depth; k += 2) {
            int w = k * PAIR;
            int at = from + k * 3;
            FloatVector w00 = FloatVector.fromArray(FLOATS, scratch, w);
            FloatVector w01 = FloatVector.fromArray(FLOATS, scratch, w + LANES);
            FloatVector x00 = FloatVector.broadcast(FLOATS, x[at]);
            s00 = x00.fma(w00, s00);
            s01 = x00.fma(w01, s01);
            FloatVector x01 = FloatVector.broadcast(FLOATS, x[at + 1]);
            s10 = x01.fma(w00, s10);
            s11 = x01.fma(w01, s11);
            FloatVector x02 = FloatVector.broadcast(FLOATS, x[at + 2]);
            s20 = x02.fma(w00, s20);
            s21 = x02.fma(w01, s21);
            FloatVector w10 = FloatVector.fromArray(FLOATS, scratch, w + PAIR);
            FloatVector w11 = FloatVector.fromArray(FLOATS, scratch, w + PAIR + LANES);
            FloatVector x10 = FloatVector.broadcast(FLOATS, x[at + 3]);
            s00 = x10.fma(w10, s00);
            s01 = x10.fma(w11, s01);
            FloatVector x11 = FloatVector.broadcast(FLOATS, x[at + 4]);
            s10 = x11.fma(w10, s10);
            s11 = x11.fma(w11, s11);
            FloatVector x12 = FloatVector.broadcast(FLOATS, x[at + 5]);
            s20 = x12.fma(w10, s20);
            s21 = x12.fma(w11, s21);
            if ((k & last) == last) {
                FloatVector d0 = FloatVector.fromArray(FLOATS, scratch, d);
                FloatVector d1 = FloatVector.fromArray(FLOATS, scratch, d + LANES);
                d0.fma(s00, FloatVector.fromArray(FLOATS, scratch, sums)).intoArray(scratch, sums);
                s00 = FloatVector.zero(FLOATS);
                d1.fma(s01, FloatVector.fromArray(FLOATS, scratch, sums + LANES))
                        .intoArray(scratch, sums + LANES);
                s01 = FloatVector.zero(FLOATS);
                d0.fma(s10, FloatVector.fromArray(FLOATS, scratch, sums + PAIR))
                        .intoArray(scratch, sums + PAIR);
                s10 = FloatVector.zero(FLOATS);
                d1.fma(s11, FloatVector.fromArray(FLOATS, scratch, sums + PAIR + LANES))
                        .intoArray(scratch, sums + PAIR + LANES);
                s11 = FloatVector.zero(FLOATS);
                d0.fma(s20, FloatVector.fromArray(FLOATS, scratch, sums + 2 * PAIR))
                        .intoArray(scratch, sums + 2 * PAIR);
                s20 = FloatVector.zero(FLOATS);
                d1.fma(s21, FloatVector.fromArray(FLOATS, scratch, sums + 2 * PAIR + LANES))
                        .intoArray(scratch, sums + 2 * PAIR + LANES);
                s21 = FloatVector.zero(FLOATS);
                d += PAIR;
            }
        }
    }
}

package dev.talaria.inference.kernel;

import static dev.talaria.inference.kernel.PackedRows.DEPTH;
import static dev.talaria.inference.kernel.PackedRows.TILE_ROWS;

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
/// close to what memory gives. Up to four rows are multiplied straight from the packed words; more
/// by an [OctetProduct] where that is possible, else in tiles of three and of two rows over decoded
/// words. The order of the sums is the same.
final class DecodeProduct {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = FLOATS.length();
    private static final int PANEL_ROWS = PanelDecoder.PANEL_ROWS;

    // Scratch memory: the decoded numbers, the scales and the minimums of their groups, the sums
    // row by row.
    private static final int GROUPS = DEPTH / 16;
    private static final int SCALES = DEPTH * PANEL_ROWS;
    private static final int MINIMUMS = SCALES + GROUPS * PANEL_ROWS;
    private static final int SUMS = MINIMUMS + GROUPS * PANEL_ROWS;

    private DecodeProduct() {}

    static int scratchLength() {
        return Math.max(
                Math.max(PlacedRowProduct.scratchLength(), OctetProduct.scratchLength()),
                SUMS + PackedRows.tiles(Kernels.MAX_ROWS) * TILE_ROWS * PANEL_ROWS);
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
        if (PackedRows.isInOctets(Kernels.Phase.DECODE, rows)) {
            OctetProduct.multiply(matrix, packed, rows, out, fromRow, fromPanel, toPanel, scratch);
        } else if (!PackedRows.isFew(rows)) {
            for (int panel = fromPanel; panel < toPanel; panel++) {
                multiplyTiles(matrix, panel, packed, rows, scratch);
                PrefillProduct.emit(matrix, panel, scratch, SUMS, rows, out, fromRow);
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
        return SUMS + row * PANEL_ROWS;
    }

    private static void multiplyTiles(
            PanelMatrix matrix, int panel, float[] packed, int rows, float[] scratch) {
        int pairs = rows % TILE_ROWS == 0 ? 0 : TILE_ROWS - rows % TILE_ROWS;
        int inThrees = rows - 2 * pairs;
        int group = matrix.places().map(NumberPlaces::groupColumns).orElse(32);
        Arrays.fill(scratch, SUMS, sums(rows), 0f);
        for (int from = 0; from < matrix.columns(); from += DEPTH) {
            int depth = Math.min(DEPTH, matrix.columns() - from);
            PanelDecoder.decodeNumbers(matrix, panel, from, depth, scratch, SCALES, MINIMUMS);
            for (int row = 0; row < inThrees; row += TILE_ROWS) {
                int x = PackedRows.row(rows, from, depth, row);
                tile(packed, x, depth, group, scratch, sums(row));
            }
            for (int row = inThrees; row < rows; row += 2) {
                int first = PackedRows.row(rows, from, depth, row);
                int second = PackedRows.row(rows, from, depth, row + 1);
                pair(packed, first, second, depth, group, scratch, sums(row));
            }
            if (matrix.places().isPresent()) {
                for (int row = 0; row < rows; row++) {
                    int x = PackedRows.sums(group, rows, matrix.columns(), row) + from / group;
                    addMinimums(packed, x, depth / group, scratch, sums(row));
                }
            }
        }
    }

    private static void addMinimums(float[] x, int from, int groups, float[] scratch, int sums) {
        FloatVector s0 = FloatVector.fromArray(FLOATS, scratch, sums);
        FloatVector s1 = FloatVector.fromArray(FLOATS, scratch, sums + LANES);
        FloatVector s2 = FloatVector.fromArray(FLOATS, scratch, sums + 2 * LANES);
        for (int group = 0; group < groups; group++) {
            int m = MINIMUMS + group * PANEL_ROWS;
            FloatVector sum = FloatVector.broadcast(FLOATS, x[from + group]);
            s0 = FloatVector.fromArray(FLOATS, scratch, m).fma(sum, s0);
            s1 = FloatVector.fromArray(FLOATS, scratch, m + LANES).fma(sum, s1);
            s2 = FloatVector.fromArray(FLOATS, scratch, m + 2 * LANES).fma(sum, s2);
        }
        s0.intoArray(scratch, sums);
        s1.intoArray(scratch, sums + LANES);
        s2.intoArray(scratch, sums + 2 * LANES);
    }

    /// Three rows by one panel, as in a [PrefillProduct], but that the sums are scaled and put down
    /// after every group.
    private static void tile(float[] x, int from, int depth, int group, float[] scratch, int sums) {
        FloatVector s00 = FloatVector.zero(FLOATS);
        FloatVector s01 = FloatVector.zero(FLOATS);
        FloatVector s02 = FloatVector.zero(FLOATS);
        FloatVector s10 = FloatVector.zero(FLOATS);
        FloatVector s11 = FloatVector.zero(FLOATS);
        FloatVector s12 = FloatVector.zero(FLOATS);
        FloatVector s20 = FloatVector.zero(FLOATS);
        FloatVector s21 = FloatVector.zero(FLOATS);
        FloatVector s22 = FloatVector.zero(FLOATS);
        int last = group - 1;
        int d = SCALES;
        for (int k = 0; k < depth; k++) {
            int w = k * PANEL_ROWS;
            FloatVector w0 = FloatVector.fromArray(FLOATS, scratch, w);
            FloatVector w1 = FloatVector.fromArray(FLOATS, scratch, w + LANES);
            FloatVector w2 = FloatVector.fromArray(FLOATS, scratch, w + 2 * LANES);
            int at = from + k * TILE_ROWS;
            FloatVector x0 = FloatVector.broadcast(FLOATS, x[at]);
            s00 = x0.fma(w0, s00);
            s01 = x0.fma(w1, s01);
            s02 = x0.fma(w2, s02);
            FloatVector x1 = FloatVector.broadcast(FLOATS, x[at + 1]);
            s10 = x1.fma(w0, s10);
            s11 = x1.fma(w1, s11);
            s12 = x1.fma(w2, s12);
            FloatVector x2 = FloatVector.broadcast(FLOATS, x[at + 2]);
            s20 = x2.fma(w0, s20);
            s21 = x2.fma(w1, s21);
            s22 = x2.fma(w2, s22);
            if ((k & last) == last) {
                FloatVector d0 = FloatVector.fromArray(FLOATS, scratch, d);
                FloatVector d1 = FloatVector.fromArray(FLOATS, scratch, d + LANES);
                FloatVector d2 = FloatVector.fromArray(FLOATS, scratch, d + 2 * LANES);
                d0.fma(s00, FloatVector.fromArray(FLOATS, scratch, sums)).intoArray(scratch, sums);
                s00 = FloatVector.zero(FLOATS);
                d1.fma(s01, FloatVector.fromArray(FLOATS, scratch, sums + LANES))
                        .intoArray(scratch, sums + LANES);
                s01 = FloatVector.zero(FLOATS);
                d2.fma(s02, FloatVector.fromArray(FLOATS, scratch, sums + 2 * LANES))
                        .intoArray(scratch, sums + 2 * LANES);
                s02 = FloatVector.zero(FLOATS);
                d0.fma(s10, FloatVector.fromArray(FLOATS, scratch, sums + PANEL_ROWS))
                        .intoArray(scratch, sums + PANEL_ROWS);
                s10 = FloatVector.zero(FLOATS);
                d1.fma(s11, FloatVector.fromArray(FLOATS, scratch, sums + PANEL_ROWS + LANES))
                        .intoArray(scratch, sums + PANEL_ROWS + LANES);
                s11 = FloatVector.zero(FLOATS);
                d2.fma(s12, FloatVector.fromArray(FLOATS, scratch, sums + PANEL_ROWS + 2 * LANES))
                        .intoArray(scratch, sums + PANEL_ROWS + 2 * LANES);
                s12 = FloatVector.zero(FLOATS);
                d0.fma(s20, FloatVector.fromArray(FLOATS, scratch, sums + 2 * PANEL_ROWS))
                        .intoArray(scratch, sums + 2 * PANEL_ROWS);
                s20 = FloatVector.zero(FLOATS);
                d1.fma(s21, FloatVector.fromArray(FLOATS, scratch, sums + 2 * PANEL_ROWS + LANES))
                        .intoArray(scratch, sums + 2 * PANEL_ROWS + LANES);
                s21 = FloatVector.zero(FLOATS);
                d2.fma(
                                s22,
                                FloatVector.fromArray(
                                        FLOATS, scratch, sums + 2 * PANEL_ROWS + 2 * LANES))
                        .intoArray(scratch, sums + 2 * PANEL_ROWS + 2 * LANES);
                s22 = FloatVector.zero(FLOATS);
                d += PANEL_ROWS;
            }
        }
    }

    /// Two rows by one panel: what three rows at a time leave over.
    private static void pair(
            float[] x, int first, int second, int depth, int group, float[] scratch, int sums) {
        FloatVector s00 = FloatVector.zero(FLOATS);
        FloatVector s01 = FloatVector.zero(FLOATS);
        FloatVector s02 = FloatVector.zero(FLOATS);
        FloatVector s10 = FloatVector.zero(FLOATS);
        FloatVector s11 = FloatVector.zero(FLOATS);
        FloatVector s12 = FloatVector.zero(FLOATS);
        int last = group - 1;
        int d = SCALES;
        for (int k = 0; k < depth; k++) {
            int w = k * PANEL_ROWS;
            FloatVector w0 = FloatVector.fromArray(FLOATS, scratch, w);
            FloatVector w1 = FloatVector.fromArray(FLOATS, scratch, w + LANES);
            FloatVector w2 = FloatVector.fromArray(FLOATS, scratch, w + 2 * LANES);
            FloatVector x0 = FloatVector.broadcast(FLOATS, x[first + k * TILE_ROWS]);
            s00 = x0.fma(w0, s00);
            s01 = x0.fma(w1, s01);
            s02 = x0.fma(w2, s02);
            FloatVector x1 = FloatVector.broadcast(FLOATS, x[second + k * TILE_ROWS]);
            s10 = x1.fma(w0, s10);
            s11 = x1.fma(w1, s11);
            s12 = x1.fma(w2, s12);
            if ((k & last) == last) {
                FloatVector d0 = FloatVector.fromArray(FLOATS, scratch, d);
                FloatVector d1 = FloatVector.fromArray(FLOATS, scratch, d + LANES);
                FloatVector d2 = FloatVector.fromArray(FLOATS, scratch, d + 2 * LANES);
                d0.fma(s00, FloatVector.fromArray(FLOATS, scratch, sums)).intoArray(scratch, sums);
                s00 = FloatVector.zero(FLOATS);
                d1.fma(s01, FloatVector.fromArray(FLOATS, scratch, sums + LANES))
                        .intoArray(scratch, sums + LANES);
                s01 = FloatVector.zero(FLOATS);
                d2.fma(s02, FloatVector.fromArray(FLOATS, scratch, sums + 2 * LANES))
                        .intoArray(scratch, sums + 2 * LANES);
                s02 = FloatVector.zero(FLOATS);
                d0.fma(s10, FloatVector.fromArray(FLOATS, scratch, sums + PANEL_ROWS))
                        .intoArray(scratch, sums + PANEL_ROWS);
                s10 = FloatVector.zero(FLOATS);
                d1.fma(s11, FloatVector.fromArray(FLOATS, scratch, sums + PANEL_ROWS + LANES))
                        .intoArray(scratch, sums + PANEL_ROWS + LANES);
                s11 = FloatVector.zero(FLOATS);
                d2.fma(s12, FloatVector.fromArray(FLOATS, scratch, sums + PANEL_ROWS + 2 * LANES))
                        .intoArray(scratch, sums + PANEL_ROWS + 2 * LANES);
                s12 = FloatVector.zero(FLOATS);
                d += PANEL_ROWS;
            }
        }
    }
}

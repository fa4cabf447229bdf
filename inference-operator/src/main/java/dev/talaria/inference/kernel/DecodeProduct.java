package dev.talaria.inference.kernel;

import static dev.talaria.inference.kernel.PackedRows.DEPTH;
import static dev.talaria.inference.kernel.PackedRows.TILE_ROWS;

import dev.talaria.inference.tensor.TensorType;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

import java.util.Arrays;

/// A few rows times panels of weights that have a scale for every 32 columns: the steps in which
/// sequences write.
///
/// The sum of 32 columns is that of the stored numbers times the activations; it is multiplied by
/// the scale as it joins the row's sum. Where a stored number other than 0 stands for zero, minus
/// this number times the sum of the activations, times the scale, joins it before. So a weight
/// costs a multiplication and a subtraction less than in a [PrefillProduct], and a single row,
/// which has nobody to share the cost of decoding with, comes close to what memory gives. Up to
/// four rows are multiplied straight from the packed words; more in tiles of three and of two rows
/// over decoded ones. The order of the sums is the same.
final class DecodeProduct {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = FLOATS.length();
    private static final int PANEL_ROWS = PanelDecoder.PANEL_ROWS;

    private static final int BLOCK = 32;

    // Scratch memory: the decoded numbers, the scales of their blocks, what joins each row's sums
    // before these blocks (unscaled), the sums row by row.
    private static final int SCALES = DEPTH * PANEL_ROWS;
    private static final int OFFSETS = SCALES + DEPTH / BLOCK * PANEL_ROWS;
    private static final int ROW_OFFSETS = DEPTH / BLOCK;
    private static final int SUMS =
            OFFSETS + PackedRows.tiles(Kernels.MAX_ROWS) * TILE_ROWS * ROW_OFFSETS;

    private DecodeProduct() {}

    static int scratchLength() {
        return SUMS + PackedRows.tiles(Kernels.MAX_ROWS) * TILE_ROWS * PANEL_ROWS;
    }

    /// Whether there is a scale for every 32 columns and nothing else.
    static boolean takes(PanelMatrix matrix) {
        return switch (matrix.type()) {
            case Q8_0, Q4_0 -> true;
            case F32, F16, BF16, Q4_1, Q5_0, Q5_1, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, IQ4_NL, IQ4_XS ->
                    false;
        };
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
        if (PackedRows.isFew(rows)) {
            RowProduct.multiply(matrix, packed, rows, out, fromRow, fromPanel, toPanel, scratch);
            return;
        }
        for (int panel = fromPanel; panel < toPanel; panel++) {
            multiplyTiles(matrix, panel, packed, rows, scratch);
            PrefillProduct.emit(matrix, panel, scratch, SUMS, rows, out, fromRow);
        }
    }

    private static int sums(int row) {
        return SUMS + row * PANEL_ROWS;
    }

    private static void multiplyTiles(
            PanelMatrix matrix, int panel, float[] packed, int rows, float[] scratch) {
        int pairs = rows % TILE_ROWS == 0 ? 0 : TILE_ROWS - rows % TILE_ROWS;
        int inThrees = rows - 2 * pairs;
        Arrays.fill(scratch, SUMS, sums(rows), 0f);
        for (int from = 0; from < matrix.columns(); from += DEPTH) {
            int depth = Math.min(DEPTH, matrix.columns() - from);
            PanelDecoder.decodeNumbers(matrix, panel, from, depth, scratch, SCALES);
            offset(matrix, packed, rows, from, depth, scratch);
            for (int row = 0; row < inThrees; row += TILE_ROWS) {
                int x = PackedRows.row(rows, from, depth, row);
                tile(packed, x, depth, scratch, offsets(row), sums(row));
            }
            for (int row = inThrees; row < rows; row += 2) {
                int first = PackedRows.row(rows, from, depth, row);
                int second = PackedRows.row(rows, from, depth, row + 1);
                pair(packed, first, second, depth, scratch, offsets(row), sums(row));
            }
        }
    }

    private static int offsets(int row) {
        return OFFSETS + row * ROW_OFFSETS;
    }

    private static void offset(
            PanelMatrix matrix, float[] packed, int rows, int from, int depth, float[] scratch) {
        float zero = zero(matrix);
        for (int row = 0; row < rows; row++) {
            int sums = PackedRows.sums(rows, matrix.columns(), row) + from / BLOCK;
            for (int block = 0; block < depth / BLOCK; block++) {
                scratch[offsets(row) + block] = zero == 0 ? 0f : -zero * packed[sums + block];
            }
        }
    }

    /// The stored number that stands for zero.
    private static float zero(PanelMatrix matrix) {
        return matrix.type() == TensorType.Q4_0 ? RowProduct.Q4_ZERO : 0f;
    }

    /// Three rows by one panel, as in a [PrefillProduct], but that the sums are scaled and put down
    /// after every block.
    private static void tile(
            float[] x, int from, int depth, float[] scratch, int offsets, int sums) {
        FloatVector s00 = FloatVector.zero(FLOATS);
        FloatVector s01 = FloatVector.zero(FLOATS);
        FloatVector s02 = FloatVector.zero(FLOATS);
        FloatVector s10 = FloatVector.zero(FLOATS);
        FloatVector s11 = FloatVector.zero(FLOATS);
        FloatVector s12 = FloatVector.zero(FLOATS);
        FloatVector s20 = FloatVector.zero(FLOATS);
        FloatVector s21 = FloatVector.zero(FLOATS);
        FloatVector s22 = FloatVector.zero(FLOATS);
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
            if (k % BLOCK == BLOCK - 1) {
                int d = SCALES + k / BLOCK * PANEL_ROWS;
                int b = offsets + k / BLOCK;
                FloatVector d0 = FloatVector.fromArray(FLOATS, scratch, d);
                FloatVector d1 = FloatVector.fromArray(FLOATS, scratch, d + LANES);
                FloatVector d2 = FloatVector.fromArray(FLOATS, scratch, d + 2 * LANES);
                FloatVector b0 = FloatVector.broadcast(FLOATS, scratch[b]);
                d0.fma(s00, d0.fma(b0, FloatVector.fromArray(FLOATS, scratch, sums)))
                        .intoArray(scratch, sums);
                s00 = FloatVector.zero(FLOATS);
                d1.fma(s01, d1.fma(b0, FloatVector.fromArray(FLOATS, scratch, sums + LANES)))
                        .intoArray(scratch, sums + LANES);
                s01 = FloatVector.zero(FLOATS);
                d2.fma(s02, d2.fma(b0, FloatVector.fromArray(FLOATS, scratch, sums + 2 * LANES)))
                        .intoArray(scratch, sums + 2 * LANES);
                s02 = FloatVector.zero(FLOATS);
                FloatVector b1 = FloatVector.broadcast(FLOATS, scratch[b + ROW_OFFSETS]);
                d0.fma(s10, d0.fma(b1, FloatVector.fromArray(FLOATS, scratch, sums + PANEL_ROWS)))
                        .intoArray(scratch, sums + PANEL_ROWS);
                s10 = FloatVector.zero(FLOATS);
                d1.fma(
                                s11,
                                d1.fma(
                                        b1,
                                        FloatVector.fromArray(
                                                FLOATS, scratch, sums + PANEL_ROWS + LANES)))
                        .intoArray(scratch, sums + PANEL_ROWS + LANES);
                s11 = FloatVector.zero(FLOATS);
                d2.fma(
                                s12,
                                d2.fma(
                                        b1,
                                        FloatVector.fromArray(
                                                FLOATS, scratch, sums + PANEL_ROWS + 2 * LANES)))
                        .intoArray(scratch, sums + PANEL_ROWS + 2 * LANES);
                s12 = FloatVector.zero(FLOATS);
                FloatVector b2 = FloatVector.broadcast(FLOATS, scratch[b + 2 * ROW_OFFSETS]);
                d0.fma(
                                s20,
                                d0.fma(
                                        b2,
                                        FloatVector.fromArray(
                                                FLOATS, scratch, sums + 2 * PANEL_ROWS)))
                        .intoArray(scratch, sums + 2 * PANEL_ROWS);
                s20 = FloatVector.zero(FLOATS);
                d1.fma(
                                s21,
                                d1.fma(
                                        b2,
                                        FloatVector.fromArray(
                                                FLOATS, scratch, sums + 2 * PANEL_ROWS + LANES)))
                        .intoArray(scratch, sums + 2 * PANEL_ROWS + LANES);
                s21 = FloatVector.zero(FLOATS);
                d2.fma(
                                s22,
                                d2.fma(
                                        b2,
                                        FloatVector.fromArray(
                                                FLOATS,
                                                scratch,
                                                sums + 2 * PANEL_ROWS + 2 * LANES)))
                        .intoArray(scratch, sums + 2 * PANEL_ROWS + 2 * LANES);
                s22 = FloatVector.zero(FLOATS);
            }
        }
    }

    /// Two rows by one panel: what three rows at a time leave over.
    private static void pair(
            float[] x, int first, int second, int depth, float[] scratch, int offsets, int sums) {
        FloatVector s00 = FloatVector.zero(FLOATS);
        FloatVector s01 = FloatVector.zero(FLOATS);
        FloatVector s02 = FloatVector.zero(FLOATS);
        FloatVector s10 = FloatVector.zero(FLOATS);
        FloatVector s11 = FloatVector.zero(FLOATS);
        FloatVector s12 = FloatVector.zero(FLOATS);
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
            if (k % BLOCK == BLOCK - 1) {
                int d = SCALES + k / BLOCK * PANEL_ROWS;
                int b = offsets + k / BLOCK;
                FloatVector d0 = FloatVector.fromArray(FLOATS, scratch, d);
                FloatVector d1 = FloatVector.fromArray(FLOATS, scratch, d + LANES);
                FloatVector d2 = FloatVector.fromArray(FLOATS, scratch, d + 2 * LANES);
                FloatVector b0 = FloatVector.broadcast(FLOATS, scratch[b]);
                d0.fma(s00, d0.fma(b0, FloatVector.fromArray(FLOATS, scratch, sums)))
                        .intoArray(scratch, sums);
                s00 = FloatVector.zero(FLOATS);
                d1.fma(s01, d1.fma(b0, FloatVector.fromArray(FLOATS, scratch, sums + LANES)))
                        .intoArray(scratch, sums + LANES);
                s01 = FloatVector.zero(FLOATS);
                d2.fma(s02, d2.fma(b0, FloatVector.fromArray(FLOATS, scratch, sums + 2 * LANES)))
                        .intoArray(scratch, sums + 2 * LANES);
                s02 = FloatVector.zero(FLOATS);
                FloatVector b1 = FloatVector.broadcast(FLOATS, scratch[b + ROW_OFFSETS]);
                d0.fma(s10, d0.fma(b1, FloatVector.fromArray(FLOATS, scratch, sums + PANEL_ROWS)))
                        .intoArray(scratch, sums + PANEL_ROWS);
                s10 = FloatVector.zero(FLOATS);
                d1.fma(
                                s11,
                                d1.fma(
                                        b1,
                                        FloatVector.fromArray(
                                                FLOATS, scratch, sums + PANEL_ROWS + LANES)))
                        .intoArray(scratch, sums + PANEL_ROWS + LANES);
                s11 = FloatVector.zero(FLOATS);
                d2.fma(
                                s12,
                                d2.fma(
                                        b1,
                                        FloatVector.fromArray(
                                                FLOATS, scratch, sums + PANEL_ROWS + 2 * LANES)))
                        .intoArray(scratch, sums + PANEL_ROWS + 2 * LANES);
                s12 = FloatVector.zero(FLOATS);
            }
        }
    }
}

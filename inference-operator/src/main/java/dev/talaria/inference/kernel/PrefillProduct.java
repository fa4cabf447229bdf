package dev.talaria.inference.kernel;

import static dev.talaria.inference.kernel.PackedRows.DEPTH;
import static dev.talaria.inference.kernel.PackedRows.TILE_ROWS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

import java.util.Arrays;

/// Many rows times panels of weights.
///
/// The weights of 256 columns of a panel are decoded to floats in the first-level cache, and a tile
/// of three rows by one panel runs over them with its sums in registers, or two tiles where there
/// are registers for both. A row's sum is that of 256 columns after 256 columns, each begun at
/// zero: an order that depends on nothing but the matrix.
final class PrefillProduct {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = FLOATS.length();
    private static final int PANEL_ROWS = PanelDecoder.PANEL_ROWS;

    // Registers for the sums of two tiles: with AVX-512 there are 32.
    private static final boolean TWO_TILES = FLOATS.vectorBitSize() == 512;

    // Panels whose sums are kept while the activations of 256 columns go by: so these come from the
    // second-level cache for all panels but the first.
    private static final int GROUP = 8;

    // Scratch memory: the decoded weights, then the sums, panel by panel and row by row. Sums go
    // through memory because a vector that is handed to a method which is not inlined would be
    // allocated.
    private static final int SUMS = DEPTH * PANEL_ROWS;

    private PrefillProduct() {}

    static int scratchLength() {
        return SUMS + GROUP * PackedRows.tiles(Kernels.MAX_ROWS) * TILE_ROWS * PANEL_ROWS;
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
        for (int group = fromPanel; group < toPanel; group += GROUP) {
            int groupEnd = Math.min(toPanel, group + GROUP);
            multiplyGroup(matrix, packed, rows, group, groupEnd, scratch);
            for (int panel = group; panel < groupEnd; panel++) {
                int sums = sums(rows, panel - group);
                emit(matrix, panel, scratch, sums, rows, out, fromRow);
            }
        }
    }

    private static int sums(int rows, int panelOfGroup) {
        return SUMS + panelOfGroup * PackedRows.tiles(rows) * TILE_ROWS * PANEL_ROWS;
    }

    private static void multiplyGroup(
            PanelMatrix matrix,
            float[] packed,
            int rows,
            int fromPanel,
            int toPanel,
            float[] scratch) {
        Arrays.fill(scratch, SUMS, sums(rows, toPanel - fromPanel), 0f);
        for (int from = 0; from < matrix.columns(); from += DEPTH) {
            int depth = Math.min(DEPTH, matrix.columns() - from);
            for (int panel = fromPanel; panel < toPanel; panel++) {
                PanelDecoder.decode(matrix, panel, from, depth, scratch);
                int sums = sums(rows, panel - fromPanel);
                int tile = 0;
                if (TWO_TILES) {
                    for (; tile + 1 < PackedRows.tiles(rows); tile += 2) {
                        int x = PackedRows.tile(rows, from, depth, tile);
                        twoTiles(packed, x, depth, scratch, sums + tile * TILE_ROWS * PANEL_ROWS);
                    }
                }
                for (; tile < PackedRows.tiles(rows); tile++) {
                    int x = PackedRows.tile(rows, from, depth, tile);
                    tile(packed, x, depth, scratch, sums + tile * TILE_ROWS * PANEL_ROWS);
                }
            }
        }
    }

    /// Three rows by one panel: the weights at the start of the scratch memory, the sums added to
    /// those that are there. 3 rows x 3 vectors are 9 sums: one more than two multiply-add units of
    /// latency 4 keep busy, and with three weights and three activations 15 of 16 registers. Larger
    /// tiles (5 x 2, 6 x 2) were measured at a third of the speed: the compiler loads all operands
    /// first and spills a sum.
    private static void tile(float[] x, int from, int depth, float[] scratch, int sums) {
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
        }
        FloatVector.fromArray(FLOATS, scratch, sums).add(s00).intoArray(scratch, sums);
        FloatVector.fromArray(FLOATS, scratch, sums + LANES)
                .add(s01)
                .intoArray(scratch, sums + LANES);
        FloatVector.fromArray(FLOATS, scratch, sums + 2 * LANES)
                .add(s02)
                .intoArray(scratch, sums + 2 * LANES);
        FloatVector.fromArray(FLOATS, scratch, sums + PANEL_ROWS)
                .add(s10)
                .intoArray(scratch, sums + PANEL_ROWS);
        FloatVector.fromArray(FLOATS, scratch, sums + PANEL_ROWS + LANES)
                .add(s11)
                .intoArray(scratch, sums + PANEL_ROWS + LANES);
        FloatVector.fromArray(FLOATS, scratch, sums + PANEL_ROWS + 2 * LANES)
                .add(s12)
                .intoArray(scratch, sums + PANEL_ROWS + 2 * LANES);
        FloatVector.fromArray(FLOATS, scratch, sums + 2 * PANEL_ROWS)
                .add(s20)
                .intoArray(scratch, sums + 2 * PANEL_ROWS);
        FloatVector.fromArray(FLOATS, scratch, sums + 2 * PANEL_ROWS + LANES)
                .add(s21)
                .intoArray(scratch, sums + 2 * PANEL_ROWS + LANES);
        FloatVector.fromArray(FLOATS, scratch, sums + 2 * PANEL_ROWS + 2 * LANES)
                .add(s22)
                .intoArray(scratch, sums + 2 * PANEL_ROWS + 2 * LANES);
    }

    /// Two tiles that follow each other: 18 sums, and 3 weights for 6 activations instead of for 3.
    /// Measured on AVX-512: 88 % of the peak instead of 72 %.
    private static void twoTiles(float[] x, int from, int depth, float[] scratch, int sums) {
        FloatVector s00 = FloatVector.zero(FLOATS);
        FloatVector s01 = FloatVector.zero(FLOATS);
        FloatVector s02 = FloatVector.zero(FLOATS);
        FloatVector s10 = FloatVector.zero(FLOATS);
        FloatVector s11 = FloatVector.zero(FLOATS);
        FloatVector s12 = FloatVector.zero(FLOATS);
        FloatVector s20 = FloatVector.zero(FLOATS);
        FloatVector s21 = FloatVector.zero(FLOATS);
        FloatVector s22 = FloatVector.zero(FLOATS);
        FloatVector s30 = FloatVector.zero(FLOATS);
        FloatVector s31 = FloatVector.zero(FLOATS);
        FloatVector s32 = FloatVector.zero(FLOATS);
        FloatVector s40 = FloatVector.zero(FLOATS);
        FloatVector s41 = FloatVector.zero(FLOATS);
        FloatVector s42 = FloatVector.zero(FLOATS);
        FloatVector s50 = FloatVector.zero(FLOATS);
        FloatVector s51 = FloatVector.zero(FLOATS);
        FloatVector s52 = FloatVector.zero(FLOATS);
        for (int k = 0; k < depth; k++) {
            int w = k * PANEL_ROWS;
            FloatVector w0 = FloatVector.fromArray(FLOATS, scratch, w);
            FloatVector w1 = FloatVector.fromArray(FLOATS, scratch, w + LANES);
            FloatVector w2 = FloatVector.fromArray(FLOATS, scratch, w + 2 * LANES);
            int at = from + k * TILE_ROWS;
            int next = at + depth * TILE_ROWS;
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
            FloatVector x3 = FloatVector.broadcast(FLOATS, x[next]);
            s30 = x3.fma(w0, s30);
            s31 = x3.fma(w1, s31);
            s32 = x3.fma(w2, s32);
            FloatVector x4 = FloatVector.broadcast(FLOATS, x[next + 1]);
            s40 = x4.fma(w0, s40);
            s41 = x4.fma(w1, s41);
            s42 = x4.fma(w2, s42);
            FloatVector x5 = FloatVector.broadcast(FLOATS, x[next + 2]);
            s50 = x5.fma(w0, s50);
            s51 = x5.fma(w1, s51);
            s52 = x5.fma(w2, s52);
        }
        FloatVector.fromArray(FLOATS, scratch, sums).add(s00).intoArray(scratch, sums);
        FloatVector.fromArray(FLOATS, scratch, sums + LANES)
                .add(s01)
                .intoArray(scratch, sums + LANES);
        FloatVector.fromArray(FLOATS, scratch, sums + 2 * LANES)
                .add(s02)
                .intoArray(scratch, sums + 2 * LANES);
        FloatVector.fromArray(FLOATS, scratch, sums + PANEL_ROWS)
                .add(s10)
                .intoArray(scratch, sums + PANEL_ROWS);
        FloatVector.fromArray(FLOATS, scratch, sums + PANEL_ROWS + LANES)
                .add(s11)
                .intoArray(scratch, sums + PANEL_ROWS + LANES);
        FloatVector.fromArray(FLOATS, scratch, sums + PANEL_ROWS + 2 * LANES)
                .add(s12)
                .intoArray(scratch, sums + PANEL_ROWS + 2 * LANES);
        FloatVector.fromArray(FLOATS, scratch, sums + 2 * PANEL_ROWS)
                .add(s20)
                .intoArray(scratch, sums + 2 * PANEL_ROWS);
        FloatVector.fromArray(FLOATS, scratch, sums + 2 * PANEL_ROWS + LANES)
                .add(s21)
                .intoArray(scratch, sums + 2 * PANEL_ROWS + LANES);
        FloatVector.fromArray(FLOATS, scratch, sums + 2 * PANEL_ROWS + 2 * LANES)
                .add(s22)
                .intoArray(scratch, sums + 2 * PANEL_ROWS + 2 * LANES);
        FloatVector.fromArray(FLOATS, scratch, sums + 3 * PANEL_ROWS)
                .add(s30)
                .intoArray(scratch, sums + 3 * PANEL_ROWS);
        FloatVector.fromArray(FLOATS, scratch, sums + 3 * PANEL_ROWS + LANES)
                .add(s31)
                .intoArray(scratch, sums + 3 * PANEL_ROWS + LANES);
        FloatVector.fromArray(FLOATS, scratch, sums + 3 * PANEL_ROWS + 2 * LANES)
                .add(s32)
                .intoArray(scratch, sums + 3 * PANEL_ROWS + 2 * LANES);
        FloatVector.fromArray(FLOATS, scratch, sums + 4 * PANEL_ROWS)
                .add(s40)
                .intoArray(scratch, sums + 4 * PANEL_ROWS);
        FloatVector.fromArray(FLOATS, scratch, sums + 4 * PANEL_ROWS + LANES)
                .add(s41)
                .intoArray(scratch, sums + 4 * PANEL_ROWS + LANES);
        FloatVector.fromArray(FLOATS, scratch, sums + 4 * PANEL_ROWS + 2 * LANES)
                .add(s42)
                .intoArray(scratch, sums + 4 * PANEL_ROWS + 2 * LANES);
        FloatVector.fromArray(FLOATS, scratch, sums + 5 * PANEL_ROWS)
                .add(s50)
                .intoArray(scratch, sums + 5 * PANEL_ROWS);
        FloatVector.fromArray(FLOATS, scratch, sums + 5 * PANEL_ROWS + LANES)
                .add(s51)
                .intoArray(scratch, sums + 5 * PANEL_ROWS + LANES);
        FloatVector.fromArray(FLOATS, scratch, sums + 5 * PANEL_ROWS + 2 * LANES)
                .add(s52)
                .intoArray(scratch, sums + 5 * PANEL_ROWS + 2 * LANES);
    }

    /// Moves the sums of a panel to where they belong.
    static void emit(
            PanelMatrix matrix,
            int panel,
            float[] scratch,
            int sums,
            int rows,
            float[] out,
            int fromRow) {
        int width = matrix.rows();
        int output = panel * PANEL_ROWS;
        int room = Math.min(PANEL_ROWS, width - output);
        for (int row = 0; row < rows; row++) {
            int to = (fromRow + row) * width + output;
            System.arraycopy(scratch, sums + row * PANEL_ROWS, out, to, room);
        }
    }
}

package dev.talaria.inference.kernel;

import java.util.Arrays;

/// Activations in the order products read them.
///
/// First all rows in tiles of three, interleaved: for every 256 columns, tile by tile, the three
/// numbers of a column side by side; a last tile that is not full is filled up with zeros. So the
/// activations of 256 columns lie in one piece, which stays in the second-level cache while panel
/// after panel uses them.
///
/// Rows that are written follow once more for a [DecodeProduct]: one or two rows each in one piece,
/// as it is and for nibbles that stay at their places in a word, where of every eight columns the
/// first seven are multiplied by 1, 1/16, 1/256 and so on; more rows in groups of four and of
/// three, interleaved like the tiles. Last come the sums of every 32 columns, row by row.
final class PackedRows {

    /// Rows of a tile.
    static final int TILE_ROWS = 3;

    // Up to here decoding weights for all rows at once costs more than each row's decoding its own.
    private static final int FEW = 2;

    /// Rows of a group.
    static final int GROUP_ROWS = 4;

    /// Columns that have a sum of their own.
    static final int BLOCK = 32;

    /// Columns that are packed, decoded and multiplied in one go: 256 columns x 24 rows of weights
    /// x 4 bytes are 24 KiB of a first-level cache of 32.
    static final int DEPTH = 256;

    /// The same for a group of rows: 128 columns x 16 rows of weights x 4 bytes are 8 KiB, beside
    /// which the activations of many groups find room.
    static final int GROUP_DEPTH = 128;

    private static final float[] PLACES = {
        1f, 0x1p-4f, 0x1p-8f, 0x1p-12f, 0x1p-16f, 0x1p-20f, 0x1p-24f, 1f
    };

    private PackedRows() {}

    /// What so many rows need, or fewer.
    static int length(int rows, int columns) {
        int copies = tiles(rows) * TILE_ROWS + Math.max(2 * Math.min(rows, FEW), rows + GROUP_ROWS);
        int sums = (rows + GROUP_ROWS) * blocks(columns);
        return Math.addExact(Math.multiplyExact(copies, columns), sums);
    }

    private static int blocks(int columns) {
        return Math.ceilDiv(columns, BLOCK);
    }

    /// Whether rows are few enough to be multiplied one by one.
    static boolean isFew(int rows) {
        return rows <= FEW;
    }

    /// Tiles, the last one included that may not be full.
    static int tiles(int rows) {
        return Math.ceilDiv(rows, TILE_ROWS);
    }

    /// Where a tile's stretch of `depth` columns begins.
    ///
    /// @param from a multiple of [#DEPTH]
    static int tile(int rows, int from, int depth, int tile) {
        return from * tiles(rows) * TILE_ROWS + tile * depth * TILE_ROWS;
    }

    /// Where one of few rows begins as it is.
    static int plainRow(int rows, int columns, int row) {
        return (tiles(rows) * TILE_ROWS + row) * columns;
    }

    /// Where one of few rows begins that is scaled against nibbles at their places.
    static int placedRow(int rows, int columns, int row) {
        return plainRow(rows, columns, rows + row);
    }

    /// Groups that have four rows: all but as many of three as make the rows come out even. Where
    /// that cannot be, the last group of three is filled up with zeros.
    static int fullGroups(int rows) {
        int threes = Math.floorMod(-rows, GROUP_ROWS);
        return Math.max(0, (rows - 3 * threes) / GROUP_ROWS);
    }

    /// Rows of all groups, those of zeros included.
    static int groupedRows(int rows) {
        int full = fullGroups(rows) * GROUP_ROWS;
        return full + Math.ceilDiv(rows - full, 3) * 3;
    }

    /// Where a group's stretch of `depth` columns begins.
    ///
    /// @param from a multiple of `depth` but for the last stretch
    /// @param row the group's first
    static int group(int rows, int columns, int from, int depth, int row) {
        return plainRow(rows, columns, 0) + from * groupedRows(rows) + row * depth;
    }

    /// Where the sums of a row's blocks of 32 columns begin.
    static int sums(int rows, int columns, int row) {
        int copies = isFew(rows) ? 2 * rows : groupedRows(rows);
        return plainRow(rows, columns, copies) + row * blocks(columns);
    }

    /// Packs rows of prompts.
    static void pack(float[] x, int fromRow, int rows, int columns, float[] packed) {
        for (int from = 0; from < columns; from += DEPTH) {
            int depth = Math.min(DEPTH, columns - from);
            for (int row = 0; row < tiles(rows) * TILE_ROWS; row++) {
                int to = tile(rows, from, depth, row / TILE_ROWS) + row % TILE_ROWS;
                int at = (fromRow + row) * columns + from;
                interleave(x, at, row < rows ? depth : 0, packed, to, depth, TILE_ROWS);
            }
        }
    }

    /// Packs rows that are written.
    static void packWritten(float[] x, int fromRow, int rows, int columns, float[] packed) {
        pack(x, fromRow, rows, columns, packed);
        if (isFew(rows)) {
            packFew(x, fromRow, rows, columns, packed);
        } else {
            packGroups(x, fromRow, rows, columns, packed);
        }
        for (int row = 0; row < rows; row++) {
            int to = sums(rows, columns, row);
            int at = (fromRow + row) * columns;
            for (int k = 0; k < columns; k += BLOCK) {
                packed[to + k / BLOCK] = sum(x, at + k, Math.min(BLOCK, columns - k));
            }
        }
        int filled = isFew(rows) ? rows : groupedRows(rows);
        Arrays.fill(packed, sums(rows, columns, rows), sums(rows, columns, filled), 0f);
    }

    private static void packFew(float[] x, int fromRow, int rows, int columns, float[] packed) {
        int to = plainRow(rows, columns, 0);
        System.arraycopy(x, fromRow * columns, packed, to, rows * columns);
        for (int row = 0; row < rows; row++) {
            place(x, (fromRow + row) * columns, columns, packed, placedRow(rows, columns, row));
        }
    }

    private static void packGroups(float[] x, int fromRow, int rows, int columns, float[] packed) {
        int inFours = fullGroups(rows) * GROUP_ROWS;
        for (int from = 0; from < columns; from += GROUP_DEPTH) {
            int depth = Math.min(GROUP_DEPTH, columns - from);
            for (int row = 0; row < groupedRows(rows); row++) {
                int width = row < inFours ? GROUP_ROWS : 3;
                int first = row - (row < inFours ? row % 4 : (row - inFours) % 3);
                int to = group(rows, columns, from, depth, first) + row - first;
                int at = (fromRow + row) * columns + from;
                interleave(x, at, row < rows ? depth : 0, packed, to, depth, width);
            }
        }
    }

    // Powers of two: exact but for numbers so small (below 2^-98) that no sum notices.
    private static void place(float[] x, int from, int columns, float[] packed, int to) {
        for (int k = 0; k < columns; k++) {
            packed[to + k] = x[from + k] * PLACES[k % PLACES.length];
        }
    }

    // Four sums side by side, so that an addition need not wait for the one before it.
    private static float sum(float[] x, int from, int count) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        int fours = count & -4;
        for (int k = from; k < from + fours; k += 4) {
            a += x[k];
            b += x[k + 1];
            c += x[k + 2];
            d += x[k + 3];
        }
        for (int k = from + fours; k < from + count; k++) {
            a += x[k];
        }
        return a + b + (c + d);
    }

    private static void interleave(
            float[] x, int from, int present, float[] packed, int to, int depth, int width) {
        for (int k = 0; k < present; k++) {
            packed[to + k * width] = x[from + k];
        }
        for (int k = present; k < depth; k++) {
            packed[to + k * width] = 0f;
        }
    }
}

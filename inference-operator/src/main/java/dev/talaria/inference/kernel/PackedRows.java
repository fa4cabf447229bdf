package dev.talaria.inference.kernel;

/// Activations in the order products read them.
///
/// First all rows in tiles of three, interleaved: for every 256 columns, tile by tile, the three
/// numbers of a column side by side; a last tile that is not full is filled up with zeros. So the
/// activations of 256 columns lie in one piece, which stays in the second-level cache while panel
/// after panel uses them. One row or two alone follow once more, each as it is.
final class PackedRows {

    /// Rows of a tile.
    static final int TILE_ROWS = 3;

    /// Columns that are packed, decoded and multiplied in one go: 256 columns x 24 rows of weights
    /// x 4 bytes are 24 KiB of a first-level cache of 32.
    static final int DEPTH = 256;

    private PackedRows() {}

    static int length(int rows, int columns) {
        return Math.multiplyExact(tiles(rows) * TILE_ROWS + plainRows(rows), columns);
    }

    private static int plainRows(int rows) {
        return rows < TILE_ROWS ? rows : 0;
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

    /// Where a row's stretch of `depth` columns begins, of which every third number is its own.
    ///
    /// @param from a multiple of [#DEPTH]
    static int row(int rows, int from, int depth, int row) {
        return tile(rows, from, depth, row / TILE_ROWS) + row % TILE_ROWS;
    }

    /// Where one of fewer than three rows begins as it is.
    static int plainRow(int rows, int columns, int row) {
        return (tiles(rows) * TILE_ROWS + row) * columns;
    }

    static void pack(float[] x, int fromRow, int rows, int columns, float[] packed) {
        for (int from = 0; from < columns; from += DEPTH) {
            int depth = Math.min(DEPTH, columns - from);
            for (int row = 0; row < tiles(rows) * TILE_ROWS; row++) {
                int to = row(rows, from, depth, row);
                int at = (fromRow + row) * columns + from;
                interleave(x, at, row < rows ? depth : 0, packed, to, depth);
            }
        }
        System.arraycopy(
                x,
                fromRow * columns,
                packed,
                plainRow(rows, columns, 0),
                plainRows(rows) * columns);
    }

    private static void interleave(
            float[] x, int from, int present, float[] packed, int to, int depth) {
        for (int k = 0; k < present; k++) {
            packed[to + k * TILE_ROWS] = x[from + k];
        }
        for (int k = present; k < depth; k++) {
            packed[to + k * TILE_ROWS] = 0f;
        }
    }
}

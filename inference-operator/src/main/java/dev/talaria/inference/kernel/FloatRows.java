package dev.talaria.inference.kernel;

/// Where activations lie, in bytes, for machine code that multiplies floats: in tiles of nearly the
/// same height, tile after tile, block of 32 columns after block, and in a block row after row.
/// Columns beyond the last are zero.
///
/// @param rows of all tiles
/// @param numberBytes four for floats, two for bfloat16 numbers
record FloatRows(int rows, int columns, int numberBytes) {

    /// The most rows of a tile: by two strips they make 24 sums, and eight of the 32 registers are
    /// left for weights and activations.
    static final int TILE_ROWS = 12;

    /// Tiles, of which the last may be lower than the others.
    int tiles() {
        return Math.ceilDiv(rows, TILE_ROWS);
    }

    /// Rows of every tile but the last.
    int height() {
        return Math.ceilDiv(rows, tiles());
    }

    /// Rows of the last tile.
    int lastHeight() {
        return rows - (tiles() - 1) * height();
    }

    /// Rows of the tile that a row is in.
    int heightAt(int row) {
        return row / height() == tiles() - 1 ? lastHeight() : height();
    }

    int blocks() {
        return FloatForm.blocks(columns);
    }

    /// Bytes that a row has of a block.
    int blockBytes() {
        return FloatForm.BLOCK_COLUMNS * numberBytes;
    }

    /// Where the tile that begins with this row lies.
    long tile(int firstRow) {
        return (long) firstRow * blocks() * blockBytes();
    }

    /// Where a row's first block lies; the next are as far apart as its tile is high.
    long row(int row) {
        int within = row % height();
        return tile(row - within) + (long) within * blockBytes();
    }

    /// Bytes in all.
    long bytes() {
        return tile(rows);
    }
}

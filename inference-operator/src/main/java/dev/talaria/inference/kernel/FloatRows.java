package dev.talaria.inference.kernel;

/// Where activations lie, in bytes, for machine code that multiplies floats: in tiles of nearly the
/// same height, tile after tile, block of 32 columns after block, and in a block row after row.
/// Columns beyond the last are zero.
///
/// @param rows of all tiles
/// @param numberBytes four for floats, two for bfloat16 numbers
record FloatRows(int rows, int columns, int numberBytes) implements TiledRows, BfloatRounding.Rows {

    /// The most rows of a tile: by two strips they make 24 sums, and eight of the 32 registers are
    /// left for weights and activations.
    static final int TILE_ROWS = 12;

    @Override
    public int tileRows() {
        return TILE_ROWS;
    }

    @Override
    public int blocks() {
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

    @Override
    public long row(int row) {
        int first = firstRow(row);
        return tile(first) + (long) (row - first) * blockBytes();
    }

    @Override
    public long blockStride(int row) {
        return (long) heightAt(row) * blockBytes();
    }

    /// Bytes in all.
    long bytes() {
        return tile(rows);
    }
}

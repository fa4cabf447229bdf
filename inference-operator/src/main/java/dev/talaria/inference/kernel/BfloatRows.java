package dev.talaria.inference.kernel;

/// Where activations in bfloat16 lie, in bytes, for tile registers to read them.
///
/// Rows are put together in tiles of one height, an even number of tiles: the last rows may be
/// there for the shape only. Tile after tile, block after block there are of each row the 32
/// numbers of the block.
///
/// @param rows of all tiles
/// @param columns a multiple of 32
record BfloatRows(int rows, int columns) implements BfloatRounding.Rows {

    /// Bytes of a row and block.
    static final int BLOCK_BYTES = ByteForm.BLOCK_COLUMNS * Short.BYTES;

    private static final int PAIR_ROWS = 32;

    /// Pairs of tiles.
    int pairs() {
        return Math.ceilDiv(rows, PAIR_ROWS);
    }

    /// Rows of every tile.
    int height() {
        return Math.ceilDiv(rows, 2 * pairs());
    }

    /// Rows of the last pair that there are.
    int lastRows() {
        return rows - (pairs() - 1) * 2 * height();
    }

    @Override
    public int blocks() {
        return columns / ByteForm.BLOCK_COLUMNS;
    }

    /// Bytes between blocks.
    int blockStride() {
        return height() * BLOCK_BYTES;
    }

    /// Bytes between tiles.
    long tileStride() {
        return (long) blocks() * blockStride();
    }

    @Override
    public long row(int row) {
        return row / height() * tileStride() + (long) (row % height()) * BLOCK_BYTES;
    }

    @Override
    public long blockStride(int row) {
        return blockStride();
    }

    /// Bytes in all.
    long bytes() {
        return 2L * pairs() * tileStride();
    }
}

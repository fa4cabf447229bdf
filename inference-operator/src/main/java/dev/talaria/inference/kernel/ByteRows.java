package dev.talaria.inference.kernel;

/// Where activations of eight bits lie, in bytes, for instructions that multiply bytes.
///
/// A row is rounded in blocks of 32 columns: the greatest number of a block becomes 127, the scale
/// is that number divided by 127, and what is not finite makes the scale NaN. Rows are put together
/// in tiles of nearly the same height; tile after tile, block after block there are
///
/// * of each row 32 bytes, the numbers;
/// * of each row the scale, a float;
/// * of each row the sum of the numbers, negative.
///
/// Matrices with minimums, or with scales for 16 columns, need more sums. They lie behind all
/// tiles, likewise in tiles and blocks, and of each row there are, one after the other, the sum
/// times the scale; the sums of the first and the second 16 numbers, negative; those sums times the
/// scale.
///
/// @param rows of all tiles
/// @param columns a multiple of 32
/// @param tileRows the most rows of a tile
record ByteRows(int rows, int columns, int tileRows) implements TiledRows {

    /// The most rows of a tile in vector registers: by two strips they make twelve sums of whole
    /// numbers and twelve floats, and eight of the 32 registers are left for weights and scales.
    static final int TILE_ROWS = 6;

    /// Bytes of a row and block.
    static final int BLOCK_BYTES = ByteForm.BLOCK_COLUMNS + 2 * Float.BYTES;

    /// Bytes of the further sums of a row and block.
    static final int SUMS_BYTES = 5 * Float.BYTES;

    /// Rows in tiles for vector registers.
    ByteRows(int rows, int columns) {
        this(rows, columns, TILE_ROWS);
    }

    int blocks() {
        return columns / ByteForm.BLOCK_COLUMNS;
    }

    /// Where the tile that begins with this row lies.
    long tile(int firstRow) {
        return (long) firstRow * blocks() * BLOCK_BYTES;
    }

    /// Where the further sums of the tile that begins with this row lie.
    long sums(int firstRow) {
        return tile(rows) + (long) firstRow * blocks() * SUMS_BYTES;
    }

    /// Bytes in all.
    long bytes() {
        return sums(rows);
    }
}

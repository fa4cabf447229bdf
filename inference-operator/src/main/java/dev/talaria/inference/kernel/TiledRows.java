package dev.talaria.inference.kernel;

/// Rows that are put together in tiles of nearly the same height, of which the last may be lower
/// than the others.
interface TiledRows {

    /// Rows of all tiles.
    int rows();

    /// The most rows of a tile.
    int tileRows();

    default int tiles() {
        return Math.ceilDiv(rows(), tileRows());
    }

    /// Rows of every tile but the last.
    default int height() {
        return Math.ceilDiv(rows(), tiles());
    }

    /// Rows of the last tile.
    default int lastHeight() {
        return rows() - (tiles() - 1) * height();
    }

    /// Tiles from the first on that have one height: all, or all but the last.
    default int evenTiles() {
        return lastHeight() == height() ? tiles() : tiles() - 1;
    }

    /// Rows of the tile that a row is in.
    default int heightAt(int row) {
        return row / height() == tiles() - 1 ? lastHeight() : height();
    }

    /// The first row of the tile that a row is in.
    default int firstRow(int row) {
        return row - row % height();
    }
}

package dev.talaria.inference.kernel;

/// The 64 bytes that say how many rows, and bytes of a row, each of the eight tile registers has.
final class TileConfiguration {

    /// 64-bit words of it.
    static final int WORDS = 8;

    private static final long PALETTE = 1;
    private static final int FIRST_WIDTHS = 2;
    private static final int HEIGHTS = 6;

    private TileConfiguration() {}

    /// Writes it.
    ///
    /// @param heights rows of every tile, at most 16
    /// @param widths bytes of a row of every tile, at most 64
    static void put(int[] heights, int[] widths, long[] words, int at) {
        words[at] = PALETTE;
        for (int i = 1; i < WORDS; i++) {
            words[at + i] = 0;
        }
        for (int tile = 0; tile < heights.length; tile++) {
            words[at + FIRST_WIDTHS + tile / 4] |= (long) widths[tile] << tile % 4 * Short.SIZE;
            words[at + HEIGHTS] |= (long) heights[tile] << tile * Byte.SIZE;
        }
    }
}

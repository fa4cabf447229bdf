package dev.talaria.inference.kernel;

import dev.talaria.inference.x86.Address;
import dev.talaria.inference.x86.GeneralAssembler;

import java.util.List;

/// How the code of a [ByteProduct] gets at weights. The numbers it makes of them are the same to
/// the bit.
///
/// What is read once is read in the order it lies. The code for several tiles goes from strip to
/// strip of a panel and back, and so do two streams of addresses within a kilobyte: on Zen 4 memory
/// gives a third less to them.
enum WeightReading {
    /// Four panels at once ([PanelStreams]), for one row.
    SIDE_BY_SIDE,

    /// Panel after panel, asked for ahead and past the second-level cache, for one tile.
    ASKED_FOR,

    /// Panel after panel, for one row; what is to come is left to the processor to guess.
    UNASKED,

    /// A panel for one tile after the other, asked for ahead into the second-level cache.
    KEPT;

    /// Those that a single row can be multiplied with.
    static final List<WeightReading> OF_ONE_ROW = List.of(SIDE_BY_SIDE, ASKED_FOR, UNASKED);

    /// How rows that are more than one read.
    static WeightReading of(ByteRows rows) {
        return rows.tiles() == 1 ? ASKED_FOR : KEPT;
    }

    /// Code that asks for a cache line.
    void askFor(GeneralAssembler code, Address line) {
        switch (this) {
            case SIDE_BY_SIDE, ASKED_FOR -> code.prefetchnta(line);
            case KEPT -> code.prefetcht1(line);
            case UNASKED -> throw new IllegalStateException("nothing is asked for");
        }
    }

    /// The most rows of a tile that there is code for.
    int mostRows() {
        return switch (this) {
            case SIDE_BY_SIDE, UNASKED -> 1;
            case ASKED_FOR, KEPT -> ByteRows.TILE_ROWS;
        };
    }
}

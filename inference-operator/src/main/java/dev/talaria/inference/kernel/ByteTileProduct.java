package dev.talaria.inference.kernel;

import dev.talaria.inference.kernel.ByteTileCode.Argument;
import dev.talaria.inference.kernel.ByteTileCode.KindArgument;
import dev.talaria.inference.x86.CodeMemory;
import dev.talaria.inference.x86.MachineCodeException;

import java.lang.foreign.Arena;
import java.util.Map;
import java.util.function.Function;

/// Rows rounded to eight bits times panels of whole numbers in the tile registers of AMX: to the
/// bit what a [ByteProduct] makes of them.
///
/// A call is kept below a millisecond, as there. Slices of columns are the outer loop, so that the
/// rows of a slice stay in the second-level cache for many panels.
final class ByteTileProduct {

    /// The most rows of a tile.
    static final int TILE_ROWS = 16;

    /// Rows that the vector registers add together: whole numbers of them are read.
    static final int ROWS_TOGETHER = 4;

    /// Bytes behind the rows that the code may read, and makes no use of.
    static final int SLACK_BYTES = ROWS_TOGETHER * Float.BYTES;

    // About 28 cycles each, so a quarter of a millisecond.
    private static final int CALL_PRODUCTS = 1 << 14;

    private final Map<ByteForm, TileCode> codes;

    private ByteTileProduct(Map<ByteForm, TileCode> codes) {
        this.codes = codes;
    }

    /// Code in memory that can be run. The tile registers have to be permitted.
    ///
    /// @param arena how long the code may be used
    /// @throws MachineCodeException where it cannot be run
    static ByteTileProduct assemble(CodeMemory memory, Arena arena) throws MachineCodeException {
        return new ByteTileProduct(TileCodes.assemble(ByteTileCode::of, memory, arena));
    }

    /// Code that something else runs.
    static ByteTileProduct of(Function<byte[], TileCode> runner) {
        return new ByteTileProduct(TileCodes.of(ByteTileCode::of, runner));
    }

    /// Where rows of eight bits lie for tiles.
    static ByteRows rows(int rows, int columns) {
        return new ByteRows(rows, columns, TILE_ROWS);
    }

    /// Floats of scratch memory.
    static int scratchLength() {
        return Math.ceilDiv(ByteTileCode.SCRATCH_BYTES, Float.BYTES);
    }

    /// Writes `rows * matrixᵀ` for panels of the matrix.
    ///
    /// @param from where the rows begin in `packed`, in bytes; behind them are [#SLACK_BYTES]
    /// @param rows in tiles of [#TILE_ROWS]
    /// @param out `(fromRow + rows, matrix.rows())`
    /// @param scratch at least [#scratchLength] long
    void multiply(
            ByteMatrix matrix,
            float[] packed,
            long from,
            ByteRows rows,
            float[] out,
            int fromRow,
            int fromPanel,
            int toPanel,
            float[] scratch) {
        TileCode code = codes.get(matrix.form());
        int products =
                rows.tiles()
                        * ByteMatrix.STRIPS
                        * Math.min(matrix.blocks(), ByteTileCode.SLICE_BLOCKS)
                        * matrix.form().groups();
        int step = Math.max(1, CALL_PRODUCTS / products);
        for (int block = 0; block < matrix.blocks(); block += ByteTileCode.SLICE_BLOCKS) {
            for (int panel = fromPanel; panel < toPanel; panel += step) {
                int end = Math.min(panel + step, toPanel);
                code.run(
                        matrix.panelsFrom(panel, block, end),
                        packed,
                        out,
                        scratch,
                        arguments(matrix, from, rows, fromRow, block, panel, end));
            }
        }
    }

    private static long[] arguments(
            ByteMatrix matrix,
            long from,
            ByteRows rows,
            int fromRow,
            int block,
            int panel,
            int endPanel) {
        long[] words = new long[ByteTileCode.ARGUMENT_WORDS];
        int height = rows.height();
        long rowsOfTile = (long) height * rows.blocks();
        put(words, Argument.ROWS_OFFSET, from);
        put(words, Argument.OUT_OFFSET, matrix.output(fromRow, panel) * Float.BYTES);
        put(words, Argument.OUT_STRIDE, (long) matrix.rows() * Float.BYTES);
        put(words, Argument.PANEL_STRIDE, matrix.panelBytes());
        put(words, Argument.BLOCKS, Math.min(matrix.blocks() - block, ByteTileCode.SLICE_BLOCKS));
        put(words, Argument.TILES, rows.tiles());
        put(words, Argument.PANELS, endPanel - panel);
        put(words, Argument.LAST_MASK, matrix.outputs(endPanel - 1));
        put(words, Argument.IS_CONTINUED, block);
        put(words, Argument.TILE_STRIDE, rowsOfTile * ByteRows.BLOCK_BYTES);
        put(words, Argument.TILE_SUMS_STRIDE, rowsOfTile * ByteRows.SUMS_BYTES);
        int lastFirst = (rows.tiles() - 1) * height;
        putKind(words, 0, matrix.form(), rows, 0, height, block);
        putKind(words, 1, matrix.form(), rows, lastFirst, rows.lastHeight(), block);
        return words;
    }

    private static void put(long[] words, Argument argument, long value) {
        words[argument.ordinal()] = value;
    }

    private static void putKind(
            long[] words,
            int kind,
            ByteForm form,
            ByteRows rows,
            int firstRow,
            int height,
            int block) {
        int at = ByteTileCode.FIRST_KIND + kind * ByteTileCode.KIND_WORDS;
        long rowStride = (long) height * ByteRows.BLOCK_BYTES;
        long sumStride = (long) height * ByteRows.SUMS_BYTES;
        int kindBytes = height * Float.BYTES;
        int scaledSums = form.groups() == 1 ? 0 : 3 * kindBytes;
        words[at + KindArgument.FIRST.ordinal()] = rows.tile(firstRow) + block * rowStride;
        words[at + KindArgument.FIRST_SUMS.ordinal()] =
                rows.sums(firstRow) + block * sumStride + scaledSums;
        words[at + KindArgument.HEIGHT.ordinal()] = kindBytes;
        words[at + KindArgument.ROW_STRIDE.ordinal()] = rowStride;
        words[at + KindArgument.SUM_STRIDE.ordinal()] = sumStride;
        int configuration = at + KindArgument.CONFIGURATION.ordinal();
        ByteTileCode.configure(form, height, words, configuration);
    }
}

package dev.talaria.inference.kernel;

import dev.talaria.inference.kernel.BfloatTileCode.Argument;
import dev.talaria.inference.x86.CodeMemory;
import dev.talaria.inference.x86.MachineCodeException;

import java.lang.foreign.Arena;
import java.util.Map;
import java.util.function.Function;

/// Rows rounded to bfloat16 times panels of weights, rounded to it too, in the tile registers of
/// AMX.
///
/// A row's sum is made slice after slice of 512 columns; what a slice gives does not depend on the
/// other rows. Slices are the outer loop, so that the rows of a slice stay in the second-level
/// cache for many panels.
final class BfloatTileProduct {

    // 64 cycles each, and what is decoded for them: a quarter of a millisecond.
    private static final int CALL_PRODUCTS = 1 << 13;

    private final BfloatRounding rounding;
    private final Map<ByteForm, TileCode> codes;
    private final TileCode ofHalves;
    private final TileCode ofBfloats;

    private BfloatTileProduct(
            BfloatRounding rounding,
            Map<ByteForm, TileCode> codes,
            TileCode ofHalves,
            TileCode ofBfloats) {
        this.rounding = rounding;
        this.codes = codes;
        this.ofHalves = ofHalves;
        this.ofBfloats = ofBfloats;
    }

    /// Code in memory that can be run. The tile registers have to be permitted.
    ///
    /// @param arena how long the code may be used
    /// @throws MachineCodeException where it cannot be run
    static BfloatTileProduct assemble(CodeMemory memory, Arena arena) throws MachineCodeException {
        return new BfloatTileProduct(
                BfloatRounding.at(memory.seal(BfloatCode.code(), arena)),
                TileCodes.assemble(BfloatTileCode::of, memory, arena),
                TileCodes.assemble(BfloatTileCode.of(FloatForm.HALVES), memory, arena),
                TileCodes.assemble(BfloatTileCode.of(FloatForm.BFLOATS), memory, arena));
    }

    /// Code that something else runs.
    static BfloatTileProduct of(BfloatRounding rounding, Function<byte[], TileCode> runner) {
        return new BfloatTileProduct(
                rounding,
                TileCodes.of(BfloatTileCode::of, runner),
                runner.apply(BfloatTileCode.of(FloatForm.HALVES)),
                runner.apply(BfloatTileCode.of(FloatForm.BFLOATS)));
    }

    /// Floats of scratch memory.
    static int scratchLength() {
        return Math.ceilDiv(BfloatTileCode.SCRATCH_BYTES, Float.BYTES);
    }

    /// Rounds rows to bfloat16.
    BfloatRounding rounding() {
        return rounding;
    }

    /// Whether a matrix is multiplied here: of whole numbers, or of halves or bfloat16 numbers in
    /// whole blocks that do not make logits.
    static boolean multiplies(BlockMatrix matrix) {
        return switch (matrix) {
            case ByteMatrix _ -> true;
            case FloatMatrix floats ->
                    floats.form() != FloatForm.SINGLES
                            && floats.columns() % FloatForm.BLOCK_COLUMNS == 0
                            && !FloatMatrix.makesLogits(floats.rows(), floats.columns());
        };
    }

    private TileCode code(BlockMatrix matrix) {
        return switch (matrix) {
            case ByteMatrix bytes -> codes.get(bytes.form());
            case FloatMatrix floats -> floats.form() == FloatForm.HALVES ? ofHalves : ofBfloats;
        };
    }

    /// Writes `rows * matrixᵀ` for panels of a matrix that is [multiplied][#multiplies] here.
    ///
    /// @param from where the rows begin in `packed`, in bytes
    /// @param out `(fromRow + rows, matrix.rows())`
    /// @param scratch at least [#scratchLength] long
    void multiply(
            BlockMatrix matrix,
            float[] packed,
            long from,
            BfloatRows rows,
            float[] out,
            int fromRow,
            int fromPanel,
            int toPanel,
            float[] scratch) {
        TileCode code = code(matrix);
        int products = rows.pairs() * Math.min(matrix.blocks(), BfloatTileCode.SLICE_BLOCKS);
        int step = Math.max(1, CALL_PRODUCTS / products);
        for (int block = 0; block < matrix.blocks(); block += BfloatTileCode.SLICE_BLOCKS) {
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
            BlockMatrix matrix,
            long from,
            BfloatRows rows,
            int fromRow,
            int block,
            int panel,
            int endPanel) {
        long[] words = new long[BfloatTileCode.ARGUMENT_WORDS];
        int blocks = Math.min(matrix.blocks() - block, BfloatTileCode.SLICE_BLOCKS);
        put(words, Argument.ROWS_OFFSET, from + (long) block * rows.blockStride());
        put(words, Argument.OUT_OFFSET, matrix.output(fromRow, panel) * Float.BYTES);
        put(words, Argument.OUT_STRIDE, (long) matrix.rows() * Float.BYTES);
        put(words, Argument.PANEL_STRIDE, matrix.panelBytes());
        put(words, Argument.BLOCKS, blocks);
        put(words, Argument.PAIRS, rows.pairs());
        put(words, Argument.PANELS, endPanel - panel);
        put(words, Argument.LAST_MASK, matrix.outputs(endPanel - 1));
        put(words, Argument.IS_CONTINUED, block);
        put(words, Argument.TILE_STRIDE, rows.tileStride());
        put(words, Argument.ROW_STRIDE, rows.blockStride());
        put(words, Argument.PAIR_ROWS, 2L * rows.height());
        put(words, Argument.LAST_ROWS, rows.lastRows());
        BfloatTileCode.configure(rows.height(), words, Argument.CONFIGURATION.ordinal());
        BfloatTileCode.putOrder(words);
        return words;
    }

    private static void put(long[] words, Argument argument, long value) {
        words[argument.ordinal()] = value;
    }
}

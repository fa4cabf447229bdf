package dev.talaria.inference.kernel;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.talaria.inference.kernel.BfloatTileCode.Argument;
import dev.talaria.inference.x86.CodeMemory;
import dev.talaria.inference.x86.MachineCodeException;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
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

    private static final MethodHandle ROUND = roundHandle();

    private final RowRounding rounding;
    private final Map<ByteForm, TileCode> codes;
    private final TileCode ofHalves;
    private final TileCode ofBfloats;

    private BfloatTileProduct(
            RowRounding rounding,
            Map<ByteForm, TileCode> codes,
            TileCode ofHalves,
            TileCode ofBfloats) {
        this.rounding = rounding;
        this.codes = codes;
        this.ofHalves = ofHalves;
        this.ofBfloats = ofBfloats;
    }

    /// Rounds a row: code with the arguments of [BfloatRoundingCode].
    @FunctionalInterface
    interface RowRounding {
        void run(float[] x, long xOffset, float[] packed, long offset, long blocks, long stride);
    }

    @SuppressWarnings("restricted") // code of our own
    private static MethodHandle roundHandle() {
        return Linker.nativeLinker()
                .downcallHandle(
                        FunctionDescriptor.ofVoid(
                                ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                        Linker.Option.critical(true));
    }

    /// Code in memory that can be run. The tile registers have to be permitted.
    ///
    /// @param arena how long the code may be used
    /// @throws MachineCodeException where it cannot be run
    static BfloatTileProduct assemble(CodeMemory memory, Arena arena) throws MachineCodeException {
        return new BfloatTileProduct(
                nativeRounding(memory.seal(BfloatRoundingCode.code(), arena)),
                TileCodes.assemble(BfloatTileCode::of, memory, arena),
                TileCodes.assemble(BfloatTileCode.of(FloatForm.HALVES), memory, arena),
                TileCodes.assemble(BfloatTileCode.of(FloatForm.BFLOATS), memory, arena));
    }

    private static RowRounding nativeRounding(MemorySegment start) {
        return (x, xOffset, packed, offset, blocks, stride) -> {
            try {
                ROUND.invokeExact(
                        start,
                        MemorySegment.ofArray(x),
                        xOffset,
                        MemorySegment.ofArray(packed),
                        offset,
                        blocks,
                        stride);
            } catch (Throwable e) {
                throw new IllegalStateException("rounding cannot be called", e);
            }
        };
    }

    /// Code that something else runs.
    static BfloatTileProduct of(RowRounding rounding, Function<byte[], TileCode> runner) {
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

    /// Rounds some of the rows and lays them down.
    ///
    /// @param x `(fromRow + rows, columns)`
    /// @param firstRow the first of those that are rounded
    /// @param endRow one after the last
    /// @param from where the rows begin in `packed`, in bytes
    void round(
            float[] x,
            int fromRow,
            BfloatRows rows,
            int firstRow,
            int endRow,
            float[] packed,
            long from) {
        for (int row = firstRow; row < endRow; row++) {
            long xOffset = (long) (fromRow + row) * rows.columns() * Float.BYTES;
            long to = from + rows.row(row);
            rounding.run(x, xOffset, packed, to, rows.blocks(), rows.blockStride());
        }
    }

    /// Panels of a matrix of any kind.
    private record Panels(
            MemorySegment memory, long panelBytes, int blockBytes, int blocks, int rows) {

        private static Panels of(ByteMatrix matrix) {
            return new Panels(
                    matrix.panelMemory(),
                    matrix.panelBytes(),
                    matrix.form().blockBytes(),
                    matrix.blocks(),
                    matrix.rows());
        }

        private static Panels of(FloatMatrix matrix) {
            return new Panels(
                    matrix.panelMemory(),
                    matrix.panelBytes(),
                    matrix.form().blockBytes(),
                    matrix.blocks(),
                    matrix.rows());
        }

        // Of a panel from a block on, and of those behind it.
        private MemorySegment from(int panel, int block, int endPanel) {
            long first = panel * panelBytes + (long) block * blockBytes;
            return memory.asSlice(first, endPanel * panelBytes - first);
        }
    }

    /// Whether a matrix of floats is multiplied here: of halves or bfloat16 numbers, in whole
    /// blocks, and not one that makes logits.
    static boolean multiplies(FloatMatrix matrix) {
        return matrix.form() != FloatForm.SINGLES
                && matrix.columns() % FloatForm.BLOCK_COLUMNS == 0
                && matrix.rows() <= (long) FloatProduct.MANY_ROWS * matrix.columns();
    }

    /// Writes `rows * matrixᵀ` for panels of the matrix.
    ///
    /// @param from where the rows begin in `packed`, in bytes
    /// @param out `(fromRow + rows, matrix.rows())`
    /// @param scratch at least [#scratchLength] long
    void multiply(
            ByteMatrix matrix,
            float[] packed,
            long from,
            BfloatRows rows,
            float[] out,
            int fromRow,
            int fromPanel,
            int toPanel,
            float[] scratch) {
        TileCode code = codes.get(matrix.form());
        Panels panels = Panels.of(matrix);
        run(code, panels, packed, from, rows, out, fromRow, fromPanel, toPanel, scratch);
    }

    /// As that of a [ByteMatrix]: [#multiplies] says of which.
    void multiply(
            FloatMatrix matrix,
            float[] packed,
            long from,
            BfloatRows rows,
            float[] out,
            int fromRow,
            int fromPanel,
            int toPanel,
            float[] scratch) {
        TileCode code = matrix.form() == FloatForm.HALVES ? ofHalves : ofBfloats;
        Panels panels = Panels.of(matrix);
        run(code, panels, packed, from, rows, out, fromRow, fromPanel, toPanel, scratch);
    }

    private static void run(
            TileCode code,
            Panels panels,
            float[] packed,
            long from,
            BfloatRows rows,
            float[] out,
            int fromRow,
            int fromPanel,
            int toPanel,
            float[] scratch) {
        int products = rows.pairs() * Math.min(panels.blocks(), BfloatTileCode.SLICE_BLOCKS);
        int step = Math.max(1, CALL_PRODUCTS / products);
        for (int block = 0; block < panels.blocks(); block += BfloatTileCode.SLICE_BLOCKS) {
            for (int panel = fromPanel; panel < toPanel; panel += step) {
                int end = Math.min(panel + step, toPanel);
                code.run(
                        panels.from(panel, block, end),
                        packed,
                        out,
                        scratch,
                        arguments(panels, from, rows, fromRow, block, panel, end));
            }
        }
    }

    private static long[] arguments(
            Panels panels,
            long from,
            BfloatRows rows,
            int fromRow,
            int block,
            int panel,
            int endPanel) {
        long[] words = new long[BfloatTileCode.ARGUMENT_WORDS];
        long width = panels.rows();
        long output = fromRow * width + (long) panel * ByteMatrix.PANEL_ROWS;
        int blocks = Math.min(panels.blocks() - block, BfloatTileCode.SLICE_BLOCKS);
        put(words, Argument.ROWS_OFFSET, from + (long) block * rows.blockStride());
        put(words, Argument.OUT_OFFSET, output * Float.BYTES);
        put(words, Argument.OUT_STRIDE, width * Float.BYTES);
        put(words, Argument.PANEL_STRIDE, panels.panelBytes());
        put(words, Argument.BLOCKS, blocks);
        put(words, Argument.PAIRS, rows.pairs());
        put(words, Argument.PANELS, endPanel - panel);
        put(words, Argument.LAST_MASK, ByteProduct.outputs(panels.rows(), endPanel - 1));
        put(words, Argument.IS_CONTINUED, block);
        put(words, Argument.TILE_STRIDE, rows.tileStride());
        put(words, Argument.ROW_STRIDE, rows.blockStride());
        put(words, Argument.PAIR_ROWS, 2 * rows.height());
        put(words, Argument.LAST_ROWS, rows.lastRows());
        BfloatTileCode.configure(rows.height(), words, Argument.CONFIGURATION.ordinal());
        BfloatTileCode.putOrder(words);
        return words;
    }

    private static void put(long[] words, Argument argument, long value) {
        words[argument.ordinal()] = value;
    }
}

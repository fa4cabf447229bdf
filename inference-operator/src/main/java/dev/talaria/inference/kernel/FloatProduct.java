package dev.talaria.inference.kernel;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.talaria.inference.tensor.TensorShape;
import dev.talaria.inference.tensor.TensorType;
import dev.talaria.inference.x86.CodeMemory;
import dev.talaria.inference.x86.MachineCodeException;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// Rows times panels of floats, in machine code. Weights of bfloat16 meet activations that are
/// rounded to bfloat16 where the processor multiplies such numbers, all others floats, and so does
/// the matrix that makes logits.
///
/// Arrays are handed to the code where they lie: while it runs, the garbage collector waits. So a
/// call is kept below a millisecond.
final class FloatProduct {

    // What the second-level cache keeps beside the rows, where a panel is read for several tiles.
    private static final long CACHED_BYTES = 256 << 10;

    // About 50 microseconds of reading memory: a call costs a tenth of one.
    private static final long STREAMED_BYTES = 1 << 20;

    private static final MethodHandle MULTIPLY =
            CodeMemory.handle(
                    FunctionDescriptor.ofVoid(
                            ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG,
                            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                            JAVA_LONG));
    private final BfloatRounding rounding;
    private final Map<FloatForm, MemorySegment[]> products;
    private final Optional<MemorySegment[]> roundedProducts;

    private FloatProduct(
            BfloatRounding rounding,
            Map<FloatForm, MemorySegment[]> products,
            Optional<MemorySegment[]> roundedProducts) {
        this.rounding = rounding;
        this.products = products;
        this.roundedProducts = roundedProducts;
    }

    /// Assembles the code of all forms and heights of tiles.
    ///
    /// @param multipliesBfloats whether the processor has AVX512_BF16
    /// @param arena how long the code may be used
    /// @throws MachineCodeException where it cannot be run
    static FloatProduct assemble(CodeMemory memory, boolean multipliesBfloats, Arena arena)
            throws MachineCodeException {
        CodeBook book = new CodeBook();
        int round = book.add(BfloatCode.code());
        Map<FloatForm, int[]> starts = new EnumMap<>(FloatForm.class);
        for (FloatForm form : FloatForm.values()) {
            starts.put(form, addHeights(book, form, false));
        }
        int[] rounded = multipliesBfloats ? addHeights(book, FloatForm.BFLOATS, true) : new int[0];
        MemorySegment code = memory.seal(book.code(), arena);
        Map<FloatForm, MemorySegment[]> products = new EnumMap<>(FloatForm.class);
        starts.forEach((form, heights) -> products.put(form, CodeBook.pieces(code, heights)));
        return new FloatProduct(
                BfloatRounding.at(code.asSlice(round)),
                products,
                multipliesBfloats ? Optional.of(CodeBook.pieces(code, rounded)) : Optional.empty());
    }

    private static int[] addHeights(CodeBook book, FloatForm form, boolean isRounded) {
        return book.addHeights(
                FloatRows.TILE_ROWS, height -> FloatProductCode.of(form, isRounded, height));
    }

    /// Whether bfloat16 weights meet rounded rows.
    boolean rounds() {
        return roundedProducts.isPresent();
    }

    /// Whether weights of that type and shape meet rounded rows.
    boolean rounds(TensorShape shape) {
        return shape.type() == TensorType.BF16 && rounds(shape.rows(), shape.columns());
    }

    /// As [#rounds(TensorShape)].
    boolean rounds(FloatMatrix matrix) {
        return matrix.form() == FloatForm.BFLOATS && rounds(matrix.rows(), matrix.columns());
    }

    private boolean rounds(int rows, int columns) {
        return rounds() && !FloatMatrix.makesLogits(rows, columns);
    }

    /// Lays down some of the rows as floats.
    ///
    /// @param x `(fromRow + rows, columns)`
    /// @param firstRow the first of those that are laid down
    /// @param endRow one after the last
    /// @param from where the rows begin in `packed`
    static void copy(
            float[] x,
            int fromRow,
            FloatRows rows,
            int firstRow,
            int endRow,
            float[] packed,
            int from) {
        int columns = rows.columns();
        int whole = columns / FloatForm.BLOCK_COLUMNS;
        int rest = columns % FloatForm.BLOCK_COLUMNS;
        for (int row = firstRow; row < endRow; row++) {
            int at = (fromRow + row) * columns;
            int to = Math.toIntExact(from + rows.row(row) / Float.BYTES);
            int apart = rows.heightAt(row) * FloatForm.BLOCK_COLUMNS;
            for (int block = 0; block < whole; block++) {
                System.arraycopy(x, at, packed, to, FloatForm.BLOCK_COLUMNS);
                at += FloatForm.BLOCK_COLUMNS;
                to += apart;
            }
            if (rest > 0) {
                System.arraycopy(x, at, packed, to, rest);
                Arrays.fill(packed, to + rest, to + FloatForm.BLOCK_COLUMNS, 0f);
            }
        }
    }

    /// Rounds rows to bfloat16.
    BfloatRounding rounding() {
        return rounding;
    }

    /// Writes `rows * matrixᵀ` for panels of the matrix.
    ///
    /// @param from where the rows begin in `packed`, in bytes
    /// @param out `(fromRow + rows, matrix.rows())`
    void multiply(
            FloatMatrix matrix,
            float[] packed,
            long from,
            FloatRows rows,
            float[] out,
            int fromRow,
            int fromPanel,
            int toPanel) {
        boolean isOneTile = rows.tiles() == 1;
        long bytes = isOneTile ? STREAMED_BYTES : CACHED_BYTES;
        int step = Math.toIntExact(Math.max(1, bytes / matrix.panelBytes()));
        long cached = CACHED_BYTES / matrix.blockBytes();
        int blocks = isOneTile ? rows.blocks() : Math.toIntExact(Math.min(rows.blocks(), cached));
        for (int panel = fromPanel; panel < toPanel; panel += step) {
            int end = Math.min(panel + step, toPanel);
            for (int block = 0; block < rows.blocks(); block += blocks) {
                int count = Math.min(blocks, rows.blocks() - block);
                multiply(matrix, packed, from, rows, block, count, out, fromRow, panel, end);
            }
        }
    }

    private void multiply(
            FloatMatrix matrix,
            float[] packed,
            long from,
            FloatRows rows,
            int block,
            int blocks,
            float[] out,
            int fromRow,
            int panel,
            int endPanel) {
        int even = rows.evenTiles();
        call(matrix, packed, from, rows, block, blocks, 0, even, out, fromRow, panel, endPanel);
        if (even < rows.tiles()) {
            int last = even * rows.height();
            call(matrix, packed, from, rows, block, blocks, last, 1, out, fromRow, panel, endPanel);
        }
    }

    private void call(
            FloatMatrix matrix,
            float[] packed,
            long from,
            FloatRows rows,
            int block,
            int blocks,
            int firstRow,
            int tiles,
            float[] out,
            int fromRow,
            int panel,
            int endPanel) {
        int height = rows.heightAt(firstRow);
        long tileBlock = (long) height * rows.blockBytes();
        MemorySegment[] heights =
                rounds(matrix) ? roundedProducts.orElseThrow() : products.get(matrix.form());
        try {
            MULTIPLY.invokeExact(
                    heights[height - 1],
                    matrix.panelMemory(),
                    matrix.at(panel, block),
                    MemorySegment.ofArray(packed),
                    from + rows.tile(firstRow) + block * tileBlock,
                    MemorySegment.ofArray(out),
                    matrix.output(fromRow + firstRow, panel) * Float.BYTES,
                    (long) matrix.rows() * Float.BYTES,
                    (long) blocks,
                    (long) tiles,
                    (long) (endPanel - panel),
                    matrix.outputs(endPanel - 1),
                    matrix.panelBytes(),
                    rows.blocks() * tileBlock,
                    (long) block);
        } catch (Throwable e) {
            throw new IllegalStateException("a product cannot be called", e);
        }
    }
}

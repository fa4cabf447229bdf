package dev.talaria.inference.kernel;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.talaria.inference.tensor.TensorType;
import dev.talaria.inference.x86.CodeMemory;
import dev.talaria.inference.x86.MachineCodeException;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/// Rows rounded to eight bits times panels of whole numbers, in machine code.
///
/// Arrays are handed to the code where they lie: while it runs, the garbage collector waits. So a
/// call is kept below a millisecond.
final class ByteProduct {

    // What the second-level cache keeps beside the rows, where a panel is read for several tiles.
    private static final long CACHED_BYTES = 256 << 10;

    // About 50 microseconds of reading memory: a call costs a tenth of one.
    private static final long STREAMED_BYTES = 1 << 20;

    private static final MethodHandle MULTIPLY =
            handle(
                    FunctionDescriptor.ofVoid(
                            ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG,
                            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle ROUND =
            handle(
                    FunctionDescriptor.ofVoid(
                            ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                            JAVA_LONG, JAVA_LONG, JAVA_LONG));

    private final MemorySegment round;
    private final MemorySegment roundWithSums;
    private final Map<TensorType, MemorySegment[]> products;

    private ByteProduct(
            MemorySegment round,
            MemorySegment roundWithSums,
            Map<TensorType, MemorySegment[]> products) {
        this.round = round;
        this.roundWithSums = roundWithSums;
        this.products = products;
    }

    @SuppressWarnings("restricted") // code of our own
    private static MethodHandle handle(FunctionDescriptor descriptor) {
        return Linker.nativeLinker().downcallHandle(descriptor, Linker.Option.critical(true));
    }

    /// Assembles the code of all forms and heights of tiles.
    ///
    /// @param arena how long the code may be used
    /// @throws MachineCodeException where it cannot be run
    static ByteProduct assemble(CodeMemory memory, Arena arena) throws MachineCodeException {
        CodeBook book = new CodeBook();
        int round = book.add(RoundingCode.of(false));
        int roundWithSums = book.add(RoundingCode.of(true));
        Map<ByteForm, int[]> heights = new HashMap<>();
        for (TensorType type : TensorType.values()) {
            ByteForm.of(type)
                    .ifPresent(form -> heights.computeIfAbsent(form, it -> addHeights(book, it)));
        }
        MemorySegment code = memory.seal(book.code(), arena);
        Map<TensorType, MemorySegment[]> products = new EnumMap<>(TensorType.class);
        for (TensorType type : TensorType.values()) {
            ByteForm.of(type)
                    .ifPresent(form ->
                            products.put(
                                    type,
                                    Arrays.stream(heights.get(form))
                                            .mapToObj(code::asSlice)
                                            .toArray(MemorySegment[]::new)));
        }
        return new ByteProduct(code.asSlice(round), code.asSlice(roundWithSums), products);
    }

    /// Adds the code for tiles of one row, of two and so on.
    ///
    /// @return where each begins
    private static int[] addHeights(CodeBook book, ByteForm form) {
        int[] starts = new int[ByteRows.TILE_ROWS];
        Arrays.setAll(starts, i -> book.add(ByteProductCode.of(form, i + 1)));
        return starts;
    }

    /// Rounds some of the rows and lays them down.
    ///
    /// @param x `(fromRow + rows, columns)`
    /// @param firstRow the first of those that are rounded
    /// @param endRow one after the last
    /// @param from where the rows begin in `packed`, in bytes
    /// @param withSums whether the further sums are wanted
    void round(
            float[] x,
            int fromRow,
            ByteRows rows,
            int firstRow,
            int endRow,
            float[] packed,
            long from,
            boolean withSums) {
        MemorySegment code = withSums ? roundWithSums : round;
        for (int row = firstRow; row < endRow; row++) {
            int first = rows.firstRow(row);
            int height = rows.heightAt(row);
            int place = row - first;
            long tile = from + rows.tile(first);
            long numbers = tile + (long) place * ByteForm.BLOCK_COLUMNS;
            long kinds = (long) place * Float.BYTES;
            long scales = tile + (long) height * ByteForm.BLOCK_COLUMNS + kinds;
            long sums = from + rows.sums(first) + kinds;
            long xOffset = (long) (fromRow + row) * rows.columns() * Float.BYTES;
            try {
                ROUND.invokeExact(
                        code,
                        MemorySegment.ofArray(x),
                        xOffset,
                        MemorySegment.ofArray(packed),
                        numbers,
                        scales,
                        (long) rows.blocks(),
                        (long) height * ByteRows.BLOCK_BYTES,
                        (long) height * Float.BYTES,
                        sums,
                        (long) height * ByteRows.SUMS_BYTES);
            } catch (Throwable e) {
                throw new IllegalStateException("rounding cannot be called", e);
            }
        }
    }

    /// Writes `rows * matrixᵀ` for panels of the matrix.
    ///
    /// @param from where the rows begin in `packed`, in bytes
    /// @param out `(fromRow + rows, matrix.rows())`
    void multiply(
            ByteMatrix matrix,
            float[] packed,
            long from,
            ByteRows rows,
            float[] out,
            int fromRow,
            int fromPanel,
            int toPanel) {
        long bytes = rows.tiles() == 1 ? STREAMED_BYTES : CACHED_BYTES;
        int step = Math.toIntExact(Math.max(1, bytes / matrix.panelBytes()));
        int lastFirst = (rows.tiles() - 1) * rows.height();
        boolean isEven = rows.lastHeight() == rows.height();
        int evenTiles = isEven ? rows.tiles() : rows.tiles() - 1;
        for (int panel = fromPanel; panel < toPanel; panel += step) {
            int end = Math.min(panel + step, toPanel);
            if (evenTiles > 0) {
                call(
                        matrix,
                        packed,
                        from,
                        rows,
                        0,
                        rows.height(),
                        evenTiles,
                        out,
                        fromRow,
                        panel,
                        end);
            }
            if (!isEven) {
                call(
                        matrix,
                        packed,
                        from,
                        rows,
                        lastFirst,
                        rows.lastHeight(),
                        1,
                        out,
                        fromRow,
                        panel,
                        end);
            }
        }
    }

    private void call(
            ByteMatrix matrix,
            float[] packed,
            long from,
            ByteRows rows,
            int firstRow,
            int height,
            int tiles,
            float[] out,
            int fromRow,
            int panel,
            int endPanel) {
        long width = matrix.rows();
        long output = (fromRow + firstRow) * width + (long) panel * ByteMatrix.PANEL_ROWS;
        try {
            MULTIPLY.invokeExact(
                    products.get(matrix.type())[height - 1],
                    matrix.panelMemory(),
                    panel * matrix.panelBytes(),
                    MemorySegment.ofArray(packed),
                    from + rows.tile(firstRow),
                    from + rows.sums(firstRow),
                    MemorySegment.ofArray(out),
                    output * Float.BYTES,
                    width * Float.BYTES,
                    (long) matrix.blocks(),
                    (long) tiles,
                    (long) (endPanel - panel),
                    outputs(matrix.rows(), endPanel - 1));
        } catch (Throwable e) {
            throw new IllegalStateException("a product cannot be called", e);
        }
    }

    /// A bit for every row of a panel that there is.
    static long outputs(int matrixRows, int panel) {
        int rows = matrixRows - panel * ByteMatrix.PANEL_ROWS;
        return rows >= ByteMatrix.PANEL_ROWS ? 0xFFFF_FFFFL : (1L << rows) - 1;
    }
}

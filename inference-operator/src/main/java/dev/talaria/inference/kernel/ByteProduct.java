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

    // How far ahead weights that are read once are asked for: a page and more, where the processor
    // stops by itself.
    private static final long AHEAD_BYTES = 4096 + 1024;

    private static final MethodHandle MULTIPLY =
            handle(
                    FunctionDescriptor.ofVoid(
                            ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG,
                            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                            JAVA_LONG));
    private static final MethodHandle ROUND =
            handle(
                    FunctionDescriptor.ofVoid(
                            ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                            JAVA_LONG, JAVA_LONG, JAVA_LONG));

    private final MemorySegment round;
    private final MemorySegment roundWithSums;
    private final Map<TensorType, MemorySegment[]> products;
    private final Map<TensorType, MemorySegment> rowProducts;
    private final Map<TensorType, StreamTrial> trials = new EnumMap<>(TensorType.class);

    private ByteProduct(
            MemorySegment round,
            MemorySegment roundWithSums,
            Map<TensorType, MemorySegment[]> products,
            Map<TensorType, MemorySegment> rowProducts) {
        this.round = round;
        this.roundWithSums = roundWithSums;
        this.products = products;
        this.rowProducts = rowProducts;
        rowProducts.keySet().forEach(type -> trials.put(type, new StreamTrial()));
    }

    @SuppressWarnings("restricted") // code of our own
    private static MethodHandle handle(FunctionDescriptor descriptor) {
        return Linker.nativeLinker().downcallHandle(descriptor, Linker.Option.critical(true));
    }

    /// Assembles the code of all forms and heights of tiles.
    ///
    /// @param arena how long the code may be used
    /// @throws MachineCodeException where it cannot be run
    static ByteProduct assemble(ByteCodes codes, CodeMemory memory, Arena arena)
            throws MachineCodeException {
        CodeBook book = new CodeBook();
        int round = book.add(codes.rounding(false));
        int roundWithSums = book.add(codes.rounding(true));
        Map<ByteForm, int[]> heights = new HashMap<>();
        Map<ByteForm, Integer> rows = new HashMap<>();
        for (TensorType type : TensorType.values()) {
            ByteForm.of(type)
                    .ifPresent(form -> {
                        heights.computeIfAbsent(
                                form,
                                it ->
                                        book.addHeights(
                                                ByteRows.TILE_ROWS,
                                                height -> codes.tiles(it, height)));
                        rows.computeIfAbsent(form, it -> book.add(codes.row(it)));
                    });
        }
        MemorySegment code = memory.seal(book.code(), arena);
        Map<TensorType, MemorySegment[]> products = new EnumMap<>(TensorType.class);
        Map<TensorType, MemorySegment> rowProducts = new EnumMap<>(TensorType.class);
        for (TensorType type : TensorType.values()) {
            ByteForm.of(type)
                    .ifPresent(form -> {
                        products.put(type, CodeBook.pieces(code, heights.get(form)));
                        rowProducts.put(type, code.asSlice(rows.get(form)));
                    });
        }
        return new ByteProduct(
                code.asSlice(round), code.asSlice(roundWithSums), products, rowProducts);
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
        boolean isOneRow = rows.rows() == 1;
        StreamTrial trial = trials.get(matrix.type());
        boolean areSideBySide = isOneRow && trial.areSideBySide();
        boolean isTimed = isOneRow && !trial.isOver();
        long start = isTimed ? System.nanoTime() : 0;
        int panel = fromPanel;
        if (areSideBySide) {
            panel = multiplyGroups(matrix, packed, from, rows, out, fromRow, panel, toPanel);
        }
        multiplyTiles(matrix, packed, from, rows, out, fromRow, panel, toPanel);
        if (isTimed) {
            long bytes = (toPanel - fromPanel) * matrix.panelBytes();
            trial.add(areSideBySide, bytes, System.nanoTime() - start);
        }
    }

    /// One row, as long as there are whole groups of panels.
    ///
    /// @return the first panel that is in none
    private int multiplyGroups(
            ByteMatrix matrix,
            float[] packed,
            long from,
            ByteRows rows,
            float[] out,
            int fromRow,
            int fromPanel,
            int toPanel) {
        long groupBytes = PanelStreams.PANELS * matrix.panelBytes();
        int most = Math.toIntExact(Math.max(1, STREAMED_BYTES / groupBytes));
        MemorySegment code = rowProducts.get(matrix.type());
        int panel = fromPanel;
        while (panel + PanelStreams.PANELS <= toPanel) {
            int groups = Math.min(most, (toPanel - panel) / PanelStreams.PANELS);
            int end = panel + groups * PanelStreams.PANELS;
            long apart = matrix.panelBytes();
            call(
                    code, matrix, packed, from, rows, 0, apart, groups, out, fromRow, panel, end, 0,
                    0);
            panel = end;
        }
        return panel;
    }

    private void multiplyTiles(
            ByteMatrix matrix,
            float[] packed,
            long from,
            ByteRows rows,
            float[] out,
            int fromRow,
            int fromPanel,
            int toPanel) {
        boolean isOneTile = rows.tiles() == 1;
        long bytes = isOneTile ? STREAMED_BYTES : CACHED_BYTES;
        int step = Math.toIntExact(Math.max(1, bytes / matrix.panelBytes()));
        int even = rows.evenTiles();
        for (int panel = fromPanel; panel < toPanel; panel += step) {
            int end = Math.min(panel + step, toPanel);
            long ahead = isOneTile ? matrix.at(panel, 0) + AHEAD_BYTES : matrix.at(end, 0);
            call(matrix, packed, from, rows, 0, even, out, fromRow, panel, end, ahead);
            if (even < rows.tiles()) {
                int last = even * rows.height();
                int asked = (end - panel) * matrix.blocks() * even / rows.tiles();
                ahead += (long) asked * matrix.blockBytes();
                call(matrix, packed, from, rows, last, 1, out, fromRow, panel, end, ahead);
            }
        }
    }

    private void call(
            ByteMatrix matrix,
            float[] packed,
            long from,
            ByteRows rows,
            int firstRow,
            int tiles,
            float[] out,
            int fromRow,
            int panel,
            int endPanel,
            long ahead) {
        MemorySegment code = products.get(matrix.type())[rows.heightAt(firstRow) - 1];
        int panels = endPanel - panel;
        call(
                code,
                matrix,
                packed,
                from,
                rows,
                firstRow,
                tiles,
                panels,
                out,
                fromRow,
                panel,
                endPanel,
                ahead,
                rows.tiles());
    }

    private static void call(
            MemorySegment code,
            ByteMatrix matrix,
            float[] packed,
            long from,
            ByteRows rows,
            int firstRow,
            long tiles,
            int panels,
            float[] out,
            int fromRow,
            int panel,
            int endPanel,
            long ahead,
            long blocksApart) {
        try {
            MULTIPLY.invokeExact(
                    code,
                    matrix.panelMemory(),
                    matrix.at(panel, 0),
                    MemorySegment.ofArray(packed),
                    from + rows.tile(firstRow),
                    from + rows.sums(firstRow),
                    MemorySegment.ofArray(out),
                    matrix.output(fromRow + firstRow, panel) * Float.BYTES,
                    (long) matrix.rows() * Float.BYTES,
                    (long) matrix.blocks(),
                    tiles,
                    (long) panels,
                    matrix.outputs(endPanel - 1),
                    ahead,
                    blocksApart);
        } catch (Throwable e) {
            throw new IllegalStateException("a product cannot be called", e);
        }
    }
}

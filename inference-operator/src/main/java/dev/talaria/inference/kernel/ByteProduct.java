package dev.talaria.inference.kernel;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.talaria.inference.tensor.TensorType;
import dev.talaria.inference.x86.CodeMemory;
import dev.talaria.inference.x86.MachineCodeException;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
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

    private static final MethodHandle MULTIPLY =
            CodeMemory.handle(
                    FunctionDescriptor.ofVoid(
                            ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG,
                            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                            JAVA_LONG));
    private static final MethodHandle ROUND =
            CodeMemory.handle(
                    FunctionDescriptor.ofVoid(
                            ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                            JAVA_LONG, JAVA_LONG, JAVA_LONG));

    private final MemorySegment round;
    private final MemorySegment roundWithSums;
    private final Map<TensorType, Products> products;
    private final Map<TensorType, ReadingTrial> trials = new EnumMap<>(TensorType.class);

    private ByteProduct(
            MemorySegment round, MemorySegment roundWithSums, Map<TensorType, Products> products) {
        this.round = round;
        this.roundWithSums = roundWithSums;
        this.products = products;
        products.keySet().forEach(type -> trials.put(type, new ReadingTrial()));
    }

    /// The code for a form: of each way to read weights, for each height of tiles.
    private record Products(Map<WeightReading, MemorySegment[]> byReading) {

        static Products of(MemorySegment code, Map<WeightReading, int[]> starts) {
            Map<WeightReading, MemorySegment[]> pieces = new EnumMap<>(WeightReading.class);
            starts.forEach((reading, it) -> pieces.put(reading, CodeBook.pieces(code, it)));
            return new Products(pieces);
        }

        MemorySegment code(WeightReading reading, int rows) {
            return byReading.get(reading)[rows - 1];
        }
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
        Map<ByteForm, Map<WeightReading, int[]>> starts = new HashMap<>();
        ByteForm.all().forEach(form -> starts.put(form, add(book, codes, form)));
        MemorySegment code = memory.seal(book.code(), arena);
        Map<TensorType, Products> products = new EnumMap<>(TensorType.class);
        for (TensorType type : TensorType.values()) {
            ByteForm.of(type)
                    .ifPresent(form -> products.put(type, Products.of(code, starts.get(form))));
        }
        return new ByteProduct(code.asSlice(round), code.asSlice(roundWithSums), products);
    }

    private static Map<WeightReading, int[]> add(CodeBook book, ByteCodes codes, ByteForm form) {
        Map<WeightReading, int[]> starts = new EnumMap<>(WeightReading.class);
        for (WeightReading reading : WeightReading.values()) {
            starts.put(
                    reading,
                    book.addHeights(
                            reading.mostRows(), rows -> codes.product(form, rows, reading)));
        }
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
        ReadingTrial trial = trials.get(matrix.type());
        boolean isOneRow = rows.rows() == 1;
        boolean isTimed = isOneRow && !trial.isOver();
        WeightReading reading = isOneRow ? trial.reading() : WeightReading.of(rows);
        long start = isTimed ? System.nanoTime() : 0;
        multiply(reading, matrix, packed, from, rows, out, fromRow, fromPanel, toPanel);
        if (isTimed) {
            long bytes = (toPanel - fromPanel) * matrix.panelBytes();
            trial.add(reading, bytes, System.nanoTime() - start);
        }
    }

    /// As above.
    ///
    /// @param reading one that there is code for with so many rows
    void multiply(
            WeightReading reading,
            ByteMatrix matrix,
            float[] packed,
            long from,
            ByteRows rows,
            float[] out,
            int fromRow,
            int fromPanel,
            int toPanel) {
        if (reading == WeightReading.SIDE_BY_SIDE) {
            int panel =
                    multiplyGroups(matrix, packed, from, rows, out, fromRow, fromPanel, toPanel);
            WeightReading rest = WeightReading.ASKED_FOR;
            multiplyTiles(rest, matrix, packed, from, rows, out, fromRow, panel, toPanel);
        } else {
            multiplyTiles(reading, matrix, packed, from, rows, out, fromRow, fromPanel, toPanel);
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
        MemorySegment code = products.get(matrix.type()).code(WeightReading.SIDE_BY_SIDE, 1);
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
            WeightReading reading,
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
            long ahead =
                    isOneTile
                            ? matrix.at(panel, 0) + matrix.form().aheadBytes()
                            : matrix.at(end, 0);
            call(reading, matrix, packed, from, rows, 0, even, out, fromRow, panel, end, ahead);
            if (even < rows.tiles()) {
                int last = even * rows.height();
                int asked = (end - panel) * matrix.blocks() * even / rows.tiles();
                ahead += (long) asked * matrix.blockBytes();
                call(reading, matrix, packed, from, rows, last, 1, out, fromRow, panel, end, ahead);
            }
        }
    }

    private void call(
            WeightReading reading,
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
        MemorySegment code = products.get(matrix.type()).code(reading, rows.heightAt(firstRow));
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

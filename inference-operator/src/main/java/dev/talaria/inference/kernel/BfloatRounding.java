package dev.talaria.inference.kernel;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.talaria.inference.x86.CodeMemory;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// Rounds rows of activations to bfloat16: to the nearest, ties to even, and subnormal numbers to
/// zero. Columns beyond the last are zero.
final class BfloatRounding {

    private static final MethodHandle ROUND =
            CodeMemory.handle(
                    FunctionDescriptor.ofVoid(
                            ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                            JAVA_LONG));

    private final Code code;

    private BfloatRounding(Code code) {
        this.code = code;
    }

    /// Where rounded rows lie.
    interface Rows {

        int columns();

        /// Blocks of a row.
        int blocks();

        /// Where a row's first block lies, in bytes.
        long row(int row);

        /// Bytes between the blocks of a row.
        long blockStride(int row);
    }

    /// Rounds a row: code with the arguments of [BfloatCode].
    @FunctionalInterface
    interface Code {

        /// @param xOffset where the row begins in `x`, in bytes
        /// @param offset where its first block goes to in `packed`, in bytes
        /// @param blocks of 32 columns
        /// @param stride bytes between blocks
        /// @param lastColumns a bit for every column of the last block that there is
        void run(
                float[] x,
                long xOffset,
                float[] packed,
                long offset,
                long blocks,
                long stride,
                long lastColumns);
    }

    /// By [BfloatCode] that begins there and can be run.
    static BfloatRounding at(MemorySegment start) {
        return new BfloatRounding((x, xOffset, packed, offset, blocks, stride, lastColumns) -> {
            try {
                ROUND.invokeExact(
                        start,
                        MemorySegment.ofArray(x),
                        xOffset,
                        MemorySegment.ofArray(packed),
                        offset,
                        blocks,
                        stride,
                        lastColumns);
            } catch (Throwable e) {
                throw new IllegalStateException("rounding cannot be called", e);
            }
        });
    }

    /// By code that something else runs.
    static BfloatRounding of(Code code) {
        return new BfloatRounding(code);
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
            Rows rows,
            int firstRow,
            int endRow,
            float[] packed,
            long from) {
        int last = rows.columns() - (rows.blocks() - 1) * FloatForm.BLOCK_COLUMNS;
        for (int row = firstRow; row < endRow; row++) {
            code.run(
                    x,
                    (long) (fromRow + row) * rows.columns() * Float.BYTES,
                    packed,
                    from + rows.row(row),
                    rows.blocks(),
                    rows.blockStride(row),
                    (1L << last) - 1);
        }
    }
}

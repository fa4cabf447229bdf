package dev.talaria.inference.kernel;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import dev.talaria.inference.tensor.Tensor;
import dev.talaria.inference.tensor.TensorShape;
import dev.talaria.inference.tensor.TensorType;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A matrix of floats in the order in which machine code reads it: panels of two strips of sixteen
/// rows, and of a panel block after block, step after step ([FloatForm]), first of one strip and
/// then of the other, so that a panel is read from end to end. Columns and rows beyond the last are
/// zero.
final class FloatMatrix implements WeightMatrix {

    // One more whenever the order of the bytes changes: files of repacked weights outlive programs.
    private static final int ORDER_VERSION = 1;

    private static final ValueLayout.OfShort HALF =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);
    private static final ValueLayout.OfInt SINGLE =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(LITTLE_ENDIAN);

    private final FloatForm form;
    private final int rows;
    private final int columns;
    private final MemorySegment memory;

    /// Repacks the tensor.
    ///
    /// @throws IllegalArgumentException for a type of whole numbers
    FloatMatrix(Tensor tensor, Arena arena, WorkerTeam team) {
        this(tensor.shape(), arena.allocate(bytes(tensor.shape()), ByteMatrix.VECTOR_BYTES));
        team.run(panels(), (panel, _) -> repack(tensor, panel));
    }

    /// Panels that were repacked earlier.
    ///
    /// @throws IllegalArgumentException where the memory is not as long as they are
    FloatMatrix(TensorShape tensor, MemorySegment memory) {
        if (memory.byteSize() != bytes(tensor)) {
            throw new IllegalArgumentException(
                    "'%s': panels of %d bytes, not %d"
                            .formatted(tensor.name(), bytes(tensor), memory.byteSize()));
        }
        this.form = form(tensor.type());
        this.rows = tensor.rows();
        this.columns = tensor.columns();
        this.memory = memory;
    }

    private static FloatForm form(TensorType type) {
        return FloatForm.of(type)
                .orElseThrow(() -> new IllegalArgumentException(type + " is no type of floats"));
    }

    /// Names the order, for panels that another process made.
    static String order() {
        return "floats %d of %d x %d rows"
                .formatted(ORDER_VERSION, ByteMatrix.STRIPS, ByteMatrix.STRIP_ROWS);
    }

    /// Bytes of a matrix.
    static long bytes(TensorShape tensor) {
        return Math.ceilDiv(tensor.rows(), ByteMatrix.PANEL_ROWS)
                * panelBytes(form(tensor.type()), tensor.columns());
    }

    private static long panelBytes(FloatForm form, int columns) {
        return (long) FloatForm.blocks(columns) * form.blockBytes();
    }

    /// As [#memory].
    MemorySegment panelMemory() {
        return memory;
    }

    FloatForm form() {
        return form;
    }

    /// Blocks of a panel.
    int blocks() {
        return FloatForm.blocks(columns);
    }

    /// Bytes of a panel.
    long panelBytes() {
        return panelBytes(form, columns);
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public int columns() {
        return columns;
    }

    @Override
    public int panels() {
        return Math.ceilDiv(rows, ByteMatrix.PANEL_ROWS);
    }

    @Override
    public long bytes() {
        return memory.byteSize();
    }

    @Override
    public MemorySegment memory() {
        return memory.asReadOnly();
    }

    private void repack(Tensor tensor, int panel) {
        int first = panel * ByteMatrix.PANEL_ROWS;
        int present = Math.min(ByteMatrix.PANEL_ROWS, rows - first);
        MemorySegment panelMemory = memory.asSlice(panel * panelBytes(), panelBytes());
        if (present < ByteMatrix.PANEL_ROWS || columns % FloatForm.BLOCK_COLUMNS != 0) {
            panelMemory.fill((byte) 0);
        }
        for (int row = 0; row < present; row++) {
            repackRow(tensor.data(), (first + row) * tensor.rowBytes(), panelMemory, row);
        }
    }

    private void repackRow(MemorySegment stored, long at, MemorySegment panel, int row) {
        int strip = row / ByteMatrix.STRIP_ROWS;
        int lane = row % ByteMatrix.STRIP_ROWS;
        long laneAt =
                strip * (long) form.vectorBytes()
                        + (long) lane * form.stepColumns() * form.weightBytes();
        long step = (long) ByteMatrix.STRIPS * form.vectorBytes();
        for (int column = 0; column < columns; column++) {
            long from = at + (long) column * form.weightBytes();
            long to =
                    laneAt
                            + column / form.stepColumns() * step
                            + column % form.stepColumns() * form.weightBytes();
            if (form == FloatForm.SINGLES) {
                panel.set(SINGLE, to, stored.get(SINGLE, from));
            } else {
                panel.set(HALF, to, stored.get(HALF, from));
            }
        }
    }
}

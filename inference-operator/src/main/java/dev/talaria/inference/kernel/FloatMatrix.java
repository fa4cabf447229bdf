package dev.talaria.inference.kernel;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import dev.talaria.inference.tensor.Tensor;
import dev.talaria.inference.tensor.TensorShape;
import dev.talaria.inference.tensor.TensorType;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A matrix of floats in the order in which machine code reads it: a block has step after step
/// ([FloatForm]), first of one strip and then of the other. Columns and rows beyond the last are
/// zero.
final class FloatMatrix extends BlockMatrix {

    // One more whenever the order of the bytes changes: files of repacked weights outlive programs.
    private static final int ORDER_VERSION = 1;

    private static final ValueLayout.OfShort HALF =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);
    private static final ValueLayout.OfInt SINGLE =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(LITTLE_ENDIAN);

    // The matrix that makes logits has more than so many times its columns.
    private static final int MANY_ROWS = 4;

    private final FloatForm form;

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
        super(tensor, blocks(tensor), form(tensor.type()).blockBytes(), memory);
        this.form = form(tensor.type());
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
        return bytes(tensor, blocks(tensor), form(tensor.type()).blockBytes());
    }

    private static int blocks(TensorShape tensor) {
        return FloatForm.blocks(tensor.columns());
    }

    /// Whether a matrix of that shape makes logits: it chooses the token and is multiplied with few
    /// rows, so activations that meet it stay floats.
    static boolean makesLogits(int rows, int columns) {
        return rows > (long) MANY_ROWS * columns;
    }

    FloatForm form() {
        return form;
    }

    private void repack(Tensor tensor, int panel) {
        int first = panel * ByteMatrix.PANEL_ROWS;
        int present = Math.min(ByteMatrix.PANEL_ROWS, rows() - first);
        MemorySegment panelMemory = panelMemory().asSlice(at(panel, 0), panelBytes());
        if (present < ByteMatrix.PANEL_ROWS || columns() % FloatForm.BLOCK_COLUMNS != 0) {
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
        for (int column = 0; column < columns(); column++) {
            long from = at + (long) column * form.weightBytes();
            long to =
                    laneAt
                            + column / form.stepColumns() * step
                            + (long) (column % form.stepColumns()) * form.weightBytes();
            if (form == FloatForm.SINGLES) {
                panel.set(SINGLE, to, stored.get(SINGLE, from));
            } else {
                panel.set(HALF, to, stored.get(HALF, from));
            }
        }
    }
}

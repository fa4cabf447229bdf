package dev.talaria.inference.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import dev.talaria.inference.tensor.Tensor;
import dev.talaria.inference.tensor.TensorShape;
import dev.talaria.inference.tensor.TensorType;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A weight matrix in the order in which instructions read it that multiply bytes.
///
/// A block has the numbers of one strip and then of the other, vector by vector: of each row four
/// neighbouring columns side by side, a byte each. Where a byte holds two nibbles, the lower ones
/// are those of the four columns, the upper ones those of the next four. Then come the scales, and
/// where the type has them the minimums, of the strips' rows, group by group. Where scales are
/// whole numbers, the halves they are multiplied with come before the eight blocks that share them:
/// those of the strips' scales, and of their minimums. Blocks and what they share are multiples of
/// 64 bytes. Rows beyond the last are zero.
final class ByteMatrix extends BlockMatrix {

    /// Rows of a strip: the 32-bit lanes of a vector.
    static final int STRIP_ROWS = 16;

    /// Strips of a panel.
    static final int STRIPS = 2;

    /// Bytes of a vector.
    static final int VECTOR_BYTES = 64;

    /// Rows of a panel.
    static final int PANEL_ROWS = STRIPS * STRIP_ROWS;

    // One more whenever the order of the bytes changes: files of repacked weights outlive programs.
    private static final int ORDER_VERSION = 2;

    private static final ValueLayout.OfInt WORD = ValueLayout.JAVA_INT.withOrder(LITTLE_ENDIAN);
    private static final ValueLayout.OfShort HALF = ValueLayout.JAVA_SHORT.withOrder(LITTLE_ENDIAN);

    private final TensorType type;
    private final ByteForm form;

    /// Repacks the tensor.
    ///
    /// @throws IllegalArgumentException for a type of floats
    ByteMatrix(Tensor tensor, Arena arena, WorkerTeam team) {
        this(tensor.shape(), arena.allocate(bytes(tensor.shape()), VECTOR_BYTES));
        team.run(panels(), (panel, _) -> repack(tensor, panel));
    }

    /// Panels that were repacked earlier.
    ///
    /// @throws IllegalArgumentException where the memory is not as long as they are
    ByteMatrix(TensorShape tensor, MemorySegment memory) {
        super(tensor, blocks(tensor), form(tensor.type()).streamBytes(), memory);
        this.type = tensor.type();
        this.form = form(type);
    }

    private static ByteForm form(TensorType type) {
        return ByteForm.of(type)
                .orElseThrow(() -> new IllegalArgumentException(type + " has no whole numbers"));
    }

    /// Names the order, for panels that another process made.
    static String order() {
        return "bytes %d of %d x %d rows".formatted(ORDER_VERSION, STRIPS, STRIP_ROWS);
    }

    /// Bytes of a matrix.
    static long bytes(TensorShape tensor) {
        return bytes(tensor, blocks(tensor), form(tensor.type()).streamBytes());
    }

    private static int blocks(TensorShape tensor) {
        return tensor.columns() / ByteForm.BLOCK_COLUMNS;
    }

    TensorType type() {
        return type;
    }

    ByteForm form() {
        return form;
    }

    @Override
    public int panelsTogether() {
        return PanelStreams.PANELS;
    }

    private void repack(Tensor tensor, int panel) {
        long rowBytes = tensor.rowBytes();
        int first = panel * PANEL_ROWS;
        int present = Math.min(PANEL_ROWS, rows() - first);
        MemorySegment panelMemory = panelMemory().asSlice(at(panel, 0), panelBytes());
        for (int row = 0; row < present; row++) {
            MemorySegment stored = tensor.data().asSlice((first + row) * rowBytes, rowBytes);
            for (int block = 0; block < blocks(); block++) {
                int column = block * ByteForm.BLOCK_COLUMNS;
                int within = column % type.blockElements();
                long at = (long) column / type.blockElements() * type.blockBytes();
                long shared = at(0, block - block % ByteForm.SHARING_BLOCKS);
                long to = shared + form.blockOffset(block % ByteForm.SHARING_BLOCKS);
                repackNumbers(stored, at, within, panelMemory, to, row);
                if (within == 0) {
                    long halves = form.areHalves() ? to + form.scalesOffset(0, 0) : shared;
                    repackHalves(stored, at, panelMemory, halves, row);
                }
                if (!form.areHalves()) {
                    repackScales(stored, at, within, panelMemory, to, row);
                }
            }
        }
    }

    private void repackNumbers(
            MemorySegment stored, long at, int column, MemorySegment panel, long block, int row) {
        long to = block + form.numbersOffset(row / STRIP_ROWS, 0) + row % STRIP_ROWS * 4L;
        for (int i = 0; i < ByteForm.BLOCK_COLUMNS; i += 8) {
            long eight = WeightGroup.eightNumbers(type, stored, at, column + i);
            int low = (int) eight;
            int high = (int) (eight >>> Integer.SIZE);
            if (form.areNibbles()) {
                panel.set(WORD, to, low | high << 4);
            } else {
                panel.set(WORD, to, low);
                to += VECTOR_BYTES;
                panel.set(WORD, to, high);
            }
            to += VECTOR_BYTES;
        }
    }

    // Those of a block's only group lie as those that blocks share do.
    private void repackHalves(
            MemorySegment stored, long at, MemorySegment panel, long halves, int row) {
        int strip = row / STRIP_ROWS;
        long to = halves + row % STRIP_ROWS * (long) Short.BYTES;
        panel.set(HALF, to + form.halvesOfScales(strip), WeightGroup.scale(type, stored, at));
        if (form.hasMinimums()) {
            short minimum = WeightGroup.minimum(type, stored, at);
            panel.set(HALF, to + form.halvesOfMinimums(strip), minimum);
        }
    }

    private void repackScales(
            MemorySegment stored, long at, int column, MemorySegment panel, long block, int row) {
        int strip = row / STRIP_ROWS;
        long to = block + row % STRIP_ROWS;
        for (int group = 0; group < form.groups(); group++) {
            int storedGroup = column / form.groupColumns() + group;
            byte scale = WeightGroup.scaleNumber(type, stored, at, storedGroup);
            panel.set(JAVA_BYTE, to + form.scalesOffset(strip, group), scale);
            if (form.hasMinimums()) {
                byte minimum = WeightGroup.minimumNumber(type, stored, at, storedGroup);
                panel.set(JAVA_BYTE, to + form.minimumsOffset(strip, group), minimum);
            }
        }
    }
}

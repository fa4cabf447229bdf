package dev.talaria.inference.kernel;

import dev.talaria.inference.tensor.TensorShape;

import java.lang.foreign.MemorySegment;

/// A weight matrix in the order in which machine code reads it: panels of [ByteMatrix#STRIPS]
/// strips of sixteen rows, and of a panel block after block of 32 columns, so that a panel is read
/// from end to end.
abstract sealed class BlockMatrix implements WeightMatrix permits ByteMatrix, FloatMatrix {

    private final int rows;
    private final int columns;
    private final int blocks;
    private final int blockBytes;
    private final MemorySegment memory;

    /// @param blocks of a panel
    /// @throws IllegalArgumentException where the memory is not as long as the panels are
    BlockMatrix(TensorShape tensor, int blocks, int blockBytes, MemorySegment memory) {
        this.rows = tensor.rows();
        this.columns = tensor.columns();
        this.blocks = blocks;
        this.blockBytes = blockBytes;
        this.memory = memory;
        if (memory.byteSize() != panels() * panelBytes()) {
            throw new IllegalArgumentException(
                    "'%s': panels of %d bytes, not %d"
                            .formatted(tensor.name(), panels() * panelBytes(), memory.byteSize()));
        }
    }

    /// Bytes of a matrix.
    static long bytes(TensorShape tensor, int blocks, int blockBytes) {
        return Math.ceilDiv(tensor.rows(), ByteMatrix.PANEL_ROWS) * ((long) blocks * blockBytes);
    }

    /// As [#memory].
    final MemorySegment panelMemory() {
        return memory;
    }

    /// Blocks of a panel.
    final int blocks() {
        return blocks;
    }

    /// Bytes of a block of a panel, its part of what blocks share included.
    final int blockBytes() {
        return blockBytes;
    }

    /// Bytes of a panel.
    final long panelBytes() {
        return (long) blocks * blockBytes;
    }

    /// Where a block of a panel begins, in bytes; where blocks share something, the first of them
    /// begins with it.
    final long at(int panel, int block) {
        return panel * panelBytes() + (long) block * blockBytes;
    }

    /// The panels' memory, of the first of them from a block on.
    final MemorySegment panelsFrom(int panel, int block, int endPanel) {
        return memory.asSlice(at(panel, block), at(endPanel, 0) - at(panel, block));
    }

    /// Where a row's outputs of a panel and those behind it lie, in numbers.
    ///
    /// @param row of the outputs
    final long output(int row, int panel) {
        return (long) row * rows + (long) panel * ByteMatrix.PANEL_ROWS;
    }

    /// A bit for every row of a panel that there is.
    final long outputs(int panel) {
        int present = Math.min(ByteMatrix.PANEL_ROWS, rows - panel * ByteMatrix.PANEL_ROWS);
        return (1L << present) - 1;
    }

    @Override
    public final int rows() {
        return rows;
    }

    @Override
    public final int columns() {
        return columns;
    }

    @Override
    public final int panels() {
        return Math.ceilDiv(rows, ByteMatrix.PANEL_ROWS);
    }

    @Override
    public final long bytes() {
        return memory.byteSize();
    }

    @Override
    public final MemorySegment memory() {
        return memory.asReadOnly();
    }
}

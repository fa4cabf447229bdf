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
    private final long panelBytes;
    private final MemorySegment memory;

    /// @param blocks of a panel
    /// @param panelBytes those of its blocks, and what they share
    /// @throws IllegalArgumentException where the memory is not as long as the panels are
    BlockMatrix(
            TensorShape tensor, int blocks, int blockBytes, long panelBytes, MemorySegment memory) {
        this.rows = tensor.rows();
        this.columns = tensor.columns();
        this.blocks = blocks;
        this.blockBytes = blockBytes;
        this.panelBytes = panelBytes;
        this.memory = memory;
        if (memory.byteSize() != panels() * panelBytes()) {
            throw new IllegalArgumentException(
                    "'%s': panels of %d bytes, not %d"
                            .formatted(tensor.name(), panels() * panelBytes(), memory.byteSize()));
        }
    }

    /// Bytes of a matrix.
    static long bytes(TensorShape tensor, long panelBytes) {
        return Math.ceilDiv(tensor.rows(), ByteMatrix.PANEL_ROWS) * panelBytes;
    }

    /// As [#memory].
    final MemorySegment panelMemory() {
        return memory;
    }

    /// Blocks of a panel.
    final int blocks() {
        return blocks;
    }

    /// Bytes of a block of a panel.
    final int blockBytes() {
        return blockBytes;
    }

    /// Bytes of a panel.
    final long panelBytes() {
        return panelBytes;
    }

    /// Where a block of a panel begins, in bytes, or what it shares with those that follow.
    final long at(int panel, int block) {
        long shared = panelBytes - (long) blocks * blockBytes;
        return panel * panelBytes + (long) block * blockBytes + shared * block / blocks;
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

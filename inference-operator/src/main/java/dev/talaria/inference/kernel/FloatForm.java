package dev.talaria.inference.kernel;

import dev.talaria.inference.tensor.TensorType;

import java.util.Optional;

/// How machine code sees weights that are stored as floats, all of them as they are stored.
///
/// Of each row of a strip one or two neighbouring columns lie side by side, so that a vector has
/// them for all rows: that is a step.
enum FloatForm {
    /// A float of each row.
    SINGLES(1, Float.BYTES),

    /// A half-precision number of each row, which is widened when it is read.
    HALVES(1, Short.BYTES),

    /// Two bfloat16 numbers of each row, the left one in the lower half of its lane.
    BFLOATS(2, 2 * Short.BYTES);

    /// Columns of a block: all forms are read so many at a time, and filled up with zeros.
    static final int BLOCK_COLUMNS = 32;

    private final int stepColumns;
    private final int laneBytes;

    FloatForm(int stepColumns, int laneBytes) {
        this.stepColumns = stepColumns;
        this.laneBytes = laneBytes;
    }

    /// The form of a type; empty for types of whole numbers, also for IQ4_XS, which has none of
    /// them.
    static Optional<FloatForm> of(TensorType type) {
        return switch (type) {
            case F32 -> Optional.of(SINGLES);
            case F16 -> Optional.of(HALVES);
            case BF16 -> Optional.of(BFLOATS);
            case Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, IQ4_NL, IQ4_XS ->
                    Optional.empty();
        };
    }

    /// Blocks of a row.
    static int blocks(int columns) {
        return Math.ceilDiv(columns, BLOCK_COLUMNS);
    }

    /// Columns of a step.
    int stepColumns() {
        return stepColumns;
    }

    /// Steps of a block.
    int steps() {
        return BLOCK_COLUMNS / stepColumns;
    }

    /// Bytes of a column's weight.
    int weightBytes() {
        return laneBytes / stepColumns;
    }

    /// Bytes that a strip has of a step.
    int vectorBytes() {
        return ByteMatrix.STRIP_ROWS * laneBytes;
    }

    /// Bytes of a block of a panel.
    int blockBytes() {
        return steps() * ByteMatrix.STRIPS * vectorBytes();
    }

    /// Where a step of a strip lies within its block, in bytes.
    int offset(int step, int strip) {
        return (step * ByteMatrix.STRIPS + strip) * vectorBytes();
    }
}

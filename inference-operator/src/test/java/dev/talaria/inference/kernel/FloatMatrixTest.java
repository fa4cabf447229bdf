package dev.talaria.inference.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.inference.tensor.Tensor;
import dev.talaria.inference.tensor.TensorShape;
import dev.talaria.inference.tensor.TensorType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Repacked floats: all of them are there, bit for bit, and the rest is zero.
class FloatMatrixTest {

    private static final int OUTPUTS = 41;
    private static final int COLUMNS = 71;

    /// Every weight, read back from its place by what the order says.
    @ParameterizedTest
    @EnumSource(
            value = TensorType.class,
            names = {"F32", "F16", "BF16"})
    void everyWeightLiesWhereTheOrderSaysAndTheRestIsZero(TensorType type) {
        long seed = System.nanoTime();
        Tensor tensor = new RandomTensors(seed).plausible(type, COLUMNS, OUTPUTS);
        float[] stored = new float[96];
        try (Arena arena = Arena.ofShared();
                WorkerTeam team = new WorkerTeam(2)) {
            FloatMatrix matrix = new FloatMatrix(tensor, used(arena), team);
            for (int row = 0; row < 64; row++) {
                if (row < OUTPUTS) {
                    RowDecoder.decode(tensor, row, stored, 0);
                } else {
                    stored = new float[96];
                }
                for (int column = 0; column < 96; column++) {
                    assertThat(weight(type, matrix, row, column))
                            .as("%s, row %d, column %d, seed %d", type, row, column, seed)
                            .isEqualTo(stored[column]);
                }
            }
        }
    }

    // Memory in which something lay before.
    private static Arena used(Arena arena) {
        return new Arena() {
            @Override
            public MemorySegment allocate(long bytes, long alignment) {
                return arena.allocate(bytes, alignment).fill((byte) 0x7F);
            }

            @Override
            public MemorySegment.Scope scope() {
                return arena.scope();
            }

            @Override
            public void close() {
                arena.close();
            }
        };
    }

    private static float weight(TensorType type, FloatMatrix matrix, int row, int column) {
        FloatForm form = matrix.form();
        MemorySegment memory = matrix.memory();
        int step = column % FloatForm.BLOCK_COLUMNS / form.stepColumns();
        long at =
                row / ByteMatrix.PANEL_ROWS * matrix.panelBytes()
                        + (long) column / FloatForm.BLOCK_COLUMNS * form.blockBytes()
                        + form.offset(step, row / ByteMatrix.STRIP_ROWS % ByteMatrix.STRIPS);
        at +=
                (long)
                                (row % ByteMatrix.STRIP_ROWS * form.stepColumns()
                                        + column % form.stepColumns())
                        * form.weightBytes();
        if (type == TensorType.F32) {
            return memory.get(ValueLayout.JAVA_FLOAT, at);
        }
        short half = memory.get(ValueLayout.JAVA_SHORT, at);
        return type == TensorType.F16
                ? Float.float16ToFloat(half)
                : Float.intBitsToFloat(half << Short.SIZE);
    }

    @Test
    void aPanelHasNoMoreBytesThanItsNumbers() {
        for (TensorType type : new TensorType[] {TensorType.F32, TensorType.F16, TensorType.BF16}) {
            assertThat(FloatMatrix.bytes(new TensorShape("t", type, 4096, 64)))
                    .isEqualTo(type.bytes(4096 * 64));
        }
    }

    @Test
    void memoryOfAnotherLengthIsRefused() {
        TensorShape shape = new TensorShape("blk.0.w", TensorType.BF16, 33, 32);
        assertThatThrownBy(() -> new FloatMatrix(shape, MemorySegment.ofArray(new long[1])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'blk.0.w': panels of 4096 bytes, not 8");
    }

    @Test
    void typesOfWholeNumbersAreRefused() {
        assertThatThrownBy(() -> FloatMatrix.bytes(new TensorShape("t", TensorType.Q4_0, 64, 32)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Q4_0 is no type of floats");
    }
}

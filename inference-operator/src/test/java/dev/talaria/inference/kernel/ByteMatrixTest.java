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

/// Repacked whole numbers: all of them are there, and what was kept is what was made.
class ByteMatrixTest {

    private static final int OUTPUTS = 41;

    /// Every weight, read back from its place by what the order says.
    @ParameterizedTest
    @EnumSource(
            value = TensorType.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"F32", "F16", "BF16", "IQ4_XS"})
    void everyWeightLiesWhereTheOrderSays(TensorType type) {
        long seed = System.nanoTime();
        int columns = 2 * Math.max(type.blockElements(), 64);
        Tensor tensor = new RandomTensors(seed).plausible(type, columns, OUTPUTS);
        float[] stored = new float[columns];
        try (Arena arena = Arena.ofShared();
                WorkerTeam team = new WorkerTeam(2)) {
            ByteMatrix matrix = new ByteMatrix(tensor, arena, team);
            for (int row = 0; row < OUTPUTS; row++) {
                RowDecoder.decode(tensor, row, stored, 0);
                for (int column = 0; column < columns; column++) {
                    assertThat(weight(matrix, row, column))
                            .as("%s, row %d, column %d, seed %d", type, row, column, seed)
                            .isEqualTo(stored[column]);
                }
            }
        }
    }

    private static float weight(ByteMatrix matrix, int row, int column) {
        ByteForm form = matrix.form();
        MemorySegment memory = matrix.memory();
        int lane = row % ByteMatrix.STRIP_ROWS;
        int strip = row / ByteMatrix.STRIP_ROWS % ByteMatrix.STRIPS;
        int sharing = ByteForm.BLOCK_COLUMNS * ByteForm.SHARING_BLOCKS;
        long shared =
                row / ByteMatrix.PANEL_ROWS * matrix.panelBytes()
                        + (long) column / sharing * ByteForm.SHARING_BLOCKS * form.streamBytes();
        long block = shared + form.blockOffset(column % sharing / ByteForm.BLOCK_COLUMNS);
        int within = column % ByteForm.BLOCK_COLUMNS;
        int vector = within / form.vectorColumns();
        long at = block + form.numbersOffset(strip, vector) + lane * 4L + within % 4;
        int number = Byte.toUnsignedInt(memory.get(ValueLayout.JAVA_BYTE, at));
        if (form.areNibbles()) {
            number = within % form.vectorColumns() < 4 ? number & 15 : number >> 4;
        }
        int group = within / form.groupColumns();
        float scale =
                scale(
                        form,
                        memory,
                        block + form.scalesOffset(strip, group),
                        shared + form.halvesOfScales(strip),
                        lane);
        if (form.hasMinimums()) {
            float minimum =
                    scale(
                            form,
                            memory,
                            block + form.minimumsOffset(strip, group),
                            shared + form.halvesOfMinimums(strip),
                            lane);
            return scale * number + minimum;
        }
        return scale * (number - (1 << form.zeroShift().orElseThrow()));
    }

    private static float scale(
            ByteForm form, MemorySegment memory, long at, long shared, int lane) {
        return form.areHalves()
                ? half(memory, at, lane)
                : half(memory, shared, lane) * memory.get(ValueLayout.JAVA_BYTE, at + lane);
    }

    private static float half(MemorySegment memory, long at, int lane) {
        return Float.float16ToFloat(memory.getAtIndex(ValueLayout.JAVA_SHORT, at / 2 + lane));
    }

    @Test
    void aPanelHasNoMoreBytesThanItsNumbersAndScales() {
        assertThat(ByteMatrix.bytes(new TensorShape("t", TensorType.Q4_0, 4096, 64)))
                .isEqualTo(TensorType.Q4_0.bytes(4096 * 64));
        assertThat(ByteMatrix.bytes(new TensorShape("t", TensorType.Q8_0, 4096, 64)))
                .isEqualTo(TensorType.Q8_0.bytes(4096 * 64));
    }

    @Test
    void memoryOfAnotherLengthIsRefused() {
        TensorShape shape = new TensorShape("blk.0.w", TensorType.Q4_0, 64, 32);
        assertThatThrownBy(() -> new ByteMatrix(shape, MemorySegment.ofArray(new long[1])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'blk.0.w': panels of 1152 bytes, not 8");
    }

    @Test
    void typesOfFloatsAreRefused() {
        assertThatThrownBy(() -> ByteMatrix.bytes(new TensorShape("t", TensorType.BF16, 64, 32)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("BF16 has no whole numbers");
    }
}

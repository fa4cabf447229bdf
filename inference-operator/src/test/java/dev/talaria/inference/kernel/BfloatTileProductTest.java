package dev.talaria.inference.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.talaria.inference.kernel.Kernels.Phase;
import dev.talaria.inference.tensor.Tensor;
import dev.talaria.inference.tensor.TensorType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.SplittableRandom;

/// Products in bfloat16 tiles, their code run by the interpreter, against plain sums over weights
/// and activations rounded to bfloat16; and how far these are from the exact ones.
///
/// `-Dtalaria.tile.cases=2000` for thousands of each.
class BfloatTileProductTest extends OnVnni {

    private static final int CASES = Integer.getInteger("talaria.tile.cases", 40);

    @ParameterizedTest
    @EnumSource(
            value = TensorType.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"F32", "IQ4_XS"})
    void everyCaseIsThePlainSumOverRoundedNumbers(TensorType type) {
        long seed = System.nanoTime();
        InterpretedTiles tiles = new InterpretedTiles(seed);
        AmxKernels amx = tiles.kernels(vnni);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < CASES; i++) {
            int blocks = random.nextInt(1, random.nextInt(6) == 0 ? 40 : 9);
            int columns = Math.max(1, blocks * 32 / type.blockElements()) * type.blockElements();
            int outputs = random.nextInt(1, 80);
            int rows = random.nextInt(1, random.nextInt(4) == 0 ? 75 : 35);
            RandomTensors tensors = new RandomTensors(random.nextLong());
            Tensor weights = tensors.plausible(type, columns, outputs);
            float[] x = tensors.activations(rows * columns);
            String place =
                    "%s, case %d: %d rows, %d columns, %d outputs, seed %d"
                            .formatted(type, i, rows, columns, outputs, seed);
            try (Arena arena = Arena.ofShared()) {
                WeightMatrix matrix = amx.prepare(weights, arena, team);
                int from = random.nextInt(matrix.panels());
                int to = random.nextInt(from, matrix.panels()) + 1;
                float[] out = product(amx, matrix, x, rows, from, to);
                assertPlainSums(weights, x, rows, from, to, out, place);
            }
        }
        assertThat(tiles.products()).as("products of tiles").isPositive();
    }

    private static void assertPlainSums(
            Tensor weights, float[] x, int rows, int from, int to, float[] out, String place) {
        int columns = weights.columns();
        for (int output = 0; output < weights.rows(); output++) {
            boolean isAsked =
                    output >= from * ByteMatrix.PANEL_ROWS && output < to * ByteMatrix.PANEL_ROWS;
            float[] row = isAsked ? roundedWeights(weights, output) : null;
            for (int i = -2; i < rows; i++) {
                float found = out[(2 + i) * weights.rows() + output];
                if (i < 0 || !isAsked) {
                    boolean isTouched =
                            Float.floatToRawIntBits(found) != Float.floatToRawIntBits(UNTOUCHED);
                    assertThat(isTouched).as("%s: row %d, output %d", place, i, output).isFalse();
                    continue;
                }
                double sum = 0;
                double size = 0;
                for (int k = 0; k < columns; k++) {
                    double term = (double) row[k] * rounded(x[i * columns + k]);
                    sum += term;
                    size += Math.abs(term);
                }
                if (!(Math.abs(found - sum) <= (8 + columns / 16.0) * 0x1p-24 * size)) {
                    fail("%s: row %d, output %d: %s, not %s", place, i, output, found, sum);
                }
            }
        }
    }

    // As the code makes them: with one rounding to a float, and one to bfloat16.
    private static float[] roundedWeights(Tensor weights, int output) {
        TensorType type = weights.type();
        if (type == TensorType.F16 || type == TensorType.BF16) {
            float[] row = new float[weights.columns()];
            RowDecoder.decode(weights, output, row, 0);
            for (int column = 0; column < row.length; column++) {
                row[column] = rounded(row[column]);
            }
            return row;
        }
        ByteForm form = ByteForm.of(type).orElseThrow();
        float zero = form.zeroShift().map(shift -> 1 << shift).orElse(0);
        float[] row = new float[weights.columns()];
        for (int column = 0; column < row.length; column++) {
            int within = column % type.blockElements();
            long at = output * weights.rowBytes() + type.bytes(column - within);
            int group = within / form.groupColumns();
            long eight = WeightGroup.eightNumbers(type, weights.data(), at, within & -8);
            int number = (int) (eight >>> within % 8 * 8 & 0xFF);
            float scale = StoredGroup.scale(type, weights.data(), at, group);
            float minimum =
                    form.hasMinimums() ? StoredGroup.minimum(type, weights.data(), at, group) : 0;
            float offset = Math.fma(scale, -(256 + zero), minimum);
            row[column] = rounded(Math.fma(scale, 256f + number, offset));
        }
        return row;
    }

    private static float rounded(float number) {
        int bits = Float.floatToRawIntBits(number);
        float rounded = Float.intBitsToFloat(bits + 0x7FFF + (bits >>> 16 & 1) & 0xFFFF_0000);
        return Math.abs(number) < Float.MIN_NORMAL ? 0 : rounded;
    }

    private static float[] product(
            Kernels kernels, WeightMatrix matrix, float[] x, int rows, int from, int to) {
        return product(kernels, Phase.PREFILL, matrix, x, rows, from, to);
    }

    @Test
    void whatIsNotForTilesIsLeftToVectorRegisters() {
        InterpretedTiles tiles = new InterpretedTiles(3);
        AmxKernels amx = tiles.kernels(vnni);
        RandomTensors tensors = new RandomTensors(5);
        Tensor[] others = {
            tensors.plausible(TensorType.F32, 64, 40),
            tensors.plausible(TensorType.F16, 33, 40),
            tensors.plausible(TensorType.BF16, 32, 129),
            tensors.plausible(TensorType.IQ4_XS, 256, 40)
        };
        for (Tensor weights : others) {
            float[] x = tensors.activations(9 * weights.columns());
            try (Arena arena = Arena.ofShared()) {
                WeightMatrix matrix = amx.prepare(weights, arena, team);
                int panels = matrix.panels();
                assertThat(product(amx, matrix, x, 9, 0, panels))
                        .as(weights.type().name())
                        .isEqualTo(product(vnni, matrix, x, 9, 0, panels));
            }
        }
        assertThat(tiles.products()).isZero();
    }

    @Test
    void aRowAloneHasTheBitsOfTheRowAmongMany() {
        AmxKernels amx = new InterpretedTiles(3).kernels(vnni);
        int columns = 768;
        for (int rows : new int[] {2, 16, 17, 33, 65, 130}) {
            Tensor weights = new RandomTensors(rows).plausible(TensorType.Q5_K, columns, 20);
            float[] x = new RandomTensors(1).activations(rows * columns);
            try (Arena arena = Arena.ofShared()) {
                WeightMatrix matrix = amx.prepare(weights, arena, team);
                float[] out = product(amx, matrix, x, rows, 0, 1);
                for (int row = 0; row < rows; row += 1 + rows / 20) {
                    float[] one = Arrays.copyOfRange(x, row * columns, (row + 1) * columns);
                    assertThat(Arrays.copyOfRange(out, (2 + row) * 20, (3 + row) * 20))
                            .as("row %d of %d", row, rows)
                            .isEqualTo(
                                    Arrays.copyOfRange(product(amx, matrix, one, 1, 0, 1), 40, 60));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = TensorType.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"F32", "IQ4_XS"})
    void productsAreNearerToTheExactOnesThanAHundredth(TensorType type) {
        long seed = System.nanoTime();
        AmxKernels amx = new InterpretedTiles(seed).kernels(vnni);
        RandomTensors tensors = new RandomTensors(seed);
        int columns = 1024;
        int outputs = 32;
        int rows = 8;
        Tensor weights = tensors.plausible(type, columns, outputs);
        float[] x = tensors.activations(rows * columns);
        double difference = 0;
        double size = 0;
        float[] row = new float[columns];
        try (Arena arena = Arena.ofShared()) {
            float[] out = product(amx, amx.prepare(weights, arena, team), x, rows, 0, 1);
            for (int output = 0; output < outputs; output++) {
                RowDecoder.decode(weights, output, row, 0);
                for (int i = 0; i < rows; i++) {
                    double sum = 0;
                    for (int k = 0; k < columns; k++) {
                        sum += (double) x[i * columns + k] * row[k];
                    }
                    difference += Math.pow(out[(2 + i) * outputs + output] - sum, 2);
                    size += sum * sum;
                }
            }
        }
        assertThat(Math.sqrt(difference / size)).as("%s, seed %d", type, seed).isLessThan(1e-2);
    }
}

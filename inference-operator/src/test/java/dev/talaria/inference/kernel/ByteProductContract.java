package dev.talaria.inference.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.talaria.inference.kernel.Kernels.Phase;
import dev.talaria.inference.tensor.Tensor;
import dev.talaria.inference.tensor.TensorType;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.SplittableRandom;

/// What machine code promises of matrices of whole numbers: plain sums over the rounded
/// activations, in many small cases of every type, and with activations at the edges of what a
/// float can be.
///
/// `-Dtalaria.kernel.cases=5000` for thousands of each.
@TestInstance(Lifecycle.PER_CLASS)
abstract class ByteProductContract {

    private static final int CASES = Integer.getInteger("talaria.kernel.cases", 200);

    private static WorkerTeam team;

    abstract Kernels kernels();

    @BeforeAll
    static void startTeam() {
        team = new WorkerTeam(2);
    }

    @AfterAll
    static void endTeam() {
        team.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = TensorType.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"F32", "F16", "BF16", "IQ4_XS"})
    void everyCaseIsThePlainSumOverRoundedActivations(TensorType type) {
        long seed = System.nanoTime();
        RandomTensors tensors = new RandomTensors(seed);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < CASES; i++) {
            int columns = type.blockElements() * random.nextInt(1, 4);
            int outputs = random.nextInt(1, 70);
            int rows = random.nextInt(1, 15);
            Tensor weights =
                    random.nextBoolean()
                            ? tensors.plausible(type, columns, outputs)
                            : tensors.extreme(type, columns, outputs);
            float[] x = ExtremeActivations.of(random, rows * columns);
            String place =
                    "%s, case %d: %d rows, %d columns, %d outputs, seed %d"
                            .formatted(type, i, rows, columns, outputs, seed);
            assertPlainSums(weights, x, rows, random, place);
        }
    }

    private void assertPlainSums(
            Tensor weights, float[] x, int rows, SplittableRandom random, String place) {
        int columns = weights.columns();
        float[] out = new float[rows * weights.rows()];
        try (Arena arena = Arena.ofShared()) {
            WeightMatrix matrix = kernels().prepare(weights, arena, team);
            float[] packed = new float[kernels().packedLength(rows, columns)];
            kernels().pack(Phase.PREFILL, x, 0, rows, columns, packed);
            int cut = random.nextInt(matrix.panels() + 1);
            float[] scratch = new float[kernels().scratchLength()];
            multiply(matrix, packed, rows, out, 0, cut, scratch);
            multiply(matrix, packed, rows, out, cut, matrix.panels(), scratch);
        }
        float[] rounded = RoundedActivations.of(x);
        for (int output = 0; output < weights.rows(); output++) {
            WeightRow numbers = WeightRow.of(weights, output);
            for (int row = 0; row < rows; row++) {
                numbers.assertPlainSum(
                        rounded, row, out[row * weights.rows() + output], place, output);
            }
        }
    }

    private void multiply(
            WeightMatrix matrix,
            float[] packed,
            int rows,
            float[] out,
            int from,
            int to,
            float[] scratch) {
        if (from < to) {
            kernels().multiply(Phase.PREFILL, matrix, packed, rows, out, 0, from, to, scratch);
        }
    }

    /// The weights of an output, each a number less its zero, times a scale, plus a minimum.
    private record WeightRow(double[] numbers, double zero, double[] scales, double[] minimums) {

        static WeightRow of(Tensor weights, int output) {
            int columns = weights.columns();
            TensorType type = weights.type();
            ByteForm form = ByteForm.of(type).orElseThrow();
            double zero = form.zeroShift().map(shift -> 1 << shift).orElse(0);
            WeightRow row =
                    new WeightRow(
                            new double[columns], zero, new double[columns], new double[columns]);
            for (int column = 0; column < columns; column++) {
                int within = column % type.blockElements();
                long at = output * weights.rowBytes() + type.bytes(column - within);
                int group = within / form.groupColumns();
                long eight = WeightGroup.eightNumbers(type, weights.data(), at, within & -8);
                row.numbers[column] = (int) (eight >>> within % 8 * 8 & 0xFF);
                row.scales[column] = StoredGroup.scale(type, weights.data(), at, group);
                if (form.hasMinimums()) {
                    row.minimums[column] = StoredGroup.minimum(type, weights.data(), at, group);
                }
            }
            return row;
        }

        // Sizes are those of numbers and minimums apart, which is how they are multiplied. Where a
        // scale times an activation is beyond the floats, the product may be infinite or NaN.
        void assertPlainSum(float[] x, int row, float actual, String place, int output) {
            int columns = numbers.length;
            double sum = 0;
            double size = 0;
            double scaled = 0;
            for (int i = 0; i < columns; i++) {
                double activation = x[row * columns + i];
                double product = scales[i] * activation;
                sum += ((numbers[i] - zero) * scales[i] + minimums[i]) * activation;
                scaled += Math.abs(product);
                size += (numbers[i] + zero) * Math.abs(product);
                size += Math.abs(minimums[i] * activation);
            }
            if (!(size + scaled <= Float.MAX_VALUE / 4)) {
                return;
            }
            double tolerance = (16 + columns / 8.0) * 0x1p-24 * size + 1e-38;
            if (!(Math.abs(actual - sum) <= tolerance)) {
                fail("%s: row %d, output %d: %s instead of %s", place, row, output, actual, sum);
            }
        }
    }

    @Test
    void aRestoredMatrixGivesTheBitsOfThePreparedOne() {
        float[] x = new RandomTensors(2).activations(3 * 256);
        for (TensorType type : new TensorType[] {TensorType.Q4_0, TensorType.Q6_K}) {
            Tensor weights = new RandomTensors(1).plausible(type, 256, 40);
            float[] packed = new float[kernels().packedLength(3, 256)];
            float[] scratch = new float[kernels().scratchLength()];
            float[] prepared = new float[3 * 40];
            float[] restored = new float[3 * 40];
            try (Arena arena = Arena.ofShared()) {
                WeightMatrix first = kernels().prepare(weights, arena, team);
                WeightMatrix second = kernels().restore(weights.shape(), first.memory());
                kernels().pack(Phase.DECODE, x, 0, 3, 256, packed);
                multiply(first, packed, 3, prepared, 0, first.panels(), scratch);
                multiply(second, packed, 3, restored, 0, second.panels(), scratch);
            }
            assertThat(restored).as(type.name()).isEqualTo(prepared);
        }
        assertThat(kernels().weightOrder())
                .hasValueSatisfying(it -> assertThat(it).contains("bytes"));
    }

    @Test
    void anActivationThatIsNotFiniteMakesItsRowNaNAndNoOther() {
        for (float bad :
                new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            Tensor weights = new RandomTensors(1).plausible(TensorType.Q4_0, 64, 40);
            float[] x = new RandomTensors(2).activations(3 * 64);
            x[64 + 40] = bad;
            float[] out = new float[3 * 40];
            try (Arena arena = Arena.ofShared()) {
                WeightMatrix matrix = kernels().prepare(weights, arena, team);
                float[] packed = new float[kernels().packedLength(3, 64)];
                kernels().pack(Phase.PREFILL, x, 0, 3, 64, packed);
                multiply(
                        matrix,
                        packed,
                        3,
                        out,
                        0,
                        matrix.panels(),
                        new float[kernels().scratchLength()]);
            }
            for (int i = 0; i < out.length; i++) {
                assertThat(Float.isNaN(out[i])).as("%s, %d", bad, i).isEqualTo(i / 40 == 1);
            }
        }
    }

    @Test
    void roundingIsNoMoreThanHalfAStepOfTheGreatestOfItsBlock() {
        long seed = System.nanoTime();
        float[] x = ExtremeActivations.of(new SplittableRandom(seed), 1 << 16);
        float[] rounded = RoundedActivations.of(x);
        for (int block = 0; block < x.length; block += 32) {
            float[] part = Arrays.copyOfRange(x, block, block + 32);
            double greatest = 0;
            for (float value : part) {
                greatest = Math.max(greatest, Math.abs(value));
            }
            for (int i = 0; i < 32; i++) {
                assertThat(Math.abs((double) rounded[block + i] - part[i]))
                        .as("%d, seed %d", block + i, seed)
                        .isLessThanOrEqualTo(greatest / 127 * 0.5001 + 0x1p-118);
            }
        }
    }
}

package dev.talaria.inference.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.talaria.inference.kernel.Kernels.Phase;
import dev.talaria.inference.tensor.Tensor;
import dev.talaria.inference.tensor.TensorType;
import dev.talaria.inference.x86.CodeMemory;
import dev.talaria.inference.x86.CpuFeature;
import dev.talaria.inference.x86.CpuFeatures;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/// Products of floats in machine code against plain sums: many small cases of every type, with
/// weights and activations at the edges of what a float can be, on processors that multiply
/// bfloat16 numbers and as if this one did not.
///
/// `-Dtalaria.kernel.cases=5000` for thousands of each.
class FloatProductTest {

    private static final int CASES = Integer.getInteger("talaria.kernel.cases", 200);
    private static final float[] EXTREMES = {
        0f,
        -0f,
        Float.MIN_VALUE,
        -0x1.8p-127f,
        Float.MIN_NORMAL,
        0x1.01p0f,
        0x1.03p0f,
        1e-30f,
        1f,
        -1f,
        65504f,
        1e30f,
        -0x1p120f,
        0x1.fep120f
    };

    private static Kernels withBfloats;
    private static Kernels withoutBfloats;
    private static WorkerTeam team;

    @BeforeAll
    static void start() throws Exception {
        CpuFeatures features = CpuFeatures.ofThisMachine();
        assumeTrue(
                features.missing(VnniKernels.FEATURES).isEmpty(),
                "this processor has no AVX-512 with VNNI");
        Set<CpuFeature> fewer = EnumSet.copyOf(VnniKernels.FEATURES);
        fewer.removeAll(VnniKernels.BFLOAT_FEATURES);
        withoutBfloats =
                new NativePlatform(new CpuFeatures(fewer), CodeMemory::ofThisMachine).vnni();
        boolean hasBfloats = features.missing(VnniKernels.BFLOAT_FEATURES).isEmpty();
        withBfloats = hasBfloats ? NativePlatform.ofThisMachine().vnni() : withoutBfloats;
        team = new WorkerTeam(2);
    }

    @AfterAll
    static void end() {
        if (team != null) {
            team.close();
        }
    }

    // Not with a matrix that makes logits.
    @SuppressWarnings("ReferenceEquality") // the same kernels where the processor has no bfloats
    private static boolean isRounded(Tensor weights, boolean hasBfloats) {
        return hasBfloats
                && withBfloats != withoutBfloats
                && weights.type() == TensorType.BF16
                && weights.rows() <= 4 * weights.columns();
    }

    private static Stream<Arguments> typesAndProcessors() {
        return Stream.of(TensorType.F32, TensorType.F16, TensorType.BF16)
                .flatMap(type -> Stream.of(true, false).map(has -> arguments(type, has)));
    }

    private static Kernels kernels(boolean hasBfloats) {
        return hasBfloats ? withBfloats : withoutBfloats;
    }

    @ParameterizedTest
    @MethodSource("typesAndProcessors")
    void everyCaseIsThePlainSum(TensorType type, boolean hasBfloats) {
        long seed = System.nanoTime();
        RandomTensors tensors = new RandomTensors(seed);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < CASES; i++) {
            int columns = random.nextInt(1, 150);
            int outputs = random.nextInt(1, 70);
            int rows = random.nextInt(1, 30);
            Tensor weights =
                    random.nextBoolean()
                            ? tensors.plausible(type, columns, outputs)
                            : tensors.extreme(type, columns, outputs);
            float[] x = activations(random, rows * columns);
            String place =
                    "%s, case %d: %d rows, %d columns, %d outputs, seed %d"
                            .formatted(type, i, rows, columns, outputs, seed);
            int cut = random.nextInt(Math.ceilDiv(outputs, ByteMatrix.PANEL_ROWS) + 1);
            float[] out = product(kernels(hasBfloats), weights, x, rows, cut);
            assertPlainSums(weights, x, isRounded(weights, hasBfloats), out, place);
        }
    }

    private static float[] activations(SplittableRandom random, int length) {
        float[] x = new float[length];
        float size = EXTREMES[random.nextInt(EXTREMES.length)];
        int kind = random.nextInt(3);
        for (int i = 0; i < length; i++) {
            float any = random.nextInt() * 0x1p-31f;
            x[i] =
                    switch (kind) {
                        case 0 -> any;
                        case 1 -> any * size;
                        default -> EXTREMES[random.nextInt(EXTREMES.length)];
                    };
        }
        return x;
    }

    private static float[] product(Kernels kernels, Tensor weights, float[] x, int rows, int cut) {
        try (Arena arena = Arena.ofShared()) {
            WeightMatrix matrix = kernels.prepare(weights, arena, team);
            assertThat(matrix).isInstanceOf(FloatMatrix.class);
            return product(kernels, matrix, x, rows, cut);
        }
    }

    private static float[] product(
            Kernels kernels, WeightMatrix matrix, float[] x, int rows, int cut) {
        float[] packed = new float[kernels.packedLength(rows, matrix.columns())];
        Arrays.fill(packed, Float.NaN);
        kernels.pack(Phase.PREFILL, x, 0, rows, matrix.columns(), packed);
        float[] out = new float[rows * matrix.rows()];
        multiply(kernels, matrix, packed, rows, out, 0, cut);
        multiply(kernels, matrix, packed, rows, out, cut, matrix.panels());
        return out;
    }

    private static void multiply(
            Kernels kernels,
            WeightMatrix matrix,
            float[] packed,
            int rows,
            float[] out,
            int from,
            int to) {
        if (from < to) {
            float[] scratch = new float[kernels.scratchLength()];
            kernels.multiply(Phase.PREFILL, matrix, packed, rows, out, 0, from, to, scratch);
        }
    }

    // Where a product or a sum is beyond the floats, the result may be infinite or NaN. Of
    // bfloat16 numbers subnormal ones count as zero.
    private static void assertPlainSums(
            Tensor weights, float[] x, boolean isRounded, float[] out, String place) {
        int columns = weights.columns();
        int rows = x.length / columns;
        float[] multiplied = isRounded ? RoundedActivations.toBfloats(x) : x;
        float[] stored = new float[columns];
        for (int output = 0; output < weights.rows(); output++) {
            RowDecoder.decode(weights, output, stored, 0);
            for (int row = 0; row < rows; row++) {
                double sum = 0;
                double size = 0;
                double flushed = 0;
                for (int column = 0; column < columns; column++) {
                    double term = (double) multiplied[row * columns + column] * stored[column];
                    sum += term;
                    size += Math.abs(term);
                    boolean isFlushed = isRounded && Math.abs(stored[column]) < Float.MIN_NORMAL;
                    flushed += isFlushed ? Math.abs(term) : 0;
                }
                double tolerance =
                        (16 + columns / 8.0) * 0x1p-24 * size + columns * 0x1p-126 + flushed;
                float actual = out[row * weights.rows() + output];
                if (size <= Float.MAX_VALUE / 4 && !(Math.abs(actual - sum) <= tolerance)) {
                    fail("%s: row %d, output %d: %s not %s", place, row, output, actual, sum);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("typesAndProcessors")
    void longRowsInManyTilesGiveTheBitsOfEachRowAlone(TensorType type, boolean hasBfloats) {
        long seed = System.nanoTime();
        int columns = 9_001;
        int rows = 29;
        Kernels kernels = kernels(hasBfloats);
        Tensor weights = new RandomTensors(seed).plausible(type, columns, 70);
        float[] x = new RandomTensors(seed + 1).activations(rows * columns);
        try (Arena arena = Arena.ofShared()) {
            WeightMatrix matrix = kernels.prepare(weights, arena, team);
            float[] together = product(kernels, matrix, x, rows, 1);
            for (int row = 0; row < rows; row++) {
                float[] alone = Arrays.copyOfRange(x, row * columns, (row + 1) * columns);
                assertThat(product(kernels, matrix, alone, 1, 0))
                        .as("%s, row %d, seed %d", type, row, seed)
                        .isEqualTo(Arrays.copyOfRange(together, row * 70, (row + 1) * 70));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("typesAndProcessors")
    void aRestoredMatrixGivesTheBitsOfThePreparedOne(TensorType type, boolean hasBfloats) {
        Kernels kernels = kernels(hasBfloats);
        Tensor weights = new RandomTensors(1).plausible(type, 77, 40);
        float[] x = new RandomTensors(2).activations(3 * 77);
        try (Arena arena = Arena.ofShared()) {
            WeightMatrix prepared = kernels.prepare(weights, arena, team);
            WeightMatrix restored = kernels.restore(weights.shape(), prepared.memory());
            assertThat(product(kernels, restored, x, 3, 0))
                    .isEqualTo(product(kernels, prepared, x, 3, 0));
            assertThat(kernels.preparedBytes(weights.shape())).isEqualTo(prepared.bytes());
        }
        assertThat(kernels.weightOrder())
                .hasValueSatisfying(it -> assertThat(it).contains("floats"));
    }

    @ParameterizedTest
    @MethodSource("typesAndProcessors")
    void anActivationThatIsNotFiniteReachesItsRowAndNoOther(TensorType type, boolean hasBfloats) {
        for (float bad :
                new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            Tensor weights = new RandomTensors(1).plausible(type, 50, 40);
            float[] x = new RandomTensors(2).activations(14 * 50);
            x[50 + 40] = bad;
            float[] out = product(kernels(hasBfloats), weights, x, 14, 0);
            for (int i = 0; i < out.length; i++) {
                assertThat(Float.isFinite(out[i])).as("%s, %d", bad, i).isEqualTo(i / 40 != 1);
            }
        }
    }
}

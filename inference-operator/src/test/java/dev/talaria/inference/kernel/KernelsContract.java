package dev.talaria.inference.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/// What every implementation promises of the arithmetic between the products, against the formulas
/// in float64, at lengths that are no multiple of any vector and inside larger arrays.
abstract class KernelsContract extends AttentionContract {

    private static final int MARGIN = 5;

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 13, 64, 80, 128, 257})
    void rmsNormDividesByTheRootMeanSquare(int length) {
        long seed = System.nanoTime();
        RandomTensors random = new RandomTensors(seed);
        float[] x = random.activations(length + 2 * MARGIN);
        float[] weight = random.activations(length);
        double squares = 0;
        for (int i = 0; i < length; i++) {
            squares += Math.pow(x[MARGIN + i], 2);
        }
        double root = Math.sqrt(squares / length + 1e-5f);
        float[] out = new float[length + 2 * MARGIN];

        kernels().rmsNorm(x, MARGIN, weight, 1e-5f, out, MARGIN, length);

        assertWithin(out, length, i -> x[MARGIN + i] / root * weight[i], 1e-6, seed);
    }

    @Test
    void rmsNormOfZerosIsZero() {
        float[] out = {7, 7, 7};
        kernels().rmsNorm(new float[3], 0, new float[] {1, 2, 3}, 1e-5f, out, 0, 3);
        assertThat(out).containsExactly(0, 0, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 13, 64, 80, 128, 257})
    void addAddsExactly(int length) {
        long seed = System.nanoTime();
        RandomTensors random = new RandomTensors(seed);
        float[] x = random.activations(length + 2 * MARGIN);
        float[] y = random.activations(length + 1);
        float[] sum = x.clone();

        kernels().add(sum, MARGIN, y, 1, length);

        for (int i = 0; i < sum.length; i++) {
            boolean isInside = i >= MARGIN && i < MARGIN + length;
            float expected = isInside ? x[i] + y[i - MARGIN + 1] : x[i];
            assertThat(sum[i]).as("%d, seed %d", i, seed).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 13, 64, 80, 128, 257})
    void swiGluGatesByTheSigmoid(int length) {
        long seed = System.nanoTime();
        RandomTensors random = new RandomTensors(seed);
        float[] up = random.activations(length);
        float[] gate = new float[length + 2 * MARGIN];
        float[] given = random.activations(length);
        for (int i = 0; i < length; i++) {
            gate[MARGIN + i] = given[i] * 20;
        }
        float[] before = gate.clone();

        kernels().swiGlu(gate, MARGIN, up, 0, length);

        assertWithin(gate, length, i -> silu(before[MARGIN + i]) * up[i], 2e-6, seed);
    }

    @Test
    void swiGluOfFarNumbersNeitherOverflowsNorVanishes() {
        float[] far = {
            -Float.MAX_VALUE,
            -1e30f,
            -1000,
            -100,
            -88,
            -0f,
            0,
            88,
            100,
            1000,
            1e30f,
            Float.MAX_VALUE
        };
        float[] gate = far.clone();
        float[] up = new float[far.length];
        Arrays.fill(up, 1f);

        kernels().swiGlu(gate, 0, up, 0, far.length);

        for (int i = 0; i < far.length; i++) {
            double expected = silu(far[i]);
            assertThat((double) gate[i])
                    .as("silu(%s)", far[i])
                    .isCloseTo(expected, within(1e-6 * Math.abs(expected) + 1e-6));
        }
    }

    @Test
    void swiGluKeepsWhatIsNotFinite() {
        float[] gate = {Float.POSITIVE_INFINITY, Float.NaN, Float.intBitsToFloat(0x7FC1_2345), 1};
        kernels().swiGlu(gate, 0, new float[] {1, 1, 1, Float.NaN}, 0, gate.length);
        assertThat(gate[0]).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(gate[1]).isNaN();
        assertThat(gate[2]).isNaN();
        assertThat(gate[3]).isNaN();
    }

    private static double silu(double x) {
        return x / (1 + Math.exp(-x));
    }

    /// The same numbers give the same bits wherever they lie: rows of a batch lie everywhere.
    @Test
    void resultsDoNotDependOnWhereARowLies() {
        long seed = System.nanoTime();
        RandomTensors random = new RandomTensors(seed);
        int length = 77;
        float[] row = random.activations(length);
        float[] weight = random.activations(length);
        float[][] first = row(row, weight, 0);
        for (int offset = 1; offset < 40; offset++) {
            assertThat(row(row, weight, offset))
                    .as("offset %d, seed %d", offset, seed)
                    .isDeepEqualTo(first);
        }
    }

    private float[][] row(float[] row, float[] weight, int offset) {
        int length = row.length;
        float[] x = new float[length + offset];
        System.arraycopy(row, 0, x, offset, length);
        float[] normed = new float[length + offset];
        kernels().rmsNorm(x, offset, weight, 1e-5f, normed, offset, length);
        float[] gated = x.clone();
        kernels().swiGlu(gated, offset, weight, 0, length);
        return new float[][] {
            Arrays.copyOfRange(normed, offset, offset + length),
            Arrays.copyOfRange(gated, offset, offset + length)
        };
    }

    /// A result computed by the interpreter is the one that compiled code computes: an answer does
    /// not depend on how long the program has been running.
    @Test
    void resultsStayTheSameWhileTheirCodeIsCompiled() {
        long seed = System.nanoTime();
        RandomTensors random = new RandomTensors(seed);
        float[][] rows = new float[50][];
        float[][][] first = new float[rows.length][][];
        float[] weight = random.activations(256);
        for (int i = 0; i < rows.length; i++) {
            rows[i] = random.activations(256);
            first[i] = row(rows[i], weight, 0);
        }
        for (int repeat = 0; repeat < 400; repeat++) {
            for (int i = 0; i < rows.length; i++) {
                float[][] again = row(rows[i], weight, 0);
                assertThat(Arrays.deepEquals(again, first[i]))
                        .as("repeat %d of row %d, seed %d", repeat, i, seed)
                        .isTrue();
            }
        }
    }

    /// Compares what lies between the margins, and finds these zero as they were.
    private static void assertWithin(
            float[] actual, int length, IntToDoubleFunction expected, double tolerance, long seed) {
        for (int i = 0; i < length; i++) {
            double value = expected.applyAsDouble(i);
            assertThat((double) actual[MARGIN + i])
                    .as("%d of %d, seed %d", i, length, seed)
                    .isCloseTo(value, within(tolerance * (1 + Math.abs(value))));
        }
        for (int i = 0; i < MARGIN; i++) {
            assertThat(actual[i]).as("before, seed %d", seed).isZero();
            assertThat(actual[MARGIN + length + i]).as("after, seed %d", seed).isZero();
        }
    }
}

package dev.talaria.inference.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assertions.within;

import dev.talaria.inference.kernel.Kernels.Phase;
import dev.talaria.inference.tensor.Tensor;
import dev.talaria.inference.tensor.TensorType;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// What every implementation promises of matrix products: the sums are right, whatever the sizes,
/// and the same bit for bit however the work is cut.
@TestInstance(Lifecycle.PER_CLASS)
abstract class MultiplyContract {

    private static final int[] BATCHES = {1, 2, 3, 4, 5, 6, 7, 13, 31};
    private static final int[] OUTPUTS = {1, 7, 23, 24, 25, 49, 100};

    // A number no product yields.
    private static final float UNTOUCHED = Float.intBitsToFloat(0x7FC0_1234);

    // Rows that lie before those of the product.
    private static final int BEFORE = 2;

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

    private static int[] columns(TensorType type) {
        return switch (type) {
            case F32, F16, BF16 -> new int[] {1, 2, 7, 8, 33, 172, 513};
            case Q8_0, Q4_0, Q4_1, Q5_0, Q5_1, IQ4_NL -> new int[] {32, 96, 288, 544};
            case Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, IQ4_XS -> new int[] {256, 512, 768};
        };
    }

    /// The activations as they are multiplied with those weights: rounded, where the kernels round
    /// them.
    float[] multiplied(Tensor weights, float[] x) {
        return x;
    }

    /// What a product with a single 1 may differ by from the stored weight.
    double pickedTolerance(Tensor weights, int output, int column) {
        return 0;
    }

    /// The phases that may differ.
    List<Phase> phases() {
        return List.of(Phase.values());
    }

    Stream<Arguments> typesAndPhases() {
        return Arrays.stream(TensorType.values())
                .flatMap(type -> phases().stream().map(phase -> Arguments.of(type, phase)));
    }

    @ParameterizedTest
    @MethodSource("typesAndPhases")
    void productsAreRightAtEverySizeAndEachRowIsThatOfTheRowAlone(TensorType type, Phase phase) {
        long seed = System.nanoTime();
        RandomTensors random = new RandomTensors(seed);
        for (int columns : columns(type)) {
            for (int outputs : OUTPUTS) {
                Tensor weights = random.plausible(type, columns, outputs);
                float[] x = random.activations(Kernels.MAX_ROWS * columns);
                try (Arena arena = Arena.ofShared()) {
                    Product product = new Product(phase, weights, arena);
                    String place =
                            "%s, %d columns, %d outputs, seed %d"
                                    .formatted(type, columns, outputs, seed);
                    compare(product, weights, x, place);
                }
            }
        }
    }

    @Test
    void memoryForManyPackedRowsHoldsFewerToo() {
        for (int rows = 1; rows < 20; rows++) {
            assertThat(kernels().packedLength(rows, 160))
                    .as("%d rows", rows)
                    .isLessThanOrEqualTo(kernels().packedLength(rows + 1, 160));
        }
    }

    private void compare(Product product, Tensor weights, float[] x, String place) {
        float[] whole = product.of(x, Kernels.MAX_ROWS);
        assertClose(whole, weights, multiplied(weights, x), place);
        int outputs = weights.rows();
        for (int batch : BATCHES) {
            float[] part = product.of(x, batch);
            assertSameBits(part, Arrays.copyOf(whole, batch * outputs), place + ", rows " + batch);
        }
        for (int row : new int[] {1, 2, 3, 30, 128, Kernels.MAX_ROWS - 1}) {
            int columns = weights.columns();
            float[] alone =
                    product.of(Arrays.copyOfRange(x, row * columns, (row + 1) * columns), 1);
            assertSameBits(
                    alone,
                    Arrays.copyOfRange(whole, row * outputs, (row + 1) * outputs),
                    place + ", row " + row + " alone");
        }
    }

    // The bound grows with the length as a sum of independent roundings does.
    private static void assertClose(float[] products, Tensor weights, float[] x, String place) {
        int columns = weights.columns();
        double tolerance = (8 + 2 * Math.sqrt(columns)) * 0x1p-24;
        double[] byColumn = byColumn(x, columns);
        float[] row = new float[columns];
        double[] sums = new double[Kernels.MAX_ROWS];
        double[] sizes = new double[Kernels.MAX_ROWS];
        for (int output = 0; output < weights.rows(); output++) {
            RowDecoder.decode(weights, output, row, 0);
            Arrays.fill(sums, 0);
            Arrays.fill(sizes, 0);
            for (int k = 0; k < columns; k++) {
                addTerms(byColumn, k * Kernels.MAX_ROWS, row[k], sums, sizes);
            }
            for (int i = 0; i < Kernels.MAX_ROWS; i++) {
                float product = products[i * weights.rows() + output];
                double sum = sums[i];
                if (!(Math.abs(product - sum) <= tolerance * sizes[i])) {
                    fail("%s: row %d, output %d: %s instead of %s", place, i, output, product, sum);
                }
            }
        }
    }

    // Side by side, the rows of a column are added up in lanes.
    private static double[] byColumn(float[] x, int columns) {
        double[] byColumn = new double[columns * Kernels.MAX_ROWS];
        for (int i = 0; i < Kernels.MAX_ROWS; i++) {
            for (int k = 0; k < columns; k++) {
                byColumn[k * Kernels.MAX_ROWS + i] = x[i * columns + k];
            }
        }
        return byColumn;
    }

    private static void addTerms(
            double[] x, int offset, double weight, double[] sums, double[] sizes) {
        for (int i = 0; i < Kernels.MAX_ROWS; i++) {
            double term = x[offset + i] * weight;
            sums[i] += term;
            sizes[i] += Math.abs(term);
        }
    }

    private static void assertSameBits(float[] actual, float[] expected, String place) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++) {
            if (Float.floatToRawIntBits(actual[i]) != Float.floatToRawIntBits(expected[i])) {
                fail("%s: at %d %s instead of %s", place, i, actual[i], expected[i]);
            }
        }
    }

    /// A row of zeros with a single 1 picks out one weight of every output: exactly the stored one.
    @ParameterizedTest
    @MethodSource("typesAndPhases")
    void everyWeightIsExactlyTheStoredOneAlsoAtTheEdgesOfTheFormat(TensorType type, Phase phase) {
        long seed = System.nanoTime();
        RandomTensors random = new RandomTensors(seed);
        int columns = type.blockElements() == 1 ? 67 : 3 * type.blockElements();
        int outputs = 57;
        for (int repeat = 0; repeat < 4; repeat++) {
            Tensor weights = random.extreme(type, columns, outputs);
            try (Arena arena = Arena.ofShared()) {
                Product product = new Product(phase, weights, arena);
                float[] stored = new float[columns];
                float[][] batched = picked(product, columns, 7);
                float[][] alone = picked(product, columns, 1);
                for (int output = 0; output < outputs; output++) {
                    RowDecoder.decode(weights, output, stored, 0);
                    String place = "%s, output %d, seed %d".formatted(type, output, seed);
                    for (int k = 0; k < columns; k++) {
                        double tolerance = pickedTolerance(weights, output, k);
                        assertNear(batched[k][output], stored[k], tolerance, k, place, "batched");
                        assertNear(alone[k][output], stored[k], tolerance, k, place, "alone");
                    }
                }
            }
        }
    }

    // The two zeros are equal.
    private static void assertNear(
            float actual, float expected, double tolerance, int column, String place, String how) {
        if (actual != expected && !(Math.abs((double) actual - expected) <= tolerance)) {
            fail("%s, column %d, %s: %s instead of %s", place, column, how, actual, expected);
        }
    }

    @ParameterizedTest
    @MethodSource("typesAndPhases")
    void rowsThatArePackedInPartsAreMultipliedAsThoseThatArePackedTogether(
            TensorType type, Phase phase) {
        long seed = System.nanoTime();
        RandomTensors random = new RandomTensors(seed);
        SplittableRandom cuts = new SplittableRandom(seed);
        int columns = columns(type)[columns(type).length - 1];
        Tensor weights = random.plausible(type, columns, 40);
        for (int rows : new int[] {1, 2, 3, 4, 5, 8, 9, 16, 17, 41}) {
            float[] x = random.activations(rows * columns);
            try (Arena arena = Arena.ofShared()) {
                WeightMatrix matrix = kernels().prepare(weights, arena, team);
                float[] whole = new float[kernels().packedLength(rows, columns)];
                kernels().pack(phase, x, 0, rows, columns, whole);
                // What lies there from before must not matter.
                float[] parts = new float[whole.length];
                Arrays.fill(parts, Float.NaN);
                for (int from = 0; from < rows; ) {
                    int to = from + 1 + cuts.nextInt(rows - from);
                    kernels().pack(phase, x, 0, rows, columns, from, to, parts);
                    from = to;
                }
                float[] expected = new float[rows * weights.rows()];
                float[] actual = new float[rows * weights.rows()];
                float[] scratch = new float[kernels().scratchLength()];
                int panels = matrix.panels();
                kernels().multiply(phase, matrix, whole, rows, expected, 0, 0, panels, scratch);
                kernels().multiply(phase, matrix, parts, rows, actual, 0, 0, panels, scratch);
                assertSameBits(
                        actual,
                        expected,
                        "%s, %s, %d rows, seed %d".formatted(type, phase, rows, seed));
            }
        }
    }

    /// Sums with an infinity or a NaN in them are that, alone and in a batch; the others are right.
    @ParameterizedTest
    @MethodSource("typesAndPhases")
    void weightsThatAreNotFiniteReachTheOutputsTheyBelongTo(TensorType type, Phase phase) {
        long seed = System.nanoTime();
        RandomTensors random = new RandomTensors(seed);
        int columns = type.blockElements() == 1 ? 8 : 2 * type.blockElements();
        Tensor weights = random.unruly(type, columns, 57);
        float[] x = random.activations(4 * columns);
        float[] multiplied = multiplied(weights, x);
        float[] row = new float[columns];
        int unruly = 0;
        try (Arena arena = Arena.ofShared()) {
            Product product = new Product(phase, weights, arena);
            float[] batched = product.of(x, 4);
            float[] alone = product.of(Arrays.copyOf(x, columns), 1);
            for (int output = 0; output < weights.rows(); output++) {
                RowDecoder.decode(weights, output, row, 0);
                double sum = 0;
                for (int k = 0; k < columns; k++) {
                    sum += (double) multiplied[k] * row[k];
                }
                unruly += Double.isFinite(sum) ? 0 : 1;
                String place = "%s, output %d, seed %d".formatted(type, output, seed);
                assertAlike(batched[output], sum, place + ", batched");
                assertAlike(alone[output], sum, place + ", alone");
            }
        }
        assertThat(unruly).as("outputs that are not finite, seed %d", seed).isPositive();
    }

    private static void assertAlike(float actual, double expected, String place) {
        if (Double.isFinite(expected)) {
            assertThat((double) actual).as(place).isCloseTo(expected, within(1e-2));
        } else {
            assertThat(Double.valueOf(actual)).as(place).isEqualTo(Double.valueOf(expected));
        }
    }

    private static float[][] picked(Product product, int columns, int batch) {
        float[][] picked = new float[columns][];
        for (int from = 0; from < columns; from += batch) {
            int rows = Math.min(batch, columns - from);
            float[] x = new float[rows * columns];
            for (int row = 0; row < rows; row++) {
                x[row * columns + from + row] = 1f;
            }
            float[] out = product.of(x, rows);
            for (int row = 0; row < rows; row++) {
                int width = out.length / rows;
                picked[from + row] = Arrays.copyOfRange(out, row * width, (row + 1) * width);
            }
        }
        return picked;
    }

    @ParameterizedTest
    @MethodSource("typesAndPhases")
    void everyDivisionIntoPanelsGivesTheSameBitsAndTouchesItsOwnOutputsOnly(
            TensorType type, Phase phase) {
        long seed = System.nanoTime();
        RandomTensors random = new RandomTensors(seed);
        SplittableRandom cuts = new SplittableRandom(seed);
        int columns = type.blockElements() == 1 ? 263 : Math.max(288, 2 * type.blockElements());
        Tensor weights = random.plausible(type, columns, 203);
        float[] x = random.activations(13 * columns);
        try (Arena arena = Arena.ofShared()) {
            Product product = new Product(phase, weights, arena);
            for (int rows : new int[] {1, 4, 13}) {
                String place = "%s, %d rows, seed %d".formatted(type, rows, seed);
                float[] whole = product.of(x, rows);
                assertSameBits(inPanels(product, x, rows, place), whole, place);
                for (int repeat = 0; repeat < 20; repeat++) {
                    assertSameBits(divided(product, x, rows, cuts), whole, place + ", divided");
                }
            }
        }
    }

    /// Every panel into outputs of its own, put together afterwards: no output is written twice.
    private static float[] inPanels(Product product, float[] x, int rows, String place) {
        float[] together = product.untouched(rows);
        for (int panel = 0; panel < product.matrix.panels(); panel++) {
            float[] out = product.untouched(rows);
            product.multiply(x, rows, out, panel, panel + 1);
            for (int i = 0; i < out.length; i++) {
                if (isTouched(out[i])) {
                    assertThat(isTouched(together[i])).as("%s: output %d", place, i).isFalse();
                    together[i] = out[i];
                }
            }
        }
        return together;
    }

    private static boolean isTouched(float value) {
        return Float.floatToRawIntBits(value) != Float.floatToRawIntBits(UNTOUCHED);
    }

    private static float[] divided(Product product, float[] x, int rows, SplittableRandom random) {
        int panels = product.matrix.panels();
        int[] cuts =
                IntStream.concat(
                                IntStream.of(0, panels),
                                random.ints(random.nextInt(panels + 1), 0, panels + 1))
                        .sorted()
                        .toArray();
        float[] out = product.untouched(rows);
        for (int i = cuts.length - 1; i > 0; i--) {
            product.multiply(x, rows, out, cuts[i - 1], cuts[i]);
        }
        return out;
    }

    /// A matrix with what a product by it needs; all memory is handed over full of rubbish.
    private final class Product {

        private final Phase phase;
        private final WeightMatrix matrix;
        private final int columns;

        private Product(Phase phase, Tensor weights, Arena arena) {
            this.phase = phase;
            matrix = kernels().prepare(weights, arena, team);
            columns = weights.columns();
            assertThat(matrix.rows()).isEqualTo(weights.rows());
            assertThat(matrix.columns()).isEqualTo(columns);
            assertThat(matrix.bytes()).isGreaterThanOrEqualTo(weights.data().byteSize());
        }

        private float[] untouched(int rows) {
            float[] out = new float[rows * matrix.rows()];
            Arrays.fill(out, UNTOUCHED);
            return out;
        }

        private float[] of(float[] x, int rows) {
            float[] out = untouched(rows);
            multiply(x, rows, out, 0, matrix.panels());
            return out;
        }

        // Between other rows, which are not to be read or touched.
        private void multiply(float[] x, int rows, float[] out, int fromPanel, int toPanel) {
            float[] packed = new float[kernels().packedLength(rows, columns)];
            float[] scratch = new float[kernels().scratchLength()];
            Arrays.fill(packed, Float.NaN);
            Arrays.fill(scratch, Float.NaN);
            float[] all = new float[(BEFORE + rows) * columns];
            Arrays.fill(all, Float.NaN);
            System.arraycopy(x, 0, all, BEFORE * columns, rows * columns);
            kernels().pack(phase, all, BEFORE, rows, columns, packed);
            float[] outs = untouched(BEFORE + rows);
            int before = BEFORE * matrix.rows();
            System.arraycopy(out, 0, outs, before, rows * matrix.rows());
            kernels()
                    .multiply(
                            phase, matrix, packed, rows, outs, BEFORE, fromPanel, toPanel, scratch);
            for (int i = 0; i < before; i++) {
                assertThat(isTouched(outs[i])).as("output %d of another row", i).isFalse();
            }
            System.arraycopy(outs, before, out, 0, rows * matrix.rows());
        }
    }
}

package dev.talaria.inference.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.lang.Float.floatToRawIntBits;

import dev.talaria.inference.tensor.Tensor;
import dev.talaria.inference.tensor.TensorType;
import dev.talaria.inference.x86.CpuFeature;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// However weights are read, a row's product has the same bits: alone in any way, in a tile, and
/// among tiles.
class WeightReadingTest {

    private static final int MOST_ROWS = 2 * ByteRows.TILE_ROWS + 1;
    private static final int CASES = Integer.getInteger("talaria.kernel.cases", 200) / 40;

    @ParameterizedTest
    @EnumSource
    void everyReadingMakesTheSameBits(ByteCodes codes) throws Exception {
        NativePlatform platform = NativePlatform.ofThisMachine();
        Set<CpuFeature> wanted =
                codes == ByteCodes.AVX512 ? VnniKernels.FEATURES : Avx2Kernels.FEATURES;
        assumeTrue(platform.features().missing(wanted).isEmpty(), "this processor has no " + codes);
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        try (Arena arena = Arena.ofShared();
                WorkerTeam team = new WorkerTeam(1)) {
            ByteProduct product = ByteProduct.assemble(codes, platform.memory().open(), arena);
            for (TensorType type : TensorType.values()) {
                for (int i = 0; i < CASES && ByteForm.of(type).isPresent(); i++) {
                    int columns = type.blockElements() * random.nextInt(1, 4);
                    int outputs = random.nextInt(1, 300);
                    Tensor weights =
                            new RandomTensors(random.nextLong()).plausible(type, columns, outputs);
                    ByteMatrix matrix = new ByteMatrix(weights, arena, team);
                    float[] x = ExtremeActivations.of(random, MOST_ROWS * columns);
                    int cut = random.nextInt(matrix.panels() + 1);
                    String place =
                            "%s, %d columns, %d outputs, cut at panel %d, seed %d"
                                    .formatted(type, columns, outputs, cut, seed);
                    assertSameBits(product, matrix, x, cut, place);
                }
            }
        }
    }

    private static void assertSameBits(
            ByteProduct product, ByteMatrix matrix, float[] x, int cut, String place) {
        float[] tiles = product(product, matrix, x, MOST_ROWS, cut);
        int untouched = floatToRawIntBits(OnVnni.UNTOUCHED);
        IntStream bits = IntStream.range(0, tiles.length).map(i -> floatToRawIntBits(tiles[i]));
        assertThat(bits.anyMatch(it -> it == untouched)).as(place).isFalse();
        for (int rows = 1; rows < MOST_ROWS; rows++) {
            assertThat(product(product, matrix, x, rows, cut))
                    .as("%d rows, %s", rows, place)
                    .isEqualTo(Arrays.copyOf(tiles, rows * matrix.rows()));
        }
        float[] first = Arrays.copyOf(tiles, matrix.rows());
        for (WeightReading reading : WeightReading.OF_ONE_ROW) {
            assertThat(rowProduct(product, reading, matrix, x, cut))
                    .as("%s, %s", reading, place)
                    .isEqualTo(first);
        }
    }

    private static float[] packed(ByteProduct product, float[] x, ByteRows rows) {
        float[] packed = new float[Math.toIntExact(Math.ceilDiv(rows.bytes(), Float.BYTES))];
        product.round(x, 0, rows, 0, rows.rows(), packed, 0, true);
        return packed;
    }

    private static float[] product(
            ByteProduct product, ByteMatrix matrix, float[] x, int rows, int cut) {
        ByteRows places = new ByteRows(rows, matrix.columns());
        float[] packed = packed(product, x, places);
        float[] out = new float[rows * matrix.rows()];
        Arrays.fill(out, OnVnni.UNTOUCHED);
        product.multiply(matrix, packed, 0, places, out, 0, 0, cut);
        product.multiply(matrix, packed, 0, places, out, 0, cut, matrix.panels());
        return out;
    }

    private static float[] rowProduct(
            ByteProduct product, WeightReading reading, ByteMatrix matrix, float[] x, int cut) {
        ByteRows row = new ByteRows(1, matrix.columns());
        float[] packed = packed(product, x, row);
        float[] out = new float[matrix.rows()];
        Arrays.fill(out, OnVnni.UNTOUCHED);
        product.multiply(reading, matrix, packed, 0, row, out, 0, 0, cut);
        product.multiply(reading, matrix, packed, 0, row, out, 0, cut, matrix.panels());
        return out;
    }
}

package dev.talaria.inference.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.inference.kernel.Kernels.Phase;
import dev.talaria.inference.tensor.Tensor;
import dev.talaria.inference.tensor.TensorType;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// Machine code for AVX2 makes the bits of that for VNNI, which is interpreted here: many small
/// cases of every type, tiles of every height, and numbers at the edges of what they can be.
///
/// `-Dtalaria.kernel.cases=5000` for thousands of each.
class Avx2ProductTest extends OnAvx2 {

    private static final int CASES = Integer.getInteger("talaria.kernel.cases", 200) / 10;
    private static final int MOST_ROWS = 4 * ByteRows.TILE_ROWS;

    private static final float[] UNRULY = {
        Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.MAX_VALUE
    };

    // A number no product yields.
    private static final float UNTOUCHED = Float.intBitsToFloat(0x7FC0_1234);

    @ParameterizedTest
    @EnumSource(
            value = TensorType.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"F32", "F16", "BF16", "IQ4_XS"})
    void everyProductHasTheBitsOfVnni(TensorType type) {
        long seed = System.nanoTime();
        RandomTensors tensors = new RandomTensors(seed);
        SplittableRandom random = new SplittableRandom(seed);
        ByteForm form = ByteForm.of(type).orElseThrow();
        InterpretedBytes vnni = new InterpretedBytes(ByteCodes.AVX512, form, seed);
        for (int i = 0; i < CASES; i++) {
            int columns = type.blockElements() * random.nextInt(1, 4);
            int outputs = random.nextInt(1, 300);
            int rows = random.nextInt(4) == 0 ? 1 : random.nextInt(1, MOST_ROWS);
            Tensor weights =
                    random.nextBoolean()
                            ? tensors.plausible(type, columns, outputs)
                            : tensors.extreme(type, columns, outputs);
            float[] x = ExtremeActivations.of(random, rows * columns);
            try (Arena arena = Arena.ofShared()) {
                ByteMatrix matrix = (ByteMatrix) avx2.prepare(weights, arena, team);
                assertThat(product(matrix, x, rows, random))
                        .as(
                                "%s, case %d: %d rows, %d columns, %d outputs, seed %d",
                                type, i, rows, columns, outputs, seed)
                        .isEqualTo(vnni.product(matrix, x, rows));
            }
        }
    }

    /// Interpreted, its code keeps to its memory and its registers.
    @ParameterizedTest
    @EnumSource(
            value = TensorType.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"F32", "F16", "BF16", "IQ4_XS"})
    void theCodeTouchesNothingThatIsNotItsOwn(TensorType type) {
        long seed = System.nanoTime();
        RandomTensors tensors = new RandomTensors(seed);
        ByteForm form = ByteForm.of(type).orElseThrow();
        InterpretedBytes interpreted = new InterpretedBytes(ByteCodes.AVX2, form, seed);
        try (Arena arena = Arena.ofShared()) {
            Tensor weights = tensors.plausible(type, 2 * type.blockElements(), 250);
            ByteMatrix matrix = (ByteMatrix) avx2.prepare(weights, arena, team);
            for (int rows = 1; rows <= 8; rows++) {
                float[] x = tensors.activations(rows * matrix.columns());
                float[] expected = product(matrix, x, rows, new SplittableRandom(seed));
                for (WeightReading reading : List.of(WeightReading.ASKED_FOR, WeightReading.KEPT)) {
                    assertThat(interpreted.product(reading, matrix, x, rows))
                            .as("%s, %d rows, %s, seed %d", type, rows, reading, seed)
                            .isEqualTo(expected);
                }
                if (rows == 1) {
                    assertThat(interpreted.product(WeightReading.UNASKED, matrix, x, 1))
                            .as("%s, seed %d", type, seed)
                            .isEqualTo(expected);
                    assertThat(interpreted.rowProduct(matrix, x))
                            .as("%s, seed %d", type, seed)
                            .isEqualTo(expected);
                }
            }
        }
    }

    // Rows packed in two parts behind two that are another's, panels multiplied in two parts.
    private static float[] product(
            ByteMatrix matrix, float[] x, int rows, SplittableRandom random) {
        int columns = matrix.columns();
        float[] packed = new float[avx2.packedLength(rows, columns)];
        Arrays.fill(packed, Float.NaN);
        float[] out = new float[(2 + rows) * matrix.rows()];
        Arrays.fill(out, UNTOUCHED);
        int half = random.nextInt(rows + 1);
        avx2.pack(Phase.DECODE, x, 0, rows, columns, half, rows, packed);
        avx2.pack(Phase.DECODE, x, 0, rows, columns, 0, half, packed);
        int cut = random.nextInt(matrix.panels() + 1);
        multiply(matrix, packed, rows, out, 0, cut);
        for (int row = 0; row < 2 + rows; row++) {
            int end = Math.min(cut * ByteMatrix.PANEL_ROWS, matrix.rows());
            for (int output = row < 2 ? 0 : end; output < matrix.rows(); output++) {
                assertThat(Float.floatToRawIntBits(out[row * matrix.rows() + output]))
                        .as("row %d, output %d is nobody's", row, output)
                        .isEqualTo(Float.floatToRawIntBits(UNTOUCHED));
            }
        }
        multiply(matrix, packed, rows, out, cut, matrix.panels());
        return Arrays.copyOfRange(out, 2 * matrix.rows(), out.length);
    }

    private static void multiply(
            ByteMatrix matrix, float[] packed, int rows, float[] out, int from, int to) {
        if (from < to) {
            float[] scratch = new float[avx2.scratchLength()];
            avx2.multiply(Phase.DECODE, matrix, packed, rows, out, 2, from, to, scratch);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = TensorType.class,
            names = {"Q4_0", "Q4_K"})
    void rowsAreRoundedToTheBytesOfVnni(TensorType type) throws Exception {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        ByteForm form = ByteForm.of(type).orElseThrow();
        InterpretedBytes vnni = new InterpretedBytes(ByteCodes.AVX512, form, seed);
        Avx2Kernels kernels = NativePlatform.ofThisMachine().avx2();
        try (Arena arena = Arena.ofShared()) {
            kernels.prepare(new RandomTensors(seed).plausible(type, 256, 1), arena, team);
        }
        for (int i = 0; i < CASES; i++) {
            int rows = random.nextInt(1, MOST_ROWS);
            int columns = 32 * random.nextInt(1, 9);
            ByteRows places = new ByteRows(rows, columns);
            float[] x = ExtremeActivations.of(random, rows * columns);
            x[random.nextInt(x.length)] = UNRULY[random.nextInt(UNRULY.length)];
            float[] packed = new float[kernels.packedLength(rows, columns)];
            kernels.pack(Phase.DECODE, x, 0, rows, columns, packed);
            long bytes = form.hasMinimums() ? places.bytes() : places.tile(rows);
            byte[] actual =
                    MemorySegment.ofArray(packed)
                            .asSlice(new VectorKernels().packedLength(rows, columns) * 4L, bytes)
                            .toArray(ValueLayout.JAVA_BYTE);
            assertThat(actual)
                    .as("%s, case %d: %d rows, %d columns, seed %d", type, i, rows, columns, seed)
                    .isEqualTo(Arrays.copyOf(vnni.rounded(x, places), actual.length));
        }
    }
}

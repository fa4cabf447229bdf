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

/// Products in tile registers, their code run by the interpreter, against those in vector
/// registers, run by this processor: the same bits, whatever the shape, for weights and activations
/// at the edges of what they can be.
///
/// `-Dtalaria.tile.cases=2000` for thousands of each.
class ByteTileProductTest extends OnVnni {

    private static final int CASES = Integer.getInteger("talaria.tile.cases", 40);

    @ParameterizedTest
    @EnumSource(
            value = TensorType.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"F32", "F16", "BF16", "IQ4_XS"})
    void everyCaseHasTheBitsOfVectorRegisters(TensorType type) {
        long seed = System.nanoTime();
        InterpretedTiles tiles = new InterpretedTiles(seed);
        AmxKernels amx = tiles.kernels(vnni);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < CASES; i++) {
            int blocks = random.nextInt(1, random.nextInt(8) == 0 ? 80 : 9);
            int columns = Math.max(type.blockElements(), blocks * 32) / type.blockElements();
            columns *= type.blockElements();
            int outputs = random.nextInt(1, 100);
            int rows = random.nextInt(7, random.nextInt(4) == 0 ? 70 : 34);
            Tensor weights = weights(type, columns, outputs, random);
            float[] x = activations(random, rows * columns);
            String place =
                    "%s, case %d: %d rows, %d columns, %d outputs, seed %d"
                            .formatted(type, i, rows, columns, outputs, seed);
            assertSame(amx, weights, x, rows, random, place);
        }
        assertThat(tiles.products()).as("products of tiles").isPositive();
    }

    private static Tensor weights(
            TensorType type, int columns, int outputs, SplittableRandom random) {
        RandomTensors tensors = new RandomTensors(random.nextLong());
        return switch (random.nextInt(4)) {
            case 0 -> tensors.extreme(type, columns, outputs);
            case 1 -> tensors.unruly(type, columns, outputs);
            default -> tensors.plausible(type, columns, outputs);
        };
    }

    // Ordinary blocks as often as those of the greatest numbers, of zeros, and of what is no
    // number.
    private static float[] activations(SplittableRandom random, int length) {
        float[] x = new float[length];
        for (int block = 0; block < length; block += 32) {
            int kind = random.nextInt(24);
            float size = kind < 4 ? Math.scalb(1f, random.nextInt(-140, 127)) : 1;
            for (int i = block; i < block + 32; i++) {
                float any = random.nextInt() * 0x1p-31f;
                x[i] = kind == 4 ? Math.copySign(size, any) : kind == 5 ? 0 : any * size;
            }
            if (random.nextInt(400) == 0) {
                x[block + 3] = random.nextBoolean() ? Float.NaN : Float.POSITIVE_INFINITY;
            }
        }
        return x;
    }

    private static void assertSame(
            AmxKernels amx,
            Tensor weights,
            float[] x,
            int rows,
            SplittableRandom random,
            String place) {
        try (Arena arena = Arena.ofShared()) {
            WeightMatrix matrix = amx.prepare(weights, arena, team);
            int from = random.nextInt(matrix.panels());
            int to = random.nextInt(from, matrix.panels()) + 1;
            float[] expected = product(vnni, matrix, x, rows, from, to);
            float[] actual = product(amx, matrix, x, rows, from, to);
            for (int i = 0; i < expected.length; i++) {
                if (Float.floatToIntBits(actual[i]) != Float.floatToIntBits(expected[i])) {
                    fail("%s: at %d %s instead of %s", place, i, actual[i], expected[i]);
                }
            }
        }
    }

    private static float[] product(
            Kernels kernels, WeightMatrix matrix, float[] x, int rows, int from, int to) {
        return product(kernels, Phase.DECODE, matrix, x, rows, from, to);
    }

    @Test
    void manyRowsArePackedInPartsAndMultipliedAsOneByOne() {
        InterpretedTiles tiles = new InterpretedTiles(3);
        AmxKernels amx = tiles.kernels(vnni);
        int columns = 256;
        for (int rows : new int[] {7, 16, 17, 33, 241, Kernels.MAX_ROWS}) {
            Tensor weights = new RandomTensors(rows).plausible(TensorType.Q4_K, columns, 20);
            float[] x = new RandomTensors(1).activations(rows * columns);
            try (Arena arena = Arena.ofShared()) {
                WeightMatrix matrix = amx.prepare(weights, arena, team);
                float[] packed = new float[amx.packedLength(rows, columns)];
                for (int row = 0; row < rows; row++) {
                    amx.pack(Phase.DECODE, x, 0, rows, columns, row, row + 1, packed);
                }
                float[] out = new float[rows * 20];
                float[] scratch = new float[amx.scratchLength()];
                amx.multiply(Phase.DECODE, matrix, packed, rows, out, 0, 0, 1, scratch);
                for (int row = 0; row < rows; row++) {
                    float[] alone =
                            product(
                                    amx,
                                    matrix,
                                    Arrays.copyOfRange(x, row * columns, (row + 1) * columns),
                                    1,
                                    0,
                                    1);
                    assertThat(Arrays.copyOfRange(out, row * 20, (row + 1) * 20))
                            .as("row %d of %d", row, rows)
                            .isEqualTo(Arrays.copyOfRange(alone, 40, 60));
                }
            }
        }
        assertThat(tiles.products()).as("products of tiles").isPositive();
    }

    @Test
    void aFewRowsAreLeftToVectorRegisters() {
        InterpretedTiles tiles = new InterpretedTiles(3);
        AmxKernels amx = tiles.kernels(vnni);
        try (Arena arena = Arena.ofShared()) {
            Tensor weights = new RandomTensors(5).plausible(TensorType.Q8_0, 64, 40);
            WeightMatrix matrix = amx.prepare(weights, arena, team);
            product(amx, matrix, new float[6 * 64], 6, 0, 2);
        }
        assertThat(tiles.products()).isZero();
    }

    @Test
    void theCheckBeforeUseFindsNoDifference() {
        InterpretedTiles tiles = new InterpretedTiles(4);
        assertThat(tiles.kernels(vnni).difference()).isEmpty();
        assertThat(tiles.products()).as("products of tiles").isPositive();
    }

    // As if one bit of one output were wrong.
    @Test
    void theCheckBeforeUseFindsASingleWrongOutput() {
        for (TensorType type : new TensorType[] {TensorType.Q4_0, TensorType.Q6_K}) {
            ByteForm wrong = ByteForm.of(type).orElseThrow();
            byte[] code = ByteTileCode.of(wrong);
            ByteTileProduct tiles =
                    ByteTileProduct.of(piece -> {
                        TileCode right = new InterpretedTiles(5).code(piece);
                        boolean isWrong = Arrays.equals(piece, code);
                        return (weights, packed, out, scratch, arguments) -> {
                            right.run(weights, packed, out, scratch, arguments);
                            if (isWrong) {
                                out[777] = Math.nextUp(out[777]);
                            }
                        };
                    });
            assertThat(new AmxKernels(vnni, tiles, new InterpretedTiles(6).bfloats()).difference())
                    .hasValueSatisfying(it -> assertThat(it).contains("in tiles is"));
        }
    }
}

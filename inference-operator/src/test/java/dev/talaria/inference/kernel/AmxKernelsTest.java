package dev.talaria.inference.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.talaria.inference.kernel.Kernels.Phase;
import dev.talaria.inference.tensor.Tensor;
import dev.talaria.inference.tensor.TensorType;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.lang.foreign.Arena;
import java.util.SplittableRandom;

/// Where this processor multiplies in tile registers itself: the contract once more for written
/// tokens, and in both phases the bits that the interpreter makes.
class AmxKernelsTest extends ByteKernelsContract {

    private static final int CASES = 20;

    private static AmxKernels kernels;
    private static VnniKernels vnni;

    @BeforeAll
    static void assemble() throws Exception {
        NativePlatform platform = NativePlatform.ofThisMachine();
        assumeTrue(
                platform.features().missing(AmxKernels.FEATURES).isEmpty(),
                "this processor has no AMX");
        kernels = platform.amx();
        vnni = platform.vnni();
    }

    @Override
    Kernels kernels() {
        return kernels;
    }

    @ParameterizedTest
    @EnumSource(
            value = TensorType.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"F32", "F16", "BF16", "IQ4_XS"})
    void productsHaveTheBitsOfInterpretedOnes(TensorType type) {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        AmxKernels interpreted = new InterpretedTiles(seed).kernels(vnni);
        try (WorkerTeam team = new WorkerTeam(1)) {
            for (int i = 0; i < CASES; i++) {
                int rows = random.nextInt(1, 70);
                int columns = 256 * random.nextInt(1, 6);
                RandomTensors tensors = new RandomTensors(random.nextLong());
                Tensor weights = tensors.plausible(type, columns, random.nextInt(1, 100));
                float[] x = tensors.activations(rows * columns);
                for (Phase phase : Phase.values()) {
                    try (Arena arena = Arena.ofShared()) {
                        WeightMatrix matrix = vnni.prepare(weights, arena, team);
                        kernels.restore(weights.shape(), matrix.memory());
                        assertThat(product(kernels, phase, matrix, x, rows))
                                .as("%s, %s, %d rows, seed %d", type, phase, rows, seed)
                                .isEqualTo(product(interpreted, phase, matrix, x, rows));
                    }
                }
            }
        }
    }

    private static float[] product(
            Kernels kernels, Phase phase, WeightMatrix matrix, float[] x, int rows) {
        float[] packed = new float[kernels.packedLength(rows, matrix.columns())];
        float[] scratch = new float[kernels.scratchLength()];
        float[] out = new float[rows * matrix.rows()];
        kernels.pack(phase, x, 0, rows, matrix.columns(), packed);
        kernels.multiply(phase, matrix, packed, rows, out, 0, 0, matrix.panels(), scratch);
        return out;
    }
}

package dev.talaria.inference.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.inference.kernel.Kernels.Phase;
import dev.talaria.inference.tensor.Tensor;
import dev.talaria.inference.tensor.TensorType;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.lang.foreign.Arena;
import java.util.List;

/// The plain kernels keep the contract.
class ScalarKernelsTest extends KernelsContract {

    private final Kernels kernels = new ScalarKernels();

    @Override
    Kernels kernels() {
        return kernels;
    }

    /// They are the same, see below.
    @Override
    List<Phase> phases() {
        return List.of(Phase.DECODE);
    }

    @ParameterizedTest
    @EnumSource(TensorType.class)
    void thePhaseMakesNoDifference(TensorType type) {
        long seed = System.nanoTime();
        RandomTensors random = new RandomTensors(seed);
        Tensor weights = random.plausible(type, 512, 40);
        float[] x = random.activations(3 * 512);
        assertThat(product(weights, x, Phase.PREFILL))
                .as("seed %d", seed)
                .containsExactly(product(weights, x, Phase.DECODE));
    }

    private float[] product(Tensor weights, float[] x, Phase phase) {
        float[] packed = new float[kernels.packedLength(3, 512)];
        kernels.pack(phase, x, 0, 3, 512, packed);
        float[] out = new float[3 * weights.rows()];
        try (Arena arena = Arena.ofShared();
                WorkerTeam team = new WorkerTeam(1)) {
            WeightMatrix matrix = kernels.prepare(weights, arena, team);
            int panels = matrix.panels();
            kernels.multiply(phase, matrix, packed, 3, out, 0, 0, panels, new float[0]);
        }
        return out;
    }
}

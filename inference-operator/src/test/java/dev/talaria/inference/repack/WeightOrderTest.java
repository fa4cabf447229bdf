package dev.talaria.inference.repack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.inference.kernel.Kernels;
import dev.talaria.inference.kernel.ScalarKernels;
import dev.talaria.inference.kernel.VectorKernels;
import dev.talaria.inference.kernel.WorkerTeam;
import dev.talaria.inference.tensor.TensorShape;
import dev.talaria.inference.tensor.TensorType;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

class WeightOrderTest {

    private static String digest(String name, Kernels kernels, TensorType... types) {
        List<TensorShape> shapes =
                Arrays.stream(types).map(type -> new TensorShape("t", type, 512, 1)).toList();
        try (WorkerTeam team = new WorkerTeam(2)) {
            return HexFormat.of().formatHex(WeightOrder.of(name, kernels, shapes, team));
        }
    }

    @Test
    void theSameOrderHasTheSameDigest() {
        String first = digest("order", new VectorKernels(), TensorType.values());
        assertThat(digest("order", new VectorKernels(), TensorType.values())).isEqualTo(first);
    }

    @Test
    void anotherNameOrAnotherArrangementUnderTheSameNameIsAnotherOrder() {
        String order = digest("order", new VectorKernels(), TensorType.Q8_0);
        assertThat(digest("other", new VectorKernels(), TensorType.Q8_0)).isNotEqualTo(order);
        assertThat(digest("order", new ScalarKernels(), TensorType.Q8_0)).isNotEqualTo(order);
    }

    @Test
    void everyTypeHasItsOwn() {
        assertThat(
                        Arrays.stream(TensorType.values())
                                .map(type -> digest("order", new VectorKernels(), type))
                                .collect(Collectors.toSet()))
                .hasSize(TensorType.values().length);
    }
}

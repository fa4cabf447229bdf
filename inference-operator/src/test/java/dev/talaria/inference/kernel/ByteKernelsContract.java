package dev.talaria.inference.kernel;

import dev.talaria.inference.kernel.Kernels.Phase;
import dev.talaria.inference.tensor.Tensor;
import dev.talaria.inference.tensor.TensorType;

import org.junit.jupiter.params.provider.Arguments;

import java.util.Arrays;
import java.util.stream.Stream;

/// What kernels of machine code promise: the contract, within what activations of eight bits allow.
abstract class ByteKernelsContract extends KernelsContract {

    // Both phases are one piece of code, and types of floats are the vector kernels'.
    @Override
    Stream<Arguments> typesAndPhases() {
        return Arrays.stream(TensorType.values())
                .filter(type -> ByteForm.of(type).isPresent() || type == TensorType.F16)
                .map(type -> Arguments.of(type, Phase.DECODE));
    }

    @Override
    float[] multiplied(TensorType type, float[] x) {
        return ByteForm.of(type).isPresent() ? RoundedActivations.of(x) : x;
    }

    // 1 becomes 127 times a float that is nearly its 127th part; a number and a minimum are
    // multiplied apart.
    @Override
    double pickedTolerance(Tensor weights, int output, int column) {
        TensorType type = weights.type();
        if (ByteForm.of(type).isEmpty()) {
            return 0;
        }
        long at =
                output * weights.rowBytes()
                        + type.bytes((long) column / type.blockElements() * type.blockElements());
        int within = column % type.blockElements();
        int group = within / ByteForm.of(type).orElseThrow().groupColumns();
        double scale = WeightGroup.groupScale(type, weights.data(), at, group);
        double size = 255 * Math.abs(scale);
        if (ByteForm.of(type).orElseThrow().hasMinimums()) {
            size += Math.abs(WeightGroup.groupMinimum(type, weights.data(), at, group));
        }
        return 0x1p-22 * size;
    }
}

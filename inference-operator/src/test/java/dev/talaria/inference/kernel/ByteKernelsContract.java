package dev.talaria.inference.kernel;

import dev.talaria.inference.kernel.Kernels.Phase;
import dev.talaria.inference.tensor.Tensor;
import dev.talaria.inference.tensor.TensorType;
import dev.talaria.inference.x86.CpuFeatures;

import java.util.List;

/// What kernels of machine code promise: the contract, within what activations of eight bits allow.
abstract class ByteKernelsContract extends KernelsContract {

    /// Whether the kernels round what meets bfloat16 weights.
    boolean multipliesBfloats() {
        return CpuFeatures.ofThisMachine().missing(VnniKernels.BFLOAT_FEATURES).isEmpty();
    }

    // Both phases are one piece of code.
    @Override
    List<Phase> phases() {
        return List.of(Phase.DECODE);
    }

    @Override
    float[] multiplied(Tensor weights, float[] x) {
        if (roundsToBfloats(weights)) {
            return RoundedActivations.toBfloats(x);
        }
        return ByteForm.of(weights.type()).isPresent() ? RoundedActivations.of(x) : x;
    }

    // Not with a matrix that makes logits.
    private boolean roundsToBfloats(Tensor weights) {
        return multipliesBfloats()
                && weights.type() == TensorType.BF16
                && weights.rows() <= 4 * weights.columns();
    }

    // 1 becomes 127 times a float that is nearly its 127th part; a number and a minimum are
    // multiplied apart. Of bfloat16 numbers subnormal ones count as zero.
    @Override
    double pickedTolerance(Tensor weights, int output, int column) {
        TensorType type = weights.type();
        if (ByteForm.of(type).isEmpty()) {
            return roundsToBfloats(weights) ? Float.MIN_NORMAL : 0;
        }
        long at =
                output * weights.rowBytes()
                        + type.bytes((long) column / type.blockElements() * type.blockElements());
        int within = column % type.blockElements();
        int group = within / ByteForm.of(type).orElseThrow().groupColumns();
        double scale = StoredGroup.scale(type, weights.data(), at, group);
        double size = 255 * Math.abs(scale);
        if (ByteForm.of(type).orElseThrow().hasMinimums()) {
            size += Math.abs(StoredGroup.minimum(type, weights.data(), at, group));
        }
        return 0x1p-22 * size;
    }
}

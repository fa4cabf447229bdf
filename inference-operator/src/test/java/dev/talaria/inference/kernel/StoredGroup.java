package dev.talaria.inference.kernel;

import dev.talaria.inference.tensor.TensorType;

import java.lang.foreign.MemorySegment;

/// Scale and minimum of a stored group as floats: what a product with whole numbers multiplies and
/// adds.
final class StoredGroup {

    private StoredGroup() {}

    /// @param at where the block begins
    /// @param group of the block
    static float scale(TensorType type, MemorySegment row, long at, int group) {
        float half = Float.float16ToFloat(WeightGroup.scale(type, row, at));
        return areHalves(type) ? half : half * WeightGroup.scaleNumber(type, row, at, group);
    }

    /// @param at where the block begins
    /// @param group of the block
    static float minimum(TensorType type, MemorySegment row, long at, int group) {
        float half = Float.float16ToFloat(WeightGroup.minimum(type, row, at));
        return areHalves(type) ? half : half * WeightGroup.minimumNumber(type, row, at, group);
    }

    private static boolean areHalves(TensorType type) {
        return ByteForm.of(type).orElseThrow().areHalves();
    }
}

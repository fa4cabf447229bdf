package dev.talaria.inference.quantize;

import static java.util.Objects.requireNonNull;

import dev.talaria.inference.tensor.Tensor;
import dev.talaria.inference.tensor.TensorType;

import java.lang.foreign.Arena;
import java.util.List;

/// A tensor of a model that is about to be written anew.
///
/// @param name as GGUF files of its architecture call it
/// @param type it is stored in now
/// @param dimensions one for a vector, two for a matrix: a row's length first
/// @param contents its elements
public record WeightTensor(String name, TensorType type, List<Long> dimensions, Contents contents) {

    /// Gives a tensor's elements when their time comes.
    @FunctionalInterface
    public interface Contents {

        /// The elements in the tensor's type, laid out as in a GGUF file.
        ///
        /// @param scratch where they lie if they had to be rearranged; may be used by several
        ///   threads
        Tensor in(Arena scratch);
    }

    public WeightTensor {
        requireNonNull(name, "name");
        requireNonNull(type, "type");
        requireNonNull(contents, "contents");
        dimensions = List.copyOf(dimensions);
        if (dimensions.isEmpty() || dimensions.size() > 2) {
            throw new IllegalArgumentException(
                    "tensor '"
                            + name
                            + "' of dimensions "
                            + dimensions
                            + " is no vector or matrix");
        }
        columns(dimensions);
        rowCount(dimensions);
    }

    /// Elements of a row.
    public int columns() {
        return columns(dimensions);
    }

    /// How many rows there are; 1 for a vector.
    public int rowCount() {
        return rowCount(dimensions);
    }

    /// Whether it has two dimensions.
    public boolean isMatrix() {
        return dimensions.size() == 2;
    }

    private static int columns(List<Long> dimensions) {
        return Math.toIntExact(dimensions.getFirst());
    }

    private static int rowCount(List<Long> dimensions) {
        return dimensions.size() == 2 ? Math.toIntExact(dimensions.get(1)) : 1;
    }
}

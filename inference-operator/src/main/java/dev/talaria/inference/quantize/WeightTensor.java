package dev.talaria.inference.quantize;

import static java.util.Objects.requireNonNull;

import dev.talaria.inference.tensor.TensorType;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/// A tensor of a model that is about to be written anew.
///
/// @param name as GGUF files of its architecture call it
/// @param type it is stored in now
/// @param dimensions one for a vector, two for a matrix: a row's length first
/// @param rows reads a row as floats; safe for use by many threads
/// @param stored its bytes in `type`, as they would stand in a GGUF file, where it has them
public record WeightTensor(
        String name,
        TensorType type,
        List<Long> dimensions,
        Rows rows,
        Optional<MemorySegment> stored) {

    /// Reads rows.
    @FunctionalInterface
    public interface Rows {

        /// Writes the row's elements to the start of `out`.
        void read(int row, float[] out);
    }

    public WeightTensor {
        requireNonNull(name, "name");
        requireNonNull(type, "type");
        requireNonNull(rows, "rows");
        requireNonNull(stored, "stored");
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

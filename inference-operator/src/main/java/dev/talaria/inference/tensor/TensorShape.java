package dev.talaria.inference.tensor;

import static java.util.Objects.requireNonNull;

/// What a [Tensor] is, without its numbers.
///
/// @param columns elements of a row, a whole number of the type's blocks
/// @param rows 1 for a vector
public record TensorShape(String name, TensorType type, int columns, int rows) {

    public TensorShape {
        requireNonNull(name, "name");
        requireNonNull(type, "type");
        if (columns < 1 || rows < 1) {
            throw new IllegalArgumentException(
                    "tensor '" + name + "': shape " + rows + " x " + columns + " is empty");
        }
    }

    /// Bytes as stored.
    public long bytes() {
        return Math.multiplyExact(type.bytes(columns), rows);
    }
}

package dev.talaria.inference.tensor;

import static java.util.Objects.requireNonNull;

import java.lang.foreign.MemorySegment;

/// A named matrix, or vector where it has one row, over memory it does not own.
///
/// Rows are contiguous: element `(row, column)` of an unquantized tensor lies at `row * columns +
/// column`. The segment is little-endian and holds exactly the tensor's bytes.
///
/// @param columns elements of a row, a whole number of the type's blocks; GGUF's first dimension
/// @param rows GGUF's second dimension; 1 for a vector
public record Tensor(String name, TensorType type, int columns, int rows, MemorySegment data) {

    public Tensor {
        requireNonNull(name, "name");
        requireNonNull(type, "type");
        requireNonNull(data, "data");
        if (columns < 1 || rows < 1) {
            throw new IllegalArgumentException(
                    "tensor '" + name + "': shape " + rows + " x " + columns + " is empty");
        }
        long expected = type.bytes((long) columns) * rows;
        if (data.byteSize() != expected) {
            throw new IllegalArgumentException(
                    "tensor '%s': %d x %d of %s take %d bytes, not %d"
                            .formatted(name, rows, columns, type, expected, data.byteSize()));
        }
    }

    /// What it is, without its numbers.
    public TensorShape shape() {
        return new TensorShape(name, type, columns, rows);
    }

    /// Bytes of one row.
    public long rowBytes() {
        return type.bytes(columns);
    }
}

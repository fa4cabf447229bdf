package dev.talaria.inference.safetensors;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;

/// What a header says about one of its tensors; its offsets and sizes have been checked.
///
/// @param file that holds it
/// @param name unique within the file
/// @param shape any number of lengths, the contiguous one (a row's) last; a scalar has none
/// @param offset of the first byte, from the file's beginning
/// @param byteSize bytes of the tensor
public record SafetensorsTensor(
        Path file,
        String name,
        SafetensorsType type,
        List<Long> shape,
        long offset,
        long byteSize) {

    public SafetensorsTensor {
        requireNonNull(file, "file");
        requireNonNull(name, "name");
        requireNonNull(type, "type");
        shape = List.copyOf(shape);
    }

    /// How many elements there are.
    public long elements() {
        return shape.stream().reduce(1L, Math::multiplyExact);
    }
}

package dev.talaria.inference.gguf;

import static java.util.Objects.requireNonNull;

import dev.talaria.inference.tensor.TensorType;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// What a file says about one of its tensors; its offsets and sizes have been checked.
///
/// @param file the file it lies in: of a split model, one of its parts
/// @param name unique within the model
/// @param typeId the type's number, perhaps of a type this program does not know
/// @param dimensions 0 to 4 lengths, the contiguous one (a row's) first
/// @param offset of the first byte, from that file's beginning
/// @param byteSize bytes of the tensor, where the type is known
public record TensorInfo(
        Path file,
        String name,
        int typeId,
        List<Long> dimensions,
        long offset,
        OptionalLong byteSize) {

    public TensorInfo {
        requireNonNull(file, "file");
        requireNonNull(name, "name");
        dimensions = List.copyOf(dimensions);
        requireNonNull(byteSize, "byteSize");
    }

    /// The type's name, such as `Q4_K`, or `type 77` where it has none here.
    public String typeName() {
        return GgmlType.ofId(typeId).map(GgmlType::name).orElse("type " + typeId);
    }

    /// The type, if this program can compute with it.
    public Optional<TensorType> type() {
        return TensorType.ofGgufId(typeId);
    }

    /// How many elements there are.
    public long elements() {
        return dimensions.stream().reduce(1L, Math::multiplyExact);
    }
}

package dev.talaria.inference.gguf;

import dev.talaria.inference.tensor.Tensor;
import dev.talaria.inference.tensor.TensorType;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A model file, mapped: its metadata, and its tensors as views of the mapping.
///
/// Opening checks every field of the header; tensor data are not read. The mapping is shared by all
/// threads and lives until [#close]; arrays and tensors taken from the file must not be used after
/// that. The file must not be cut shorter while it is open.
public final class GgufFile implements AutoCloseable {

    private final Path path;
    private final Arena arena;
    private final MemorySegment bytes;
    private final GgufHeader header;
    private final Map<String, TensorInfo> tensors;

    private GgufFile(Path path, Arena arena, MemorySegment bytes, GgufHeader header) {
        this.path = path;
        this.arena = arena;
        this.bytes = bytes;
        this.header = header;
        this.tensors = new LinkedHashMap<>();
        header.tensors().forEach(tensor -> tensors.put(tensor.name(), tensor));
    }

    /// Maps the file and reads its header.
    ///
    /// @throws MalformedGgufException where the bytes are not a whole GGUF file
    /// @throws UnsupportedModelException where they are one of a version or byte order not read
    ///   here, or a folder
    public static GgufFile open(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            throw new UnsupportedModelException(path + " is a folder; name a .gguf file");
        }
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            MemorySegment bytes =
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            GgufHeader header = GgufHeader.read(path, new GgufCursor(path, bytes));
            return new GgufFile(path, arena, bytes, header);
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    /// The file as it was named when opened.
    public Path path() {
        return path;
    }

    /// The format's version: 2 or 3.
    public int version() {
        return header.version();
    }

    /// Bytes of the whole file.
    public long fileBytes() {
        return bytes.byteSize();
    }

    /// The keys and values.
    public GgufMetadata metadata() {
        return header.metadata();
    }

    /// All tensors in the file's order, those of unsupported types included.
    public List<TensorInfo> tensors() {
        return header.tensors();
    }

    /// What the file says about one tensor.
    public Optional<TensorInfo> tensorInfo(String name) {
        return Optional.ofNullable(tensors.get(name));
    }

    /// A tensor as a read-only view of the mapping; empty where the file has none of that name.
    ///
    /// @throws UnsupportedModelException where its type cannot be computed with, or it is no vector
    ///   or matrix of `int` dimensions
    public Optional<Tensor> tensor(String name) {
        return tensorInfo(name).map(this::tensor);
    }

    private Tensor tensor(TensorInfo info) {
        String place = path + ": tensor " + GgufCursor.quoted(info.name());
        TensorType type =
                info.type()
                        .orElseThrow(() ->
                                new UnsupportedModelException(
                                        "%s is stored as %s, which is not supported; use a file with %s"
                                                .formatted(
                                                        place,
                                                        info.typeName(),
                                                        List.of(TensorType.values()))));
        long columns = dimension(info, 0);
        long rows = dimension(info, 1);
        if (info.elements() != columns * rows || (int) columns != columns || (int) rows != rows) {
            throw new UnsupportedModelException(
                    place + " of dimensions " + info.dimensions() + " is no vector or matrix");
        }
        MemorySegment data = bytes.asSlice(info.offset(), info.byteSize().orElseThrow());
        return new Tensor(info.name(), type, (int) columns, (int) rows, data);
    }

    private static long dimension(TensorInfo info, int index) {
        return index < info.dimensions().size() ? info.dimensions().get(index) : 1;
    }

    /// Unmaps the file.
    @Override
    public void close() {
        arena.close();
    }
}

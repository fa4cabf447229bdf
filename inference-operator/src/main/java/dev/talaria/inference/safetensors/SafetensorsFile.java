package dev.talaria.inference.safetensors;

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

/// One safetensors file, mapped: its tensors as views of the mapping.
///
/// Opening checks every field of the header; tensor data are not read. The mapping is shared by all
/// threads and lives until [#close]; data taken from the file must not be used after that. The file
/// must not be cut shorter while it is open.
public final class SafetensorsFile implements AutoCloseable {

    private final Path path;
    private final Arena arena;
    private final MemorySegment bytes;
    private final Map<String, SafetensorsTensor> tensors = new LinkedHashMap<>();

    private SafetensorsFile(Path path, Arena arena, MemorySegment bytes, SafetensorsHeader header) {
        this.path = path;
        this.arena = arena;
        this.bytes = bytes;
        header.tensors().forEach(tensor -> tensors.put(tensor.name(), tensor));
    }

    /// Maps the file and reads its header.
    ///
    /// @throws MalformedFolderException where the bytes are not a whole safetensors file
    public static SafetensorsFile open(Path path) throws IOException {
        requireRegular(path);
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            MemorySegment bytes =
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            return new SafetensorsFile(path, arena, bytes, SafetensorsHeader.read(path, bytes));
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    // A pipe or device would block, or never end.
    static void requireRegular(Path path) {
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new MalformedFolderException(path, 0, "is no regular file");
        }
    }

    /// The file as it was named when opened.
    public Path path() {
        return path;
    }

    /// Bytes of the whole file.
    public long fileBytes() {
        return bytes.byteSize();
    }

    /// All tensors in the header's order, those of types that cannot be computed with included.
    public List<SafetensorsTensor> tensors() {
        return List.copyOf(tensors.values());
    }

    /// What the header says about one tensor.
    public Optional<SafetensorsTensor> tensor(String name) {
        return Optional.ofNullable(tensors.get(name));
    }

    /// The bytes of one of the file's tensors, read-only; at no particular alignment.
    MemorySegment data(SafetensorsTensor tensor) {
        return bytes.asSlice(tensor.offset(), tensor.byteSize());
    }

    /// Unmaps the file.
    @Override
    public void close() {
        arena.close();
    }
}

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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A model file, mapped: its metadata, and its tensors as views of the mapping.
///
/// A model may be split into several files: opening the first one opens all of them, and their
/// tensors together are the model's. Opening checks every field of every header; tensor data are
/// not read. The mapping is shared by all threads and lives until [#close]; arrays and tensors
/// taken from the file must not be used after that. No file may be cut shorter while it is open.
public final class GgufFile implements AutoCloseable {

    private final Arena arena;
    private final List<Part> parts;
    private final Map<String, TensorInfo> tensors;
    private final Map<String, Part> places;

    /// One file.
    private record Part(Path path, MemorySegment bytes, GgufHeader header) {

        static Part map(Path path, Arena arena) throws IOException {
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
                MemorySegment bytes =
                        channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
                return new Part(path, bytes, GgufHeader.read(path, new GgufCursor(path, bytes)));
            }
        }
    }

    private GgufFile(Arena arena, List<Part> parts) {
        this.arena = arena;
        this.parts = List.copyOf(parts);
        this.tensors = new LinkedHashMap<>();
        this.places = new HashMap<>();
        parts.forEach(this::add);
    }

    private void add(Part part) {
        for (TensorInfo tensor : part.header().tensors()) {
            TensorInfo twin = tensors.put(tensor.name(), tensor);
            places.put(tensor.name(), part);
            if (twin != null) {
                throw new MalformedGgufException(
                        part.path(),
                        tensor.offset(),
                        "tensor %s is in %s, too; the files are not of one model"
                                .formatted(
                                        GgufCursor.quoted(tensor.name()),
                                        twin.file().getFileName()));
            }
        }
    }

    /// Maps the file, and the others of a split model, and reads their headers.
    ///
    /// @throws MalformedGgufException where the bytes are not a whole GGUF file, or the file is not
    ///   the first of a split model, or another one is missing or does not belong to it
    /// @throws UnsupportedModelException where they are one of a version or byte order not read
    ///   here, or a folder
    public static GgufFile open(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            throw new UnsupportedModelException(path + " is a folder; name a .gguf file");
        }
        Arena arena = Arena.ofShared();
        try {
            Part first = Part.map(path, arena);
            GgufMetadata metadata = first.header().metadata();
            GgufSplit split = GgufSplit.of(path, metadata).orElse(null);
            if (split == null) {
                return new GgufFile(arena, List.of(first));
            }
            List<Part> parts = new ArrayList<>(List.of(first));
            for (int number = 1; number < split.count(); number++) {
                Part part = Part.map(split.part(number), arena);
                split.requirePart(part.header().metadata(), number);
                parts.add(part);
            }
            GgufFile file = new GgufFile(arena, parts);
            split.requireTensors(metadata, file.tensors.size());
            return file;
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    /// The file as it was named when opened: of a split model, the first.
    public Path path() {
        return parts.getFirst().path();
    }

    /// All files of the model, in their order; one where it is not split.
    public List<Path> paths() {
        return parts.stream().map(Part::path).toList();
    }

    /// The format's version: 2 or 3.
    public int version() {
        return parts.getFirst().header().version();
    }

    /// Bytes of all files.
    public long fileBytes() {
        return parts.stream().mapToLong(part -> part.bytes().byteSize()).sum();
    }

    /// The keys and values; those of a split model's first file.
    public GgufMetadata metadata() {
        return parts.getFirst().header().metadata();
    }

    /// All tensors in the order of the files, those of unsupported types included.
    public List<TensorInfo> tensors() {
        return List.copyOf(tensors.values());
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
        String place = info.file() + ": tensor " + GgufCursor.quoted(info.name());
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
        MemorySegment bytes = places.get(info.name()).bytes();
        MemorySegment data = bytes.asSlice(info.offset(), info.byteSize().orElseThrow());
        return new Tensor(info.name(), type, (int) columns, (int) rows, data);
    }

    private static long dimension(TensorInfo info, int index) {
        return index < info.dimensions().size() ? info.dimensions().get(index) : 1;
    }

    /// Unmaps the files.
    @Override
    public void close() {
        arena.close();
    }
}

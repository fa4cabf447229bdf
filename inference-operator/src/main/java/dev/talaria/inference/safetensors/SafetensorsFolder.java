package dev.talaria.inference.safetensors;

import static dev.talaria.inference.safetensors.JsonCursor.quoted;

import dev.talaria.inference.gguf.UnsupportedModelException;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The weights of a Hugging Face folder: `model.safetensors`, or the shards that
/// `model.safetensors.index.json` names.
///
/// Where both are there the single file counts, as in transformers. A shard's tensors that the
/// index does not name are not seen. Shared by all threads; data taken from the folder must not be
/// used after [#close].
public final class SafetensorsFolder implements AutoCloseable {

    private static final String SINGLE = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";

    private final Path folder;
    private final Optional<Path> index;
    private final Map<Path, SafetensorsFile> files = new LinkedHashMap<>();
    private final Map<String, SafetensorsTensor> tensors = new LinkedHashMap<>();

    private SafetensorsFolder(Path folder, Optional<Path> index) {
        this.folder = folder;
        this.index = index;
    }

    /// Maps the weights' files and reads their headers.
    ///
    /// @throws MalformedFolderException where one is damaged or missing, or they contradict the
    ///   index
    /// @throws UnsupportedModelException where the folder holds no safetensors
    public static SafetensorsFolder open(Path folder) throws IOException {
        Path single = folder.resolve(SINGLE);
        Path index = folder.resolve(INDEX);
        boolean sharded = !Files.exists(single) && Files.exists(index);
        SafetensorsFolder weights =
                new SafetensorsFolder(folder, sharded ? Optional.of(index) : Optional.empty());
        try {
            if (sharded) {
                weights.openShards(ShardIndex.read(index));
            } else if (Files.exists(single)) {
                weights.map(single).tensors().forEach(weights::add);
            } else {
                throw new UnsupportedModelException(nothing(folder));
            }
            return weights;
        } catch (IOException | RuntimeException e) {
            weights.close();
            throw e;
        }
    }

    private static String nothing(Path folder) throws IOException {
        List<String> names;
        try (Stream<Path> entries = Files.list(folder)) {
            names = entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
        Optional<String> gguf = names.stream().filter(name -> name.endsWith(".gguf")).findFirst();
        boolean pickled = names.stream().anyMatch(name -> name.startsWith("pytorch_model"));
        String remedy =
                gguf.isPresent()
                        ? "name the file %s in it".formatted(gguf.get())
                        : pickled
                                ? "its PyTorch weights are not read: convert them to safetensors"
                                : "name the folder of a Hugging Face model, or a .gguf file";
        return "%s: holds neither %s nor %s; %s".formatted(folder, SINGLE, INDEX, remedy);
    }

    private SafetensorsFile map(Path path) throws IOException {
        SafetensorsFile file = SafetensorsFile.open(path);
        files.put(path, file);
        return file;
    }

    private void openShards(ShardIndex shards) throws IOException {
        for (Map.Entry<String, ShardIndex.Shard> entry : shards.shards().entrySet()) {
            ShardIndex.Shard shard = entry.getValue();
            Path path = folder.resolve(shard.name());
            if (!files.containsKey(path)) {
                if (!Files.exists(path)) {
                    throw new MalformedFolderException(
                            shards.file(),
                            shard.offset(),
                            "shard %s is missing; fetch it into the same folder"
                                    .formatted(quoted(shard.name())));
                }
                map(path);
            }
            add(tensor(shards.file(), entry.getKey(), shard, path));
        }
    }

    private SafetensorsTensor tensor(Path file, String name, ShardIndex.Shard shard, Path path) {
        return Optional.ofNullable(files.get(path))
                .flatMap(opened -> opened.tensor(name))
                .orElseThrow(() ->
                        new MalformedFolderException(
                                file,
                                shard.offset(),
                                "tensor %s is not in shard %s; index and shards are of different models"
                                        .formatted(quoted(name), quoted(shard.name()))));
    }

    private void add(SafetensorsTensor tensor) {
        tensors.put(tensor.name(), tensor);
    }

    /// The folder as it was named when opened.
    public Path path() {
        return folder;
    }

    /// The files the weights are read from, the index included.
    public List<Path> files() {
        return Stream.concat(index.stream(), files.keySet().stream()).toList();
    }

    /// Bytes of all files with weights.
    public long fileBytes() {
        return files.values().stream().mapToLong(SafetensorsFile::fileBytes).sum();
    }

    /// All tensors, those of types that cannot be computed with included.
    public List<SafetensorsTensor> tensors() {
        return List.copyOf(tensors.values());
    }

    /// What a header says about one tensor.
    public Optional<SafetensorsTensor> tensor(String name) {
        return Optional.ofNullable(tensors.get(name));
    }

    /// The bytes of one of the folder's tensors, read-only; at no particular alignment.
    public MemorySegment data(SafetensorsTensor tensor) {
        SafetensorsFile file = files.get(tensor.file());
        if (file == null) {
            throw new IllegalArgumentException(tensor.name() + " is not of " + folder);
        }
        return file.data(tensor);
    }

    /// Unmaps the files.
    @Override
    public void close() {
        files.values().forEach(SafetensorsFile::close);
    }
}

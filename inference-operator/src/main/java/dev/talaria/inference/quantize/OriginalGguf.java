package dev.talaria.inference.quantize;

import dev.talaria.inference.gguf.GgufFile;
import dev.talaria.inference.gguf.GgufValue;
import dev.talaria.inference.gguf.TensorInfo;
import dev.talaria.inference.gguf.UnsupportedModelException;
import dev.talaria.inference.tensor.Tensor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A GGUF file, split or not, as a source.
public final class OriginalGguf implements OriginalModel {

    private final GgufFile file;
    private final List<WeightTensor> tensors;

    private OriginalGguf(GgufFile file) {
        this.file = file;
        this.tensors = file.tensors().stream().map(info -> tensor(file, info)).toList();
    }

    /// Opens the file.
    ///
    /// @throws IOException where it cannot be read
    /// @throws dev.talaria.inference.gguf.MalformedGgufException where it is damaged
    /// @throws UnsupportedModelException where it has a tensor of a type that cannot be read
    public static OriginalGguf open(Path path) throws IOException {
        GgufFile file = GgufFile.open(path);
        try {
            return new OriginalGguf(file);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static WeightTensor tensor(GgufFile file, TensorInfo info) {
        Tensor tensor = file.tensor(info.name()).orElseThrow();
        List<Long> dimensions =
                info.dimensions().size() < 2
                        ? List.of((long) tensor.columns())
                        : List.of((long) tensor.columns(), (long) tensor.rows());
        return new WeightTensor(info.name(), tensor.type(), dimensions, _ -> tensor);
    }

    @Override
    public List<Path> files() {
        return file.paths();
    }

    @Override
    public Map<String, GgufValue> metadata() {
        Map<String, GgufValue> metadata = new LinkedHashMap<>();
        for (String key : file.metadata().keys()) {
            if (!key.startsWith("split.")) {
                metadata.put(key, file.metadata().value(key).orElseThrow());
            }
        }
        return metadata;
    }

    @Override
    public List<String> notes() {
        return List.of();
    }

    @Override
    public List<WeightTensor> tensors() {
        return tensors;
    }

    @Override
    public void close() {
        file.close();
    }
}

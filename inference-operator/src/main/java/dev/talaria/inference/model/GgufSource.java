package dev.talaria.inference.model;

import dev.talaria.inference.gguf.GgufFile;
import dev.talaria.inference.gguf.GgufValue;
import dev.talaria.inference.gguf.MalformedGgufException;
import dev.talaria.inference.gguf.MalformedModelException;
import dev.talaria.inference.gguf.TensorInfo;
import dev.talaria.inference.tensor.Tensor;
import dev.talaria.inference.tensor.TensorShape;
import dev.talaria.inference.tokenizer.Tokenizer;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A model in a GGUF file.
///
/// @param file closed with the source
public record GgufSource(GgufFile file) implements WeightSource {

    static GgufSource open(Path path) throws IOException {
        return new GgufSource(GgufFile.open(path));
    }

    @Override
    public Path path() {
        return file.path();
    }

    @Override
    public List<Path> files() {
        return file.paths();
    }

    @Override
    public ModelConfiguration shape() {
        return GgufConfiguration.shape(file);
    }

    /// The rotary scaling alone, for a file whose other keys may be wrong.
    ///
    /// @throws dev.talaria.inference.gguf.UnsupportedModelException for a kind that is not
    ///   implemented
    /// @throws MalformedGgufException where its numbers make no sense
    public RotaryScaling rotaryScaling() {
        return GgufConfiguration.rotaryScaling(file);
    }

    @Override
    public Map<String, GgufValue> metadata() {
        Map<String, GgufValue> values = new LinkedHashMap<>();
        for (String key : file.metadata().keys()) {
            file.metadata().value(key).ifPresent(value -> values.put(key, value));
        }
        return values;
    }

    @Override
    public List<String> tensorNames() {
        return file.tensors().stream().map(TensorInfo::name).toList();
    }

    @Override
    public Optional<TensorShape> tensorShape(String name) {
        return file.tensor(name).map(Tensor::shape);
    }

    @Override
    public Optional<Tensor> tensor(String name, Arena scratch) {
        return file.tensor(name);
    }

    @Override
    public MalformedModelException failure(String tensor, String finding) {
        long offset = file.tensorInfo(tensor).map(TensorInfo::offset).orElse(0L);
        return new MalformedGgufException(
                file.path(), offset, "tensor '%s' %s".formatted(tensor, finding));
    }

    @Override
    public Set<Integer> endTokens() {
        return Set.of();
    }

    @Override
    public Tokenizer tokenizer() {
        return Tokenizer.of(file);
    }

    @Override
    public void close() {
        file.close();
    }
}

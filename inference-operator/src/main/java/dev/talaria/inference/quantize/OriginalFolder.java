package dev.talaria.inference.quantize;

import dev.talaria.inference.gguf.GgufValue;
import dev.talaria.inference.model.ModelConfiguration;
import dev.talaria.inference.model.WeightSource;
import dev.talaria.inference.tensor.Tensor;
import dev.talaria.inference.tokenizer.TokenizerKeys;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A Hugging Face folder as a source: its weights and its tokenizer, as a GGUF file has them.
public final class OriginalFolder implements OriginalModel {

    private final WeightSource source;
    private final Map<String, GgufValue> metadata = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();
    private final List<WeightTensor> tensors;

    private OriginalFolder(WeightSource source) throws IOException {
        this.source = source;
        ModelConfiguration shape = source.shape();
        TokenizerKeys tokenizer =
                TokenizerKeys.of(source.path().toString(), source.tokenizer(), shape.vocabulary());
        metadata.putAll(source.metadata());
        metadata.putAll(tokenizer.values());
        if (shape.slidingWindow() < shape.contextTokens()) {
            notes.add(
                    "the model attends to a window of %d tokens, but to the whole context where it is read from a GGUF file; answers to longer texts will differ"
                            .formatted(shape.slidingWindow()));
        }
        notes.addAll(tokenizer.notes());
        tensors = source.tensorNames().stream().map(this::tensor).toList();
    }

    /// Opens the folder.
    ///
    /// @throws IOException where it cannot be read
    /// @throws dev.talaria.inference.gguf.MalformedModelException where it is damaged
    /// @throws dev.talaria.inference.gguf.UnsupportedModelException where it holds what cannot be
    ///   read, or what a GGUF file cannot express
    public static OriginalFolder open(Path folder) throws IOException {
        WeightSource source = WeightSource.open(folder);
        try {
            return new OriginalFolder(source);
        } catch (IOException | RuntimeException e) {
            source.close();
            throw e;
        }
    }

    private WeightTensor tensor(String name) {
        try (Arena scratch = Arena.ofShared()) {
            Tensor tensor = contents(name, scratch);
            List<Long> dimensions =
                    tensor.rows() == 1
                            ? List.of((long) tensor.columns())
                            : List.of((long) tensor.columns(), (long) tensor.rows());
            return new WeightTensor(
                    name, tensor.type(), dimensions, arena -> contents(name, arena));
        }
    }

    private Tensor contents(String name, Arena scratch) {
        return source.tensor(name, scratch)
                .orElseThrow(() -> source.failure(name, "is missing; this is not a whole model"));
    }

    @Override
    public List<Path> files() {
        return source.files();
    }

    @Override
    public Map<String, GgufValue> metadata() {
        return metadata;
    }

    @Override
    public List<String> notes() {
        return notes;
    }

    @Override
    public List<WeightTensor> tensors() {
        return tensors;
    }

    @Override
    public void close() {
        source.close();
    }
}

package dev.talaria.inference.tokenizer;

import dev.talaria.inference.Shared;
import dev.talaria.inference.gguf.GgufFile;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Files beside the project; tests that need one skip where it is absent.
public final class SharedFiles {

    public static final String MINI = "model/talaria-mini-Q8_0.gguf";
    public static final String HERMES = "data/tokenizers/hermes-mistral-vocab.gguf";
    public static final String LLAMA3 = "data/tokenizers/llama3-vocab.gguf";
    public static final String LLAMA3_STYLE = "fixtures/hf/llama3-style";
    public static final String STORIES = "data/stories260k/stories260K.gguf";

    private static final Map<String, Tokenizer> TOKENIZERS = new ConcurrentHashMap<>();

    private SharedFiles() {}

    public static Path file(String name) {
        return Shared.require(name);
    }

    /// The tokenizer of a file or folder, read once.
    public static Tokenizer tokenizer(String name) throws IOException {
        Tokenizer known = TOKENIZERS.get(name);
        if (known == null) {
            known = read(name);
            TOKENIZERS.put(name, known);
        }
        return known;
    }

    private static Tokenizer read(String name) throws IOException {
        if (!name.endsWith(".gguf")) {
            return TokenizerFiles.of(file(name));
        }
        try (GgufFile file = GgufFile.open(file(name))) {
            return Tokenizer.of(file);
        }
    }
}

package dev.talaria.inference.tokenizer;

import dev.talaria.inference.Shared;
import dev.talaria.inference.gguf.GgufFile;

import java.io.IOException;
import java.nio.file.Path;

/// Files beside the project; tests that need one skip where it is absent.
public final class SharedFiles {

    public static final String MINI = "model/talaria-mini-Q8_0.gguf";
    public static final String HERMES = "data/tokenizers/hermes-mistral-vocab.gguf";
    public static final String LLAMA3 = "data/tokenizers/llama3-vocab.gguf";
    public static final String LLAMA3_STYLE = "fixtures/hf/llama3-style";
    public static final String STORIES = "data/stories260k/stories260K.gguf";

    private SharedFiles() {}

    public static Path file(String name) {
        return Shared.require(name);
    }

    public static Tokenizer tokenizer(String name) throws IOException {
        if (!name.endsWith(".gguf")) {
            return TokenizerFiles.of(file(name));
        }
        try (GgufFile file = GgufFile.open(file(name))) {
            return Tokenizer.of(file);
        }
    }
}

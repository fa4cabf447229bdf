package dev.talaria.inference.tokenizer;

import dev.talaria.inference.gguf.GgufArray;
import dev.talaria.inference.gguf.GgufFile;
import dev.talaria.inference.gguf.GgufValue;
import dev.talaria.inference.gguf.GgufWriter;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A vocabulary made for a test: unknown, begin, end, 256 bytes, then what the test adds.
public final class VocabularyFile {

    /// The id of the first added token.
    public static final int FIRST = 259;

    private final List<String> tokens = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
    private final List<Integer> kinds = new ArrayList<>(List.of(2, 3, 3));
    private final List<Float> scores = new ArrayList<>(List.of(0f, 0f, 0f));
    private final Map<String, GgufValue> overrides = new LinkedHashMap<>();

    public VocabularyFile() {
        for (int octet = 0; octet < 256; octet++) {
            add("<0x%02X>".formatted(octet), TokenKind.BYTE, 0f);
        }
    }

    public VocabularyFile add(String text, TokenKind kind, float score) {
        tokens.add(text);
        kinds.add(kind.ordinal());
        scores.add(score);
        return this;
    }

    public VocabularyFile pieces(String... texts) {
        for (String text : texts) {
            add(text, TokenKind.NORMAL, -tokens.size());
        }
        return this;
    }

    public VocabularyFile set(String key, GgufValue value) {
        overrides.put("tokenizer.ggml." + key, value);
        return this;
    }

    public GgufFile write(Path folder) throws IOException {
        float[] scoreArray = new float[scores.size()];
        for (int i = 0; i < scoreArray.length; i++) {
            scoreArray[i] = scores.get(i);
        }
        int[] kindArray = kinds.stream().mapToInt(Integer::intValue).toArray();
        GgufWriter whole =
                new GgufWriter()
                        .set("tokenizer.ggml.model", "llama")
                        .set("tokenizer.ggml.tokens", GgufArray.of(tokens))
                        .set("tokenizer.ggml.scores", GgufArray.of(scoreArray))
                        .set("tokenizer.ggml.token_type", GgufArray.of(kindArray));
        overrides.forEach(whole::set);
        Path file = folder.resolve("vocabulary.gguf");
        whole.write(file);
        return GgufFile.open(file);
    }

    public Tokenizer tokenizer(Path folder) throws IOException {
        try (GgufFile file = write(folder)) {
            return Tokenizer.of(file);
        }
    }
}

package dev.talaria.inference.model;

import dev.talaria.inference.safetensors.SafetensorsBytes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/// A Hugging Face folder of a few kilobytes whose configuration and tensors a test may change
/// before it is written.
public final class SmallModelFolder {

    private static final int WIDTH = 48;
    private static final int HEADS = 4;
    private static final int KV_HEADS = 2;
    private static final int HEAD_WIDTH = 12;
    private static final int FEED_FORWARD = 80;
    private static final int VOCABULARY = 70;

    private final Map<String, String> config = new LinkedHashMap<>();
    private final SafetensorsBytes weights = new SafetensorsBytes();

    /// A whole Llama of two layers, in `F32`.
    public SmallModelFolder() {
        set("architectures", "[\"LlamaForCausalLM\"]");
        set("hidden_size", WIDTH);
        set("intermediate_size", FEED_FORWARD);
        set("num_hidden_layers", 2);
        set("num_attention_heads", HEADS);
        set("num_key_value_heads", KV_HEADS);
        set("max_position_embeddings", 128);
        set("rms_norm_eps", "1e-05");
        set("vocab_size", VOCABULARY);
        matrix("model.embed_tokens.weight", VOCABULARY, WIDTH);
        for (int layer = 0; layer < 2; layer++) {
            String block = "model.layers." + layer + ".";
            vector(block + "input_layernorm.weight", WIDTH);
            matrix(block + "self_attn.q_proj.weight", HEADS * HEAD_WIDTH, WIDTH);
            matrix(block + "self_attn.k_proj.weight", KV_HEADS * HEAD_WIDTH, WIDTH);
            matrix(block + "self_attn.v_proj.weight", KV_HEADS * HEAD_WIDTH, WIDTH);
            matrix(block + "self_attn.o_proj.weight", WIDTH, HEADS * HEAD_WIDTH);
            vector(block + "post_attention_layernorm.weight", WIDTH);
            matrix(block + "mlp.gate_proj.weight", FEED_FORWARD, WIDTH);
            matrix(block + "mlp.up_proj.weight", FEED_FORWARD, WIDTH);
            matrix(block + "mlp.down_proj.weight", WIDTH, FEED_FORWARD);
        }
        vector("model.norm.weight", WIDTH);
        matrix("lm_head.weight", VOCABULARY, WIDTH);
    }

    /// Sets a key of `config.json` to a JSON value.
    public SmallModelFolder set(String key, Object json) {
        config.put(key, json.toString());
        return this;
    }

    /// Takes a key away.
    public SmallModelFolder withoutKey(String key) {
        config.remove(key);
        return this;
    }

    /// Takes a tensor away.
    public SmallModelFolder without(String tensor) {
        weights.without(tensor);
        return this;
    }

    /// A vector of numbers that depend on its name alone.
    public SmallModelFolder vector(String name, int length) {
        weights.floats(name, List.of(length), numbers(name, length));
        return this;
    }

    /// A matrix of numbers that depend on its name alone.
    public SmallModelFolder matrix(String name, int rows, int columns) {
        weights.floats(name, List.of(rows, columns), numbers(name, rows * columns));
        return this;
    }

    /// Gives a matrix of the embedding's shape the embedding's numbers.
    public SmallModelFolder copyOfEmbedding(String name) {
        float[] numbers = numbers("model.embed_tokens.weight", VOCABULARY * WIDTH);
        weights.floats(name, List.of(VOCABULARY, WIDTH), numbers);
        return this;
    }

    /// A tensor of zeros of any type and shape.
    public SmallModelFolder zeros(String name, String type, List<Integer> shape, int bytes) {
        weights.tensor(name, type, shape, new byte[bytes]);
        return this;
    }

    private static float[] numbers(String name, int count) {
        SplittableRandom random = new SplittableRandom(name.hashCode());
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) random.nextDouble(-0.5, 0.5);
        }
        return numbers;
    }

    /// The configuration's text.
    public String config() {
        return config.entrySet().stream()
                .map(entry -> "\"%s\": %s".formatted(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining(",\n  ", "{\n  ", "\n}\n"));
    }

    /// Writes configuration and weights.
    public Path writeTo(Path folder) throws IOException {
        Files.writeString(folder.resolve("config.json"), config());
        weights.writeTo(folder.resolve("model.safetensors"));
        return folder;
    }
}

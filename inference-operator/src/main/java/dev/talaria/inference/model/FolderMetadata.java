package dev.talaria.inference.model;

import dev.talaria.inference.gguf.GgufType;
import dev.talaria.inference.gguf.GgufValue;
import dev.talaria.inference.gguf.UnsupportedModelException;
import dev.talaria.inference.tensor.Tensor;
import dev.talaria.inference.tensor.TensorType;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// A shape as the keys of a GGUF file.
final class FolderMetadata {

    private static final String SCALING = "llama.rope.scaling.";
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private FolderMetadata() {}

    static Map<String, GgufValue> of(ModelConfiguration shape, Path folder) {
        Map<String, GgufValue> keys = new LinkedHashMap<>();
        keys.put("general.architecture", new GgufValue.Text(Architectures.GGUF));
        keys.put("general.name", new GgufValue.Text(name(folder)));
        keys.put("llama.block_count", GgufValue.uint32(shape.layers()));
        keys.put("llama.context_length", GgufValue.uint32(shape.contextTokens()));
        keys.put("llama.embedding_length", GgufValue.uint32(shape.width()));
        keys.put("llama.feed_forward_length", GgufValue.uint32(shape.feedForwardWidth()));
        keys.put("llama.attention.head_count", GgufValue.uint32(shape.heads()));
        keys.put("llama.attention.head_count_kv", GgufValue.uint32(shape.kvHeads()));
        keys.put("llama.attention.key_length", GgufValue.uint32(shape.headWidth()));
        keys.put("llama.attention.value_length", GgufValue.uint32(shape.headWidth()));
        keys.put("llama.attention.layer_norm_rms_epsilon", GgufValue.float32(shape.epsilon()));
        keys.put("llama.vocab_size", GgufValue.uint32(shape.vocabulary()));
        keys.put("llama.rope.dimension_count", GgufValue.uint32(shape.rotaryWidth()));
        keys.put("llama.rope.freq_base", real(shape.rotaryBase()));
        if (shape.slidingWindow() != ModelConfiguration.WHOLE_CONTEXT) {
            keys.put("llama.attention.sliding_window", GgufValue.uint32(shape.slidingWindow()));
        }
        putScaling(keys, shape.rotaryScaling(), folder);
        return keys;
    }

    /// What a folder's model is called: the folder's own name.
    static String name(Path folder) {
        Path last = folder.toAbsolutePath().normalize().getFileName();
        return last == null ? "model" : last.toString();
    }

    private static void putScaling(
            Map<String, GgufValue> keys, RotaryScaling scaling, Path folder) {
        switch (scaling) {
            // Llama 3's is a tensor.
            case RotaryScaling.None _, RotaryScaling.Llama3 _ -> {}
            case RotaryScaling.Linear(double factor) -> {
                keys.put(SCALING + "type", new GgufValue.Text("linear"));
                keys.put(SCALING + "factor", real(factor));
            }
            case RotaryScaling.Yarn yarn when yarn.truncate() -> putYarn(keys, yarn);
            case RotaryScaling.Yarn _, RotaryScaling.Dynamic _, RotaryScaling.Divided _ ->
                    throw new UnsupportedModelException(
                            "%s: a GGUF file cannot express its rotary scaling (%s)"
                                    .formatted(folder, scaling.description()));
        }
    }

    private static void putYarn(Map<String, GgufValue> keys, RotaryScaling.Yarn yarn) {
        keys.put(SCALING + "type", new GgufValue.Text("yarn"));
        keys.put(SCALING + "factor", real(yarn.factor()));
        keys.put(SCALING + "original_context_length", GgufValue.uint32(yarn.originalContext()));
        keys.put(SCALING + "yarn_beta_fast", real(yarn.betaFast()));
        keys.put(SCALING + "yarn_beta_slow", real(yarn.betaSlow()));
        double usual = RotaryScaling.Yarn.magnitudeOf(yarn.factor());
        keys.put(SCALING + "attn_factor", real(yarn.magnitude() / usual));
    }

    private static GgufValue real(double value) {
        return new GgufValue.Real(GgufType.FLOAT32, (float) value);
    }

    /// Llama 3's scaling as `rope_freqs.weight`; empty for other scalings.
    static Optional<Tensor> divisors(ModelConfiguration shape, Arena arena) {
        if (!(shape.rotaryScaling() instanceof RotaryScaling.Llama3 scaling)) {
            return Optional.empty();
        }
        int width = shape.rotaryWidth();
        double base = shape.rotaryBase();
        double[] plain = RotaryScaling.none().frequencies(width, base, shape.contextTokens());
        double[] scaled = scaling.frequencies(width, base, shape.contextTokens());
        MemorySegment data = arena.allocate(4L * plain.length, 64);
        for (int pair = 0; pair < plain.length; pair++) {
            data.set(FLOAT, 4L * pair, (float) (plain[pair] / scaled[pair]));
        }
        return Optional.of(new Tensor(FolderNames.DIVISORS, TensorType.F32, plain.length, 1, data));
    }
}

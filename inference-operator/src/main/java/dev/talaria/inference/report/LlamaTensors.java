package dev.talaria.inference.report;

import dev.talaria.inference.gguf.GgufMetadata;
import dev.talaria.inference.model.ModelConfiguration;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The tensors a file of architecture `llama` must hold, with their dimensions, by its own keys.
///
/// @param required by name
/// @param optional used where they are present
record LlamaTensors(Map<String, List<Long>> required, Map<String, List<Long>> optional) {

    private static final int MOST_LAYERS = 1024;

    /// Names that may be present and are known, whatever their dimensions.
    static final Set<String> TOLERATED = Set.of("rope_freqs.weight");

    /// Works the list out, or reports to `obstacles` why it cannot.
    static Optional<LlamaTensors> of(GgufMetadata metadata, long tokens, List<String> obstacles) {
        long layers = number(metadata, "llama.block_count", obstacles);
        long dim = number(metadata, "llama.embedding_length", obstacles);
        long ffn = number(metadata, "llama.feed_forward_length", obstacles);
        long heads = number(metadata, "llama.attention.head_count", obstacles);
        if (layers < 1 || dim < 1 || ffn < 1 || heads < 1) {
            return Optional.empty();
        }
        long kvHeads = optional(metadata, "llama.attention.head_count_kv", heads);
        long headDim = optional(metadata, "llama.attention.key_length", dim / heads);
        long valueDim = optional(metadata, "llama.attention.value_length", headDim);
        if (layers > MOST_LAYERS || kvHeads < 1 || heads % kvHeads != 0) {
            obstacles.add(
                    "inconsistent keys: %d layers, %d heads and %d KV heads"
                            .formatted(layers, heads, kvHeads));
            return Optional.empty();
        }
        if (headDim != valueDim) {
            obstacles.add("keys of %d and values of %d elements".formatted(headDim, valueDim));
            return Optional.empty();
        }
        return Optional.of(
                list((int) layers, dim, ffn, heads * headDim, kvHeads * headDim, tokens));
    }

    /// The list for a shape that is known.
    static LlamaTensors of(ModelConfiguration shape) {
        return list(
                shape.layers(),
                shape.width(),
                shape.feedForwardWidth(),
                shape.queryWidth(),
                shape.kvWidth(),
                shape.vocabulary());
    }

    private static LlamaTensors list(
            int layers, long dim, long ffn, long queries, long keys, long tokens) {
        Map<String, List<Long>> required = new LinkedHashMap<>();
        required.put("token_embd.weight", List.of(dim, tokens));
        required.put("output_norm.weight", List.of(dim));
        for (int layer = 0; layer < layers; layer++) {
            String block = "blk." + layer + ".";
            required.put(block + "attn_norm.weight", List.of(dim));
            required.put(block + "attn_q.weight", List.of(dim, queries));
            required.put(block + "attn_k.weight", List.of(dim, keys));
            required.put(block + "attn_v.weight", List.of(dim, keys));
            required.put(block + "attn_output.weight", List.of(queries, dim));
            required.put(block + "ffn_norm.weight", List.of(dim));
            required.put(block + "ffn_gate.weight", List.of(dim, ffn));
            required.put(block + "ffn_up.weight", List.of(dim, ffn));
            required.put(block + "ffn_down.weight", List.of(ffn, dim));
        }
        return new LlamaTensors(required, Map.of("output.weight", List.of(dim, tokens)));
    }

    private static long number(GgufMetadata metadata, String key, List<String> obstacles) {
        long number = optional(metadata, key, 0);
        if (number < 1) {
            obstacles.add("key '" + key + "' is missing or below 1");
        }
        return number;
    }

    // Beyond an int no dimension is real; products of two stay within a long.
    private static long optional(GgufMetadata metadata, String key, long otherwise) {
        return metadata.integer(key, 0, Integer.MAX_VALUE).orElse(otherwise);
    }
}

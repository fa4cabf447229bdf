package dev.talaria.inference.model;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Hugging Face's names of a model's tensors and those of GGUF files.
///
/// @param tied whether the output matrix is the embedding, even where there is one
record FolderNames(boolean tied) {

    /// GGUF's tensor for Llama 3's rotary scaling; a folder has it in its configuration.
    static final String DIVISORS = "rope_freqs.weight";

    private static final String OUTPUT = "output.weight";

    private static final Map<String, String> WHOLE =
            Map.of(
                    "token_embd.weight",
                    "model.embed_tokens.weight",
                    "output_norm.weight",
                    "model.norm.weight",
                    OUTPUT,
                    "lm_head.weight");

    private static final Map<String, String> IN_LAYER =
            Map.of(
                    "attn_norm.weight", "input_layernorm.weight",
                    "attn_q.weight", "self_attn.q_proj.weight",
                    "attn_k.weight", "self_attn.k_proj.weight",
                    "attn_v.weight", "self_attn.v_proj.weight",
                    "attn_output.weight", "self_attn.o_proj.weight",
                    "ffn_norm.weight", "post_attention_layernorm.weight",
                    "ffn_gate.weight", "mlp.gate_proj.weight",
                    "ffn_up.weight", "mlp.up_proj.weight",
                    "ffn_down.weight", "mlp.down_proj.weight");

    private static final Pattern GGUF_LAYER = Pattern.compile("blk\\.(\\d{1,5})\\.(.+)");
    private static final Pattern FOLDER_LAYER =
            Pattern.compile("model\\.layers\\.(\\d{1,5})\\.(.+)");

    /// The folder's name of a tensor; empty where a folder has none such.
    Optional<String> folderName(String gguf) {
        if (tied && gguf.equals(OUTPUT)) {
            return Optional.empty();
        }
        Matcher layer = GGUF_LAYER.matcher(gguf);
        return layer.matches()
                ? Optional.ofNullable(IN_LAYER.get(layer.group(2)))
                        .map(name -> "model.layers." + layer.group(1) + "." + name)
                : Optional.ofNullable(WHOLE.get(gguf));
    }

    /// GGUF's name of a folder's tensor; empty where it has none.
    Optional<String> ggufName(String folder) {
        Matcher layer = FOLDER_LAYER.matcher(folder);
        return layer.matches()
                ? key(IN_LAYER, layer.group(2)).map(name -> "blk." + layer.group(1) + "." + name)
                : key(WHOLE, folder).filter(name -> !(tied && name.equals(OUTPUT)));
    }

    private static Optional<String> key(Map<String, String> names, String value) {
        return names.entrySet().stream()
                .filter(entry -> entry.getValue().equals(value))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /// Whether the rows of a tensor of that GGUF name are turned by the rotary embedding.
    static boolean isRotated(String gguf) {
        return gguf.endsWith(".attn_q.weight") || gguf.endsWith(".attn_k.weight");
    }
}

package dev.talaria.inference.model;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Which model architectures can be computed, and what is said about others.
public final class Architectures {

    /// The architecture of GGUF files that can be computed.
    public static final String GGUF = "llama";

    /// The `architectures` of Hugging Face folders that can be computed.
    public static final List<String> FOLDER = List.of("MistralForCausalLM", "LlamaForCausalLM");

    private static final String MODELS = "Mistral 7B, Llama 2 and 3, Hermes 2 Pro of both";

    private static final int LONGEST_WORD = 60;

    private Architectures() {}

    /// Why files of a GGUF architecture cannot be computed; empty where they can.
    public static Optional<String> obstacleOfGguf(String architecture) {
        return architecture.equals(GGUF)
                ? Optional.empty()
                : Optional.of(
                        "architecture '%s' is not supported%s; files of architecture '%s' are (%s)"
                                .formatted(shown(architecture), kind(architecture), GGUF, MODELS));
    }

    /// Why folders of a Hugging Face architecture cannot be computed; empty where they can.
    public static Optional<String> obstacleOfFolder(String architecture) {
        return FOLDER.contains(architecture)
                ? Optional.empty()
                : Optional.of(
                        "architecture '%s' is not supported%s; %s are (%s)"
                                .formatted(
                                        shown(architecture),
                                        kind(architecture),
                                        String.join(" and ", FOLDER),
                                        MODELS));
    }

    /// A file's own word, fit for a message.
    static String shown(String word) {
        String plain = word.replaceAll("\\p{Cntrl}", "?");
        return plain.length() > LONGEST_WORD ? plain.substring(0, LONGEST_WORD) + "…" : plain;
    }

    // Names that look as if they were supported deserve a reason.
    private static String kind(String architecture) {
        String name = architecture.toLowerCase(Locale.ROOT);
        if (name.startsWith("mistral3") || name.startsWith("ministral")) {
            return ": the Mistral 3 and Ministral families scale their queries by position or"
                    + " alternate their windows, which Mistral 7B does not";
        }
        if (name.startsWith("mistral4") || name.startsWith("mixtral")) {
            return ": it is a mixture of experts";
        }
        return name.startsWith("llama4")
                ? ": it is a mixture of experts with chunked attention"
                : "";
    }
}

package dev.talaria.inference.synthetic;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/// The dimensions of a Llama-architecture model.
///
/// @param dim width of the residual stream; heads share it evenly
/// @param ffn width of the feed-forward layer
/// @param vocabulary tokens; at least what bytes, control tokens and single characters need
public record ModelShape(
        String name,
        int layers,
        int dim,
        int ffn,
        int heads,
        int kvHeads,
        int vocabulary,
        int context,
        float ropeBase,
        float normEpsilon) {

    /// Mistral 7B v0.1, and Hermes 2 Pro on it but for its 32 added tokens.
    public static final ModelShape MISTRAL_7B =
            new ModelShape("mistral-7b", 32, 4096, 14_336, 32, 8, 32_000, 32_768, 10_000f, 1e-5f);

    /// Llama 3 8B, with a SentencePiece vocabulary of the same size.
    public static final ModelShape LLAMA_3_8B =
            new ModelShape("llama-3-8b", 32, 4096, 14_336, 32, 8, 128_256, 8192, 500_000f, 1e-5f);

    /// Small enough for a test.
    public static final ModelShape TINY =
            new ModelShape("tiny", 2, 256, 512, 4, 2, 4096, 2048, 10_000f, 1e-5f);

    /// The shapes that have names.
    public static final List<ModelShape> NAMED = List.of(MISTRAL_7B, LLAMA_3_8B, TINY);

    public ModelShape {
        requireNonNull(name, "name");
        require(layers >= 1 && dim >= 1 && ffn >= 1 && heads >= 1 && kvHeads >= 1, "is empty");
        require(dim % heads == 0, "dim " + dim + " is not shared evenly by " + heads + " heads");
        require(
                heads % kvHeads == 0,
                heads + " heads do not share " + kvHeads + " KV heads evenly");
        require(dim / heads % 2 == 0, "heads of odd width cannot be rotated");
        require(
                vocabulary >= SyntheticVocabulary.LEAST_TOKENS
                        && vocabulary <= SyntheticVocabulary.MOST_TOKENS,
                "a vocabulary of %d tokens is not within %d to %d"
                        .formatted(
                                vocabulary,
                                SyntheticVocabulary.LEAST_TOKENS,
                                SyntheticVocabulary.MOST_TOKENS));
        require(context >= 1, "context " + context + " is below 1");
    }

    /// The shape of that name.
    public static Optional<ModelShape> named(String name) {
        return NAMED.stream().filter(shape -> shape.name().equals(name)).findFirst();
    }

    /// Elements of one head's query, key or value.
    public int headDim() {
        return dim / heads;
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException("model shape: " + otherwise);
        }
    }
}

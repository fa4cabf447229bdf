package dev.talaria.inference.decode;

/// How a model's own tokenizer spells a text.
@FunctionalInterface
public interface TextTokens {

    /// The tokens of a text that goes on from other text.
    int[] encode(String text);
}

package dev.talaria.inference.decode;

/// The vocabulary as constrained decoding sees it: the bytes each token stands for.
public interface TokenBytes {

    /// How many tokens there are; ids run from 0.
    int size();

    /// The bytes the token adds to a text, as they stand in the middle of one (`▁` is a space);
    /// empty for control, unknown and unused tokens, which no constrained value contains. Callers
    /// do not change the array.
    byte[] bytes(int token);

    /// The token that ends a turn.
    int endToken();

    /// Every token that ends a turn, [#endToken] among them.
    default int[] endTokens() {
        return new int[] {endToken()};
    }
}

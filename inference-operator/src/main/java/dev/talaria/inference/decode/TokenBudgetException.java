package dev.talaria.inference.decode;

/// The token budget cannot hold even the shortest answer.
public final class TokenBudgetException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int minimumTokens;
    private final int maxTokens;

    TokenBudgetException(int minimumTokens, int maxTokens) {
        super(
                "max tokens = "
                        + maxTokens
                        + " cannot hold the shortest answer, which takes "
                        + minimumTokens
                        + "; raise it or require less in the schema");
        this.minimumTokens = minimumTokens;
        this.maxTokens = maxTokens;
    }

    /// The least budget that would do.
    public int minimumTokens() {
        return minimumTokens;
    }

    /// The budget that was given.
    public int maxTokens() {
        return maxTokens;
    }
}

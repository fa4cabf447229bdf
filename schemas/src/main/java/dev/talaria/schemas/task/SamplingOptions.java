package dev.talaria.schemas.task;

/// How the next token is chosen, and how many there may be.
///
/// Filters apply in the order top-k, top-p. Temperature 0 takes the most probable token and needs
/// no seed. The same seed gives the same output, whatever else shares the batch.
///
/// @param temperature 0 for greedy, otherwise the divisor of the logits
/// @param topK how many of the most probable tokens stay; 0 keeps all
/// @param topP the smallest set of tokens whose probability reaches this stays; 1 keeps all
/// @param seed of the request's own random numbers
/// @param maxTokens the most tokens one answer may have
public record SamplingOptions(float temperature, int topK, float topP, long seed, int maxTokens) {

    /// Greedy, up to 512 tokens: what extraction wants.
    public static final SamplingOptions GREEDY = new SamplingOptions(0f, 0, 1f, 0L, 512);

    public SamplingOptions {
        if (!(temperature >= 0f && temperature <= 100f)) {
            throw new IllegalArgumentException(
                    "temperature " + temperature + " is not within 0 to 100");
        }
        if (topK < 0) {
            throw new IllegalArgumentException(
                    "top-k " + topK + " is negative; 0 keeps every token");
        }
        if (!(topP > 0f && topP <= 1f)) {
            throw new IllegalArgumentException("top-p " + topP + " is not above 0 and up to 1");
        }
        if (maxTokens < 1) {
            throw new IllegalArgumentException("max tokens " + maxTokens + " is below 1");
        }
    }

    /// The same with another token limit.
    public SamplingOptions withMaxTokens(int tokens) {
        return new SamplingOptions(temperature, topK, topP, seed, tokens);
    }
}

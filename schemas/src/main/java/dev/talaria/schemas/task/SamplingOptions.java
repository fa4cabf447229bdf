package dev.talaria.schemas.task;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.OptionalInt;

/// How the next token is chosen, and how many there may be.
///
/// Penalties come first, then the temperature, then the filters in the order top-k, top-p, min-p.
/// Temperature 0 takes the token that is most probable after the penalties, and needs no seed. The
/// same seed gives the same output, whatever else shares the batch.
///
/// @param temperature 0 for greedy, otherwise the divisor of the logits
/// @param topK how many of the most probable tokens stay; 0 keeps all
/// @param topP the smallest set of tokens whose probability reaches this stays; 1 keeps all
/// @param minP tokens at least this share as probable as the most probable one stay; 0 keeps all
/// @param penalties for tokens that have been there before
/// @param seed of the request's own random numbers
/// @param maxTokens the most tokens one answer may have
/// @param stop texts that end a free answer; they are not part of it
/// @param logProbabilities whether each token's log-probability is told, and of how many of the
///   most probable ones besides
public record SamplingOptions(
        float temperature,
        int topK,
        float topP,
        float minP,
        Penalties penalties,
        long seed,
        int maxTokens,
        List<String> stop,
        OptionalInt logProbabilities) {

    /// Greedy, up to 512 tokens: what extraction wants.
    public static final SamplingOptions GREEDY = new SamplingOptions(0f, 0, 1f, 0L, 512);

    private static final int MOST_STOPS = 16;
    private static final int LONGEST_STOP = 200;
    private static final int MOST_ALTERNATIVES = 20;

    /// Without the rarer options.
    public SamplingOptions(float temperature, int topK, float topP, long seed, int maxTokens) {
        this(
                temperature,
                topK,
                topP,
                0f,
                Penalties.NONE,
                seed,
                maxTokens,
                List.of(),
                OptionalInt.empty());
    }

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
        if (!(minP >= 0f && minP <= 1f)) {
            throw new IllegalArgumentException("min-p " + minP + " is not within 0 to 1");
        }
        requireNonNull(penalties, "penalties");
        if (maxTokens < 1) {
            throw new IllegalArgumentException("max tokens " + maxTokens + " is below 1");
        }
        stop = List.copyOf(stop);
        checkStop(stop);
        requireNonNull(logProbabilities, "logProbabilities");
        int alternatives = logProbabilities.orElse(0);
        if (alternatives < 0 || alternatives > MOST_ALTERNATIVES) {
            throw new IllegalArgumentException(
                    "log-probabilities of %d alternatives are not within 0 to %d"
                            .formatted(alternatives, MOST_ALTERNATIVES));
        }
    }

    private static void checkStop(List<String> stop) {
        if (stop.size() > MOST_STOPS) {
            throw new IllegalArgumentException(
                    "%d stop strings are more than %d".formatted(stop.size(), MOST_STOPS));
        }
        for (String text : stop) {
            if (text.isEmpty() || text.length() > LONGEST_STOP) {
                throw new IllegalArgumentException(
                        "a stop string of %d characters is not within 1 to %d"
                                .formatted(text.length(), LONGEST_STOP));
            }
        }
    }

    /// The same with another token limit.
    public SamplingOptions withMaxTokens(int tokens) {
        return new SamplingOptions(
                temperature, topK, topP, minP, penalties, seed, tokens, stop, logProbabilities);
    }

    /// The same with another min-p.
    public SamplingOptions withMinP(float share) {
        return new SamplingOptions(
                temperature, topK, topP, share, penalties, seed, maxTokens, stop, logProbabilities);
    }

    /// The same with other penalties.
    public SamplingOptions withPenalties(Penalties other) {
        return new SamplingOptions(
                temperature, topK, topP, minP, other, seed, maxTokens, stop, logProbabilities);
    }

    /// The same with other texts that end the answer.
    public SamplingOptions withStop(List<String> texts) {
        return new SamplingOptions(
                temperature, topK, topP, minP, penalties, seed, maxTokens, texts, logProbabilities);
    }

    /// The same with log-probabilities, and those of so many alternatives.
    public SamplingOptions withLogProbabilities(int alternatives) {
        return new SamplingOptions(
                temperature,
                topK,
                topP,
                minP,
                penalties,
                seed,
                maxTokens,
                stop,
                OptionalInt.of(alternatives));
    }
}

package dev.talaria.inference;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/// How the embedded operator serves requests; checked here, once. None of it changes an answer but
/// the storage of keys and values, and the time-out.
///
/// @param kvType storage of keys and values: `f32` (exact), `f16` or `int8`
/// @param prefillChunkTokens the most prompt tokens that share a step with requests that are
///   writing; a step in which nobody writes takes as many as it can
/// @param prefixCache whether the beginnings of prompts are kept and shared
/// @param forcedTokens whether tokens that the schema leaves no choice about are taken together
/// @param draftTokens the most tokens guessed ahead and verified in one step; 0 for none
/// @param requestTimeout from submission; zero for none
/// @param shutdownGrace how long requests that run may go on when the operator is closed
public record ServingOptions(
        String kvType,
        int prefillChunkTokens,
        boolean prefixCache,
        boolean forcedTokens,
        int draftTokens,
        Duration requestTimeout,
        Duration shutdownGrace) {

    /// Half-precision keys and values, everything that saves time, no time-out, no grace.
    public static final ServingOptions DEFAULT =
            new ServingOptions("f16", 64, true, true, 8, Duration.ZERO, Duration.ZERO);

    // More guesses than this are never all right, and each takes a row of a step.
    private static final int MOST_DRAFT_TOKENS = 64;

    public ServingOptions {
        requireNonNull(kvType, "kvType");
        requireNonNull(requestTimeout, "requestTimeout");
        requireNonNull(shutdownGrace, "shutdownGrace");
        if (prefillChunkTokens < 1) {
            throw new IllegalArgumentException(
                    "inference.prefill.chunk.tokens = %d is below 1".formatted(prefillChunkTokens));
        }
        if (draftTokens < 0 || draftTokens > MOST_DRAFT_TOKENS) {
            throw new IllegalArgumentException(
                    "inference.draft.tokens = %d is not within 0 to %d"
                            .formatted(draftTokens, MOST_DRAFT_TOKENS));
        }
        if (requestTimeout.isNegative() || shutdownGrace.isNegative()) {
            throw new IllegalArgumentException(
                    "a time-out of %s or a grace of %s is negative"
                            .formatted(requestTimeout, shutdownGrace));
        }
    }

    /// The same with other storage of keys and values.
    public ServingOptions withKvType(String type) {
        return new ServingOptions(
                type,
                prefillChunkTokens,
                prefixCache,
                forcedTokens,
                draftTokens,
                requestTimeout,
                shutdownGrace);
    }
}

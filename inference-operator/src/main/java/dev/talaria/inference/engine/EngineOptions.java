package dev.talaria.inference.engine;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/// How the engine serves its requests. None of it changes an answer but the time-out.
///
/// @param contextTokens the longest prompt and answer together
/// @param maxSequences the most that run together
/// @param prefillChunkTokens the most prompt tokens that share a step with requests that are
///   writing; a step in which nobody writes takes as many as it can
/// @param prefixCache whether the beginnings of prompts are kept and shared
/// @param forcedTokens whether tokens that the grammar leaves no choice about are taken together
/// @param draftTokens the most tokens guessed ahead and verified in one step; 0 for none
/// @param requestTimeout of requests that bring none of their own, from submission; zero for none
public record EngineOptions(
        int contextTokens,
        int maxSequences,
        int prefillChunkTokens,
        boolean prefixCache,
        boolean forcedTokens,
        int draftTokens,
        Duration requestTimeout) {

    public EngineOptions {
        requireNonNull(requestTimeout, "requestTimeout");
        if (contextTokens < 1 || maxSequences < 1 || prefillChunkTokens < 1 || draftTokens < 0) {
            throw new IllegalArgumentException(
                    "a context of %d, %d sequences, chunks of %d and drafts of %d tokens: one is too small"
                            .formatted(
                                    contextTokens, maxSequences, prefillChunkTokens, draftTokens));
        }
    }

    /// Without anything that saves time: one token a step, every prompt read from its beginning.
    public static EngineOptions plain(int contextTokens, int maxSequences) {
        return new EngineOptions(contextTokens, maxSequences, 64, false, false, 0, Duration.ZERO);
    }
}

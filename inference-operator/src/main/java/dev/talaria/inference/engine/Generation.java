package dev.talaria.inference.engine;

import dev.talaria.schemas.extraction.FinishReason;

/// What the engine wrote.
///
/// @param tokens without the one that ended the turn
/// @param finish why it stopped
/// @param promptTokens that were read
/// @param cachedTokens of these that were known already
/// @param admittedNanos from submission to the beginning of the prompt; the whole time where it was
///   never begun
/// @param firstTokenNanos from submission to the first token; 0 where there is none
/// @param totalNanos from submission to the end
public record Generation(
        int[] tokens,
        FinishReason finish,
        int promptTokens,
        int cachedTokens,
        long admittedNanos,
        long firstTokenNanos,
        long totalNanos) {}

package dev.talaria.inference.engine;

import dev.talaria.schemas.extraction.FinishReason;

/// What the engine wrote.
///
/// @param tokens without the one that ended the turn
/// @param finish why it stopped
/// @param promptTokens that were read
/// @param cachedTokens of these that were known already
public record Generation(int[] tokens, FinishReason finish, int promptTokens, int cachedTokens) {}

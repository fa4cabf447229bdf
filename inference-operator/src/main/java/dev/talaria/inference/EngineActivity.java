package dev.talaria.inference;

/// What the engine of an operator is doing, and has done since it was started: for metrics.
///
/// @param running requests that are being read or written
/// @param waiting requests that are not yet admitted
/// @param capacityBlocks of the key-value cache
/// @param freeBlocks that a request may reserve, those kept included
/// @param keptBlocks that nobody holds, kept for prompts that begin alike
/// @param steps forward passes
/// @param promptTokens that were read, without those below
/// @param cachedTokens of prompts that were known already
/// @param writtenTokens of all answers
/// @param forcedTokens of these, taken without asking the model
/// @param draftedTokens that were guessed
/// @param acceptedTokens guesses that were right
public record EngineActivity(
        int running,
        int waiting,
        int capacityBlocks,
        int freeBlocks,
        int keptBlocks,
        long steps,
        long promptTokens,
        long cachedTokens,
        long writtenTokens,
        long forcedTokens,
        long draftedTokens,
        long acceptedTokens) {}

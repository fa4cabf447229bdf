package dev.talaria.inference;

import java.time.Duration;

/// What the engine of an operator is doing, and has done since it was started: for metrics.
///
/// @param isEnded whether it takes no more requests: it was closed, or has failed
/// @param stalled how long it has been at work without getting any further; a step of the model
///   gets further with every layer. Zero where there is nothing to do
/// @param running requests that are being read or written
/// @param mostRunning requests there may be at once
/// @param waiting requests that are not yet admitted
/// @param capacityBlocks of the key-value cache
/// @param freeBlocks that a request may reserve, those kept included
/// @param keptBlocks that nobody holds, kept for prompts that begin alike
/// @param steps forward passes
/// @param rows of all steps: tokens read, written and guessed
/// @param promptTokens that were read, without those below
/// @param cachedTokens of prompts that were known already
/// @param writtenTokens of all answers
/// @param forcedTokens of these, taken without asking the model
/// @param draftedTokens that were guessed
/// @param acceptedTokens guesses that were right
public record EngineActivity(
        boolean isEnded,
        Duration stalled,
        int running,
        int mostRunning,
        int waiting,
        int capacityBlocks,
        int freeBlocks,
        int keptBlocks,
        long steps,
        long rows,
        long promptTokens,
        long cachedTokens,
        long writtenTokens,
        long forcedTokens,
        long draftedTokens,
        long acceptedTokens) {}

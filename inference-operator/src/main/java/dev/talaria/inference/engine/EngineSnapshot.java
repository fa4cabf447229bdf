package dev.talaria.inference.engine;

/// What the engine is doing, and has done since it was started. Counts are of one moment between
/// two steps.
///
/// @param running requests that are being read or written
/// @param mostRunning requests there may be at once
/// @param waiting requests that are not yet admitted
/// @param capacityBlocks of the key-value cache
/// @param reservedBlocks that running requests hold
/// @param keptBlocks that nobody holds, kept for prompts that begin alike
/// @param steps forward passes
/// @param rows of all steps: tokens read, written and guessed
/// @param promptTokens that were read, without those below
/// @param cachedTokens of prompts that were known already
/// @param writtenTokens of all answers
/// @param forcedTokens of these, taken without asking the model
/// @param draftedTokens that were guessed
/// @param acceptedTokens guesses that were right
public record EngineSnapshot(
        int running,
        int mostRunning,
        int waiting,
        int capacityBlocks,
        int reservedBlocks,
        int keptBlocks,
        long steps,
        long rows,
        long promptTokens,
        long cachedTokens,
        long writtenTokens,
        long forcedTokens,
        long draftedTokens,
        long acceptedTokens) {

    /// Blocks that a request may reserve, those kept included.
    public int freeBlocks() {
        return capacityBlocks - reservedBlocks;
    }
}

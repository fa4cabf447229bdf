package dev.talaria.inference.engine;

/// Running totals of the engine's thread.
final class EngineCounters {

    long steps;
    long rows;
    long promptTokens;
    long cachedTokens;
    long writtenTokens;
    long forcedTokens;
    long draftedTokens;
    long acceptedTokens;
}

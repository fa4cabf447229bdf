package dev.talaria.inference;

/// What was asked of kept answers since the start, and what is kept.
///
/// @param hits requests answered without a computation of their own
/// @param misses requests that were computed
/// @param results that are kept
/// @param bytes they take
/// @param corrupt files that were found damaged, and deleted
public record KeptAnswers(long hits, long misses, int results, long bytes, long corrupt) {}

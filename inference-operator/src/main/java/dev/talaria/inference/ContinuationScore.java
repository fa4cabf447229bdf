package dev.talaria.inference;

/// How probable a continuation is.
///
/// @param logProbability natural logarithm of its probability: the sum over its tokens
/// @param tokens of the continuation
/// @param isGreedy whether each of them is the most probable of its place, the first of several
///   that are equally probable
/// @param cutTokens that were left out at the beginning of the context, where it was too long
/// @param promptTokens that were read
/// @param cachedTokens of these that were known already
public record ContinuationScore(
        double logProbability,
        int tokens,
        boolean isGreedy,
        int cutTokens,
        int promptTokens,
        int cachedTokens) {}

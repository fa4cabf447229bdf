package dev.talaria.inference.engine;

/// How probable the tokens of a continuation are, each after all before it.
///
/// @param logProbabilities natural logarithms, of the whole vocabulary, one a token
/// @param isGreedy whether each token is the most probable of its place, the first of several
/// @param promptTokens that were read
/// @param cachedTokens of these that were known already
public record TokenScores(
        double[] logProbabilities, boolean isGreedy, int promptTokens, int cachedTokens) {}

package dev.talaria.inference;

import java.util.List;

/// How probable the model found a token of its answer, and others in its place.
///
/// Natural logarithms of the model's own probabilities over the whole vocabulary, before penalties,
/// temperature and filters, and whatever a schema allows.
///
/// @param token as text; bytes that are no whole character show as U+FFFD
/// @param alternatives the most probable tokens that were allowed, the most probable first; the
///   chosen one may be among them
public record TokenProbability(
        String token, double logProbability, List<Alternative> alternatives) {

    /// One that could have been written.
    public record Alternative(String token, double logProbability) {}

    public TokenProbability {
        alternatives = List.copyOf(alternatives);
    }
}

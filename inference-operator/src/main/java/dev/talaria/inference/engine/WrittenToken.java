package dev.talaria.inference.engine;

import static java.util.Objects.requireNonNull;

import dev.talaria.inference.decode.TokenLogProbabilities;

import java.util.Optional;

/// A token of an answer.
///
/// @param logProbabilities where the request asks for them
public record WrittenToken(int token, Optional<TokenLogProbabilities> logProbabilities) {

    public WrittenToken {
        requireNonNull(logProbabilities, "logProbabilities");
    }
}

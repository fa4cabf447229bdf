package dev.talaria.inference;

import dev.talaria.schemas.extraction.FinishReason;

import java.time.Duration;

/// One prompt's way through the engine, ended. A document that is asked about twice is two calls.
public sealed interface ModelCall {

    /// From submission to the end.
    Duration duration();

    /// There is an answer, whole or cut off.
    ///
    /// @param finish why it ended
    /// @param promptTokens of the prompt, those known already included
    /// @param cachedTokens of these that were known already
    /// @param writtenTokens of the answer
    /// @param untilAdmitted from submission to the engine's turning to it
    /// @param untilFirstToken from submission to the first token; zero where there is none
    /// @param duration from submission to the end
    record Answered(
            FinishReason finish,
            int promptTokens,
            int cachedTokens,
            int writtenTokens,
            Duration untilAdmitted,
            Duration untilFirstToken,
            Duration duration)
            implements ModelCall {}

    /// There is none: it was cancelled, the engine was closed or has failed.
    ///
    /// @param errorType short name of the failure
    record Failed(String errorType, Duration duration) implements ModelCall {}
}

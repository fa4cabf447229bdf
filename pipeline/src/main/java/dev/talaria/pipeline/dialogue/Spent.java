package dev.talaria.pipeline.dialogue;

import dev.talaria.inference.TextAnswer;

import java.time.Duration;

/// What a request has taken so far.
///
/// @param answers of the model
/// @param promptTokens that were read for all of them, known ones included
/// @param completionTokens that were written
/// @param latency of all of them
public record Spent(int answers, long promptTokens, long completionTokens, Duration latency) {

    static final Spent NOTHING = new Spent(0, 0, 0, Duration.ZERO);

    /// With one more answer.
    Spent plus(TextAnswer answer) {
        return new Spent(
                answers + 1,
                promptTokens + answer.promptTokens(),
                completionTokens + answer.completionTokens(),
                latency.plus(answer.latency()));
    }
}

package dev.talaria.inference;

import dev.talaria.schemas.extraction.FinishReason;

import java.time.Duration;

/// What the model answered.
///
/// @param text without the token that ended the turn
/// @param finish why it ended
/// @param promptTokens that were read
/// @param completionTokens that were written
/// @param firstToken from submission to the first token
/// @param latency from submission to the end
public record TextAnswer(
        String text,
        FinishReason finish,
        int promptTokens,
        int completionTokens,
        Duration firstToken,
        Duration latency) {}

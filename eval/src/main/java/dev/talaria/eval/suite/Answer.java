package dev.talaria.eval.suite;

import static java.util.Objects.requireNonNull;

import dev.talaria.inference.TextAnswer;
import dev.talaria.schemas.extraction.FinishReason;

import tools.jackson.databind.JsonNode;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// What came of a question.
///
/// @param text as the model wrote it
/// @param finish why it ended
/// @param details what a suite's own way of asking found out besides, for its judgement
public record Answer(
        String text,
        int promptTokens,
        int completionTokens,
        Duration latency,
        FinishReason finish,
        Map<String, JsonNode> details) {

    public Answer {
        requireNonNull(text, "text");
        requireNonNull(latency, "latency");
        requireNonNull(finish, "finish");
        details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
    }

    /// A model's answer.
    public static Answer of(TextAnswer answer) {
        return new Answer(
                answer.text(),
                answer.promptTokens(),
                answer.completionTokens(),
                answer.latency(),
                answer.finish(),
                Map.of());
    }

    /// An answer that was recorded before.
    public static Answer recorded(String text) {
        return new Answer(text, 0, 0, Duration.ZERO, FinishReason.STOP, Map.of());
    }
}

package dev.talaria.inference;

import dev.talaria.schemas.chat.ToolCall;
import dev.talaria.schemas.extraction.FinishReason;

import java.time.Duration;
import java.util.List;

/// What the model answered.
///
/// @param text without the token or the stop string that ended it; with the calls as written
/// @param toolCalls the calls of tools, where the request has tools and a choice of them
/// @param finish why it ended
/// @param promptTokens that were read
/// @param cachedTokens of these that were known already
/// @param completionTokens that were written
/// @param probabilities of each token, where the request asks for them
/// @param firstToken from submission to the first token
/// @param latency from submission to the end
public record TextAnswer(
        String text,
        List<ToolCall> toolCalls,
        FinishReason finish,
        int promptTokens,
        int cachedTokens,
        int completionTokens,
        List<TokenProbability> probabilities,
        Duration firstToken,
        Duration latency) {

    public TextAnswer {
        toolCalls = List.copyOf(toolCalls);
        probabilities = List.copyOf(probabilities);
    }
}

package dev.talaria.pipeline.topology;

import static java.util.Objects.requireNonNull;

import java.util.List;

/// The topics of chat and of function calling, besides that of rejected records.
///
/// @param requests read: requests for text
/// @param answers written: answers to requests, and those that end conversations
/// @param tokens written: partial text
/// @param conversations read: requests with tools
/// @param toolCalls written: calls that someone is to carry out
/// @param toolResults read: what came of them
public record DialogueTopics(
        String requests,
        String answers,
        String tokens,
        String conversations,
        String toolCalls,
        String toolResults) {

    public DialogueTopics {
        requireNonNull(requests, "requests");
        requireNonNull(answers, "answers");
        requireNonNull(tokens, "tokens");
        requireNonNull(conversations, "conversations");
        requireNonNull(toolCalls, "toolCalls");
        requireNonNull(toolResults, "toolResults");
    }

    /// Those of chat.
    public List<String> ofChat() {
        return List.of(requests, answers, tokens);
    }

    /// Those of function calling.
    public List<String> ofTools() {
        return List.of(conversations, toolCalls, toolResults, answers);
    }

    /// All of them.
    public List<String> all() {
        return List.of(requests, answers, tokens, conversations, toolCalls, toolResults);
    }
}

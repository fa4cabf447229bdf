package dev.talaria.pipeline.topology;

import static java.util.Objects.requireNonNull;

import java.util.List;

/// The topics of requests for text, besides that of rejected records.
///
/// @param requests read: requests for text
/// @param answers written: their answers
/// @param tokens written: partial text
public record DialogueTopics(String requests, String answers, String tokens) {

    public DialogueTopics {
        requireNonNull(requests, "requests");
        requireNonNull(answers, "answers");
        requireNonNull(tokens, "tokens");
    }

    /// Those of chat.
    public List<String> ofChat() {
        return List.of(requests, answers, tokens);
    }

    /// All of them.
    public List<String> all() {
        return ofChat();
    }
}

package dev.talaria.inference;

import static java.util.Objects.requireNonNull;

import dev.talaria.schemas.grammar.GrammarOptions;
import dev.talaria.schemas.task.SamplingOptions;

import java.util.Optional;

/// A prompt to be answered with text.
///
/// @param prompt what the user says; empty where the earlier turns end with a tool's response
/// @param raw whether the prompt is to be continued as it stands, without a chat's turns around it
/// @param system the system turn; empty for none, or for that of JSON mode where there is a schema
/// @param schemaJson a JSON Schema that the answer must satisfy; empty for free text and calls of
///   tools. With one, tools are shown to the model but not called
/// @param sampling token choice and limit
/// @param chat the conversation around the prompt
/// @param grammar how the schema becomes the masks of the answer; means nothing without one
public record TextRequest(
        String prompt,
        boolean raw,
        Optional<String> system,
        Optional<String> schemaJson,
        SamplingOptions sampling,
        ChatOptions chat,
        GrammarOptions grammar) {

    /// A prompt whose answer is spelled as usual.
    public TextRequest(
            String prompt,
            boolean raw,
            Optional<String> system,
            Optional<String> schemaJson,
            SamplingOptions sampling,
            ChatOptions chat) {
        this(prompt, raw, system, schemaJson, sampling, chat, GrammarOptions.DEFAULT);
    }

    /// A prompt without tools or earlier turns.
    public TextRequest(
            String prompt,
            boolean raw,
            Optional<String> system,
            Optional<String> schemaJson,
            SamplingOptions sampling) {
        this(prompt, raw, system, schemaJson, sampling, ChatOptions.DEFAULT);
    }

    /// The same with other masks.
    public TextRequest withGrammar(GrammarOptions options) {
        return new TextRequest(prompt, raw, system, schemaJson, sampling, chat, options);
    }

    public TextRequest {
        requireNonNull(prompt, "prompt");
        requireNonNull(system, "system");
        requireNonNull(schemaJson, "schemaJson");
        requireNonNull(sampling, "sampling");
        requireNonNull(chat, "chat");
        requireNonNull(grammar, "grammar");
        if (raw && system.isPresent()) {
            throw new IllegalArgumentException("a raw prompt has no system turn; leave one out");
        }
        if (raw && !chat.equals(ChatOptions.DEFAULT)) {
            throw new IllegalArgumentException(
                    "a raw prompt has no chat format, tools or turns; leave one out");
        }
        if (schemaJson.isPresent() && chat.requiresCall()) {
            throw new IllegalArgumentException(
                    "an answer that satisfies a schema is no call of a tool; leave one out");
        }
    }
}

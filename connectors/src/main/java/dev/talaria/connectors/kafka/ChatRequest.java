package dev.talaria.connectors.kafka;

import static java.util.Objects.requireNonNull;

import dev.talaria.schemas.chat.ChatMessage;
import dev.talaria.schemas.chat.ToolDefinition;

import java.util.List;
import java.util.Optional;

/// A conversation to be answered.
///
/// @param messages at least one; the last is the user's or a tool's
/// @param raw whether the one message is to be continued as it stands, without a chat's turns
/// @param tools that the model may call
/// @param toolChoice `auto`, `required`, `none` or the name of one of the tools
/// @param responseSchema a JSON Schema that the answer must satisfy
/// @param stream whether partial text is wanted
/// @param options sampling; without schema and instructions
public record ChatRequest(
        List<ChatMessage> messages,
        boolean raw,
        List<ToolDefinition> tools,
        Optional<String> toolChoice,
        Optional<String> responseSchema,
        boolean stream,
        TaskRequest options) {

    public ChatRequest {
        messages = List.copyOf(messages);
        tools = List.copyOf(tools);
        requireNonNull(toolChoice, "toolChoice");
        requireNonNull(responseSchema, "responseSchema");
        requireNonNull(options, "options");
        if (messages.isEmpty()) {
            throw new IllegalArgumentException("a conversation without a message");
        }
    }
}

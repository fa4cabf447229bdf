package dev.talaria.inference;

import static java.util.Objects.requireNonNull;

import dev.talaria.schemas.chat.ChatMessage;
import dev.talaria.schemas.chat.ToolDefinition;

import java.util.List;

/// A conversation around a prompt.
///
/// @param format how it is laid out
/// @param tools that the model may call
/// @param earlier turns before the prompt, the first of them first
public record ChatOptions(
        ChatFormat format, List<ToolDefinition> tools, List<ChatMessage> earlier) {

    /// No tools, no earlier turns, and the format that suits the model.
    public static final ChatOptions DEFAULT =
            new ChatOptions(ChatFormat.AUTO, List.of(), List.of());

    public ChatOptions {
        requireNonNull(format, "format");
        tools = List.copyOf(tools);
        earlier = List.copyOf(earlier);
    }
}

package dev.talaria.inference.tokenizer.chat;

import dev.talaria.schemas.chat.ChatMessage;
import dev.talaria.schemas.chat.ToolDefinition;

import java.util.List;

/// How a conversation is laid out for a model. Immutable and safe for use by many threads.
public interface ChatTemplate {

    /// The conversation as a prompt, followed by the beginning of the assistant's next turn.
    ///
    /// Messages, tool definitions and calls become text pieces only; control tokens and tags are
    /// the template's own.
    ///
    /// @throws UnsupportedChatException where the layout has no place for a part of it
    List<Piece> prompt(List<ChatMessage> messages, List<ToolDefinition> tools);
}

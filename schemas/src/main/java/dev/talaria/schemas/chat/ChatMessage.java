package dev.talaria.schemas.chat;

import static java.util.Objects.requireNonNull;

import java.util.List;

/// One turn of a conversation. Every text is data: it may spell what it likes.
public sealed interface ChatMessage {

    /// What the model is told about its task.
    record System(String text) implements ChatMessage {
        public System {
            requireNonNull(text, "text");
        }
    }

    /// What the user says.
    record User(String text) implements ChatMessage {
        public User {
            requireNonNull(text, "text");
        }
    }

    /// What the model has answered.
    ///
    /// @param text empty where it only called tools
    record Assistant(String text, List<ToolCall> toolCalls) implements ChatMessage {
        public Assistant {
            requireNonNull(text, "text");
            toolCalls = List.copyOf(toolCalls);
        }

        /// An answer without tool calls.
        public Assistant(String text) {
            this(text, List.of());
        }
    }

    /// What a tool has answered.
    ///
    /// @param name of the tool
    /// @param content usually JSON, shown to the model as it is
    record ToolResponse(String name, String content) implements ChatMessage {
        public ToolResponse {
            requireNonNull(name, "name");
            requireNonNull(content, "content");
        }
    }
}

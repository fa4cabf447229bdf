package dev.talaria.inference.tokenizer.chat;

import dev.talaria.schemas.chat.ChatMessage;
import dev.talaria.schemas.chat.ToolCall;

import tools.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Conversations of test resources, in OpenAI's layout.
public final class Conversations {

    private Conversations() {}

    public static List<ChatMessage> messages(JsonNode nodes) {
        List<ChatMessage> messages = new ArrayList<>();
        for (JsonNode node : nodes) {
            String content = node.get("content").stringValue();
            messages.add(
                    switch (node.get("role").stringValue()) {
                        case "system" -> new ChatMessage.System(content);
                        case "user" -> new ChatMessage.User(content);
                        case "tool" ->
                                new ChatMessage.ToolResponse(
                                        node.get("name").stringValue(), content);
                        default -> new ChatMessage.Assistant(content, calls(node));
                    });
        }
        return messages;
    }

    private static List<ToolCall> calls(JsonNode message) {
        List<ToolCall> calls = new ArrayList<>();
        for (JsonNode call : message.path("tool_calls")) {
            JsonNode function = call.get("function");
            calls.add(
                    new ToolCall(
                            function.get("name").stringValue(),
                            function.get("arguments").toString()));
        }
        return calls;
    }

    /// The characters of a prompt.
    public static String flat(List<Piece> pieces) {
        return pieces.stream().map(Piece::text).collect(Collectors.joining());
    }
}

package dev.talaria.connectors.kafka;

import dev.talaria.schemas.chat.ChatMessage;
import dev.talaria.schemas.chat.ToolCall;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Reads the turns of a conversation.
///
/// A turn has a `role` (`system`, `user`, `assistant` or `tool`) and a `content`, a string or an
/// array of `{"type": "text", "text": …}`. An assistant's turn may have `tool_calls`, each with
/// `name` and `arguments`, or as OpenAI has them; a tool's has the tool's `name`.
final class MessageReader {

    private static final Set<String> ASSISTANT = Set.of("role", "content", "tool_calls");
    private static final Set<String> TOOL = Set.of("role", "content", "name", "tool_call_id");
    private static final Set<String> OTHERS = Set.of("role", "content");

    private MessageReader() {}

    /// The turns of the field `messages`.
    static List<ChatMessage> messages(JsonFields fields) throws UnreadableRecordException {
        List<ChatMessage> messages = new ArrayList<>();
        for (JsonFields turn : fields.objects("messages")) {
            messages.add(message(turn));
        }
        if (messages.isEmpty()) {
            throw fields.invalid("messages", "there is none", "send at least one");
        }
        return switch (messages.getLast()) {
            case ChatMessage.User _, ChatMessage.ToolResponse _ -> messages;
            case ChatMessage.System _, ChatMessage.Assistant _ ->
                    throw fields.invalid(
                            "messages",
                            "the last is neither the user's nor a tool's, so there is nothing to"
                                    + " answer",
                            "end with one of these");
        };
    }

    private static ChatMessage message(JsonFields turn) throws UnreadableRecordException {
        String role = turn.requiredString("role");
        return switch (role) {
            case "system" -> {
                turn.requireOnly(OTHERS);
                yield new ChatMessage.System(content(turn));
            }
            case "user" -> {
                turn.requireOnly(OTHERS);
                yield user(turn);
            }
            case "assistant" -> {
                turn.requireOnly(ASSISTANT);
                List<ToolCall> calls = calls(turn);
                boolean isCallsAlone = !calls.isEmpty() && !turn.has("content");
                yield new ChatMessage.Assistant(isCallsAlone ? "" : content(turn), calls);
            }
            case "tool" -> {
                turn.requireOnly(TOOL);
                yield new ChatMessage.ToolResponse(turn.requiredString("name"), toolContent(turn));
            }
            default ->
                    throw turn.invalid(
                            "role", "it is no role", "send system, user, assistant or tool");
        };
    }

    private static ChatMessage.User user(JsonFields turn) throws UnreadableRecordException {
        String text = content(turn);
        if (text.isBlank()) {
            throw turn.invalid("content", "it has no text", "send one with content");
        }
        return new ChatMessage.User(text);
    }

    private static String content(JsonFields turn) throws UnreadableRecordException {
        if (!turn.isArray("content")) {
            return turn.requiredString("content");
        }
        List<String> texts = new ArrayList<>();
        for (JsonFields part : turn.objects("content")) {
            part.requireOnly(Set.of("type", "text"));
            if (!part.requiredString("type").equals("text")) {
                throw part.invalid("type", "only text can be read", "send parts of type text");
            }
            texts.add(part.requiredString("text"));
        }
        return String.join("\n", texts);
    }

    private static List<ToolCall> calls(JsonFields turn) throws UnreadableRecordException {
        List<ToolCall> calls = new ArrayList<>();
        for (JsonFields entry : turn.objects("tool_calls")) {
            entry.requireOnly(Set.of("id", "type", "function", "name", "arguments"));
            JsonFields call = entry.has("function") ? entry.object("function") : entry;
            String arguments =
                    call.isString("arguments")
                            ? call.requiredString("arguments")
                            : call.json("arguments");
            try {
                calls.add(new ToolCall(call.requiredString("name"), arguments));
            } catch (IllegalArgumentException e) {
                throw call.invalid("arguments", String.valueOf(e.getMessage()), "send an object");
            }
        }
        return calls;
    }

    // Models are shown JSON; a tool's plain words become a string of it.
    private static String toolContent(JsonFields turn) throws UnreadableRecordException {
        boolean isText = turn.isString("content") || turn.isArray("content");
        if (!isText) {
            return turn.object("content").text();
        }
        String text = content(turn);
        return JsonFields.isStructure(text) ? text : JsonFields.quoted(text);
    }
}

package dev.talaria.eval.suite;

import dev.talaria.eval.python.PythonReader;
import dev.talaria.eval.python.PythonSyntaxException;
import dev.talaria.eval.python.PythonText;
import dev.talaria.eval.python.PythonValue;
import dev.talaria.schemas.chat.ChatMessage;
import dev.talaria.schemas.chat.ToolCall;

import java.util.ArrayList;
import java.util.List;

/// The turns of a dataset's column: a list of maps with `role` and `content`, as chat interfaces
/// have them; or a text, which is one turn of the user.
public final class Conversation {

    private Conversation() {}

    /// The turns of a column.
    ///
    /// @throws IllegalArgumentException where it holds something else
    public static List<ChatMessage> of(DatasetRow row, String column) {
        PythonValue turns;
        try {
            turns = row.literal(column);
        } catch (IllegalArgumentException e) {
            return List.of(new ChatMessage.User(row.text(column)));
        }
        if (!(turns instanceof PythonValue.Sequence(List<PythonValue> values))) {
            return List.of(new ChatMessage.User(row.text(column)));
        }
        List<ChatMessage> messages = new ArrayList<>();
        for (PythonValue value : values) {
            if (!(value instanceof PythonValue.Dict turn)) {
                throw new IllegalArgumentException(
                        "'%s' has a turn that is no map with 'role' and 'content'"
                                .formatted(column));
            }
            messages.add(message(turn));
        }
        return messages;
    }

    private static ChatMessage message(PythonValue.Dict turn) {
        String role = text(turn, "role");
        String content = text(turn, "content");
        return switch (role) {
            case "system" -> new ChatMessage.System(content);
            case "user" -> new ChatMessage.User(content);
            case "assistant" -> new ChatMessage.Assistant(content, calls(turn));
            case "tool" -> new ChatMessage.ToolResponse(text(turn, "name"), content);
            default ->
                    throw new IllegalArgumentException(
                            "a turn's role is '%s'; there are system, user, assistant and tool"
                                    .formatted(role));
        };
    }

    private static String text(PythonValue.Dict turn, String key) {
        PythonValue value = turn.get(key);
        return value == null || value instanceof PythonValue.None ? "" : PythonText.str(value);
    }

    private static List<ToolCall> calls(PythonValue.Dict turn) {
        List<ToolCall> calls = new ArrayList<>();
        if (turn.get("tool_calls") instanceof PythonValue.Sequence(List<PythonValue> values)) {
            for (PythonValue value : values) {
                calls.add(call(value));
            }
        }
        return calls;
    }

    private static ToolCall call(PythonValue value) {
        if (value instanceof PythonValue.Dict entry) {
            PythonValue.Dict call =
                    entry.get("function") instanceof PythonValue.Dict inner ? inner : entry;
            return new ToolCall(text(call, "name"), arguments(call.get("arguments")));
        }
        throw new IllegalArgumentException("a call of a tool is no map");
    }

    private static String arguments(PythonValue value) {
        PythonValue arguments = value;
        if (value instanceof PythonValue.Text(String text)) {
            try {
                arguments = PythonReader.LENIENT.read(PythonText.strip(text));
            } catch (PythonSyntaxException e) {
                throw new IllegalArgumentException(
                        "the arguments of a call are no map: " + e.getMessage(), e);
            }
        }
        return arguments == null ? "{}" : PythonText.json(arguments).orElse("{}");
    }
}

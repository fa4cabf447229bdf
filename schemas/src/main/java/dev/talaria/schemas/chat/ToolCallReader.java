package dev.talaria.schemas.chat;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

import java.util.ArrayList;
import java.util.List;

/// Finds the calls in an answer.
final class ToolCallReader {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String OPEN = "<tool_call>";
    // A line break does not stand inside a JSON string, so this is the mark and no argument.
    private static final String CLOSE = "\n</tool_call>";

    private ToolCallReader() {}

    static List<ToolCall> calls(String answer) {
        List<ToolCall> calls = new ArrayList<>();
        int at = afterSpace(answer, 0);
        while (answer.startsWith(OPEN, at)) {
            int end = answer.indexOf(CLOSE, at);
            ToolCall call = end < 0 ? null : call(answer.substring(at + OPEN.length(), end));
            if (call == null) {
                break;
            }
            calls.add(call);
            at = afterSpace(answer, end + CLOSE.length());
        }
        return calls;
    }

    private static int afterSpace(String answer, int from) {
        int at = from;
        while (at < answer.length() && Character.isWhitespace(answer.charAt(at))) {
            at++;
        }
        return at;
    }

    // Null where it is none.
    private static @Nullable ToolCall call(String json) {
        String name = null;
        String arguments = null;
        try (JsonParser parser = JSON.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String member = parser.currentName();
                JsonToken first = parser.nextToken();
                int from = Math.toIntExact(parser.currentTokenLocation().getCharOffset());
                parser.skipChildren();
                int to = Math.toIntExact(parser.currentLocation().getCharOffset());
                if (member.equals("name") && first == JsonToken.VALUE_STRING) {
                    name = parser.getString();
                } else if (member.equals("arguments") && first == JsonToken.START_OBJECT) {
                    arguments = json.substring(from, to);
                }
            }
            if (name == null || arguments == null || parser.nextToken() != null) {
                return null;
            }
            return new ToolCall(name, arguments);
        } catch (JacksonException e) {
            return null;
        }
    }
}

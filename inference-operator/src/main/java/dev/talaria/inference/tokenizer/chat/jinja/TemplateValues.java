package dev.talaria.inference.tokenizer.chat.jinja;

import dev.talaria.schemas.chat.ChatMessage;
import dev.talaria.schemas.chat.ToolCall;
import dev.talaria.schemas.chat.ToolDefinition;

import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/// A conversation as templates know it: the maps and lists of OpenAI's layout.
final class TemplateValues {

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS).build();

    // Templates compare with these; they are no one's data.
    private static final Set<String> WORDS_OF_SCHEMAS =
            Set.of(
                    "type",
                    "properties",
                    "required",
                    "description",
                    "items",
                    "enum",
                    "default",
                    "title",
                    "format",
                    "additionalProperties",
                    "anyOf",
                    "oneOf",
                    "allOf",
                    "const",
                    "nullable",
                    "string",
                    "number",
                    "integer",
                    "boolean",
                    "array",
                    "object",
                    "null");

    private final UnaryOperator<String> texts;

    /// @param texts what stands for each text that a caller gave
    TemplateValues(UnaryOperator<String> texts) {
        this.texts = texts;
    }

    /// The variables of a conversation; to be completed by the caller.
    Map<String, Object> of(List<ChatMessage> messages, List<ToolDefinition> tools) {
        Map<String, Object> context = new LinkedHashMap<>();
        List<Object> list = new ArrayList<>();
        messages.forEach(message -> list.add(message(message)));
        context.put("messages", list);
        if (!tools.isEmpty()) {
            List<Object> definitions = new ArrayList<>();
            tools.forEach(tool -> definitions.add(tool(tool)));
            context.put("tools", definitions);
        }
        return context;
    }

    private Map<String, Object> message(ChatMessage message) {
        return switch (message) {
            case ChatMessage.System(String text) -> turn("system", text);
            case ChatMessage.User(String text) -> turn("user", text);
            case ChatMessage.Assistant(String text, List<ToolCall> calls) -> {
                Map<String, Object> turn = turn("assistant", text);
                if (!calls.isEmpty()) {
                    List<Object> list = new ArrayList<>();
                    calls.forEach(call -> list.add(call(call)));
                    turn.put("tool_calls", list);
                }
                yield turn;
            }
            case ChatMessage.ToolResponse(String name, String content) -> {
                Map<String, Object> turn = turn("tool", content);
                turn.put("name", texts.apply(name));
                yield turn;
            }
        };
    }

    private Map<String, Object> turn(String role, String content) {
        Map<String, Object> turn = new LinkedHashMap<>();
        turn.put("role", role);
        turn.put("content", texts.apply(content));
        return turn;
    }

    private Map<String, Object> call(ToolCall call) {
        Map<String, Object> function = new LinkedHashMap<>();
        function.put("name", texts.apply(call.name()));
        function.put("arguments", value(JSON.readTree(call.arguments())));
        return function(function);
    }

    private Map<String, Object> tool(ToolDefinition tool) {
        Map<String, Object> function = new LinkedHashMap<>();
        function.put("name", texts.apply(tool.name()));
        function.put("description", texts.apply(tool.description()));
        function.put("parameters", value(JSON.readTree(tool.parameters())));
        return function(function);
    }

    private static Map<String, Object> function(Map<String, Object> function) {
        Map<String, Object> typed = new LinkedHashMap<>();
        typed.put("type", "function");
        typed.put("function", function);
        return typed;
    }

    // As deep as the parser lets it be, which is bounded.
    private Object value(JsonNode node) {
        if (node.isObject()) {
            Map<String, Object> map = new LinkedHashMap<>();
            node.properties()
                    .forEach(entry -> map.put(text(entry.getKey()), value(entry.getValue())));
            return map;
        }
        if (node.isArray()) {
            List<Object> list = new ArrayList<>();
            node.forEach(element -> list.add(value(element)));
            return list;
        }
        if (node.isString()) {
            return text(node.stringValue());
        }
        if (node.isBoolean()) {
            return node.booleanValue();
        }
        if (node.isNull()) {
            return null;
        }
        boolean isLong = node.isIntegralNumber() && node.canConvertToLong();
        if (isLong) {
            return node.longValue();
        }
        return node.isIntegralNumber() ? node.bigIntegerValue() : (Object) node.doubleValue();
    }

    private String text(String text) {
        return WORDS_OF_SCHEMAS.contains(text) ? text : texts.apply(text);
    }
}

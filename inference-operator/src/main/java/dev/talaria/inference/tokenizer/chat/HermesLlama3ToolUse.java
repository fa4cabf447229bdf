package dev.talaria.inference.tokenizer.chat;

import dev.talaria.inference.tokenizer.Vocabulary;
import dev.talaria.schemas.chat.ChatMessage;
import dev.talaria.schemas.chat.ToolCall;
import dev.talaria.schemas.chat.ToolDefinition;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Hermes tool use as the `tool_use` template of Hermes 2 Pro Llama-3 writes it, to the letter:
/// what looks like an oversight there (no line between arguments, none after a tool's turn) is what
/// the model gets.
public final class HermesLlama3ToolUse implements ChatTemplate {

    private static final JsonMapper JSON = JsonMapper.shared();

    private static final String BEFORE_TOOLS =
            "system\n"
                    + "You are a function calling AI model. You are provided with function"
                    + " signatures within <tools></tools> XML tags. You may call one or more"
                    + " functions to assist with the user query. Don't make assumptions about what"
                    + " values to plug into functions. Here are the available tools: <tools> ";

    private static final String AFTER_TOOLS =
            " </tools>Use the following pydantic model json schema for each tool call you will"
                + " make: {\"properties\": {\"name\": {\"title\": \"Name\", \"type\": \"string\"},"
                + " \"arguments\": {\"title\": \"Arguments\", \"type\": \"object\"}}, \"required\":"
                + " [\"name\", \"arguments\"], \"title\": \"FunctionCall\", \"type\":"
                + " \"object\"}}\n"
                + "For each function call return a json object with function name and arguments"
                + " within <tool_call></tool_call> XML tags as follows:\n"
                + "<tool_call>\n"
                + "{\"name\": <function-name>, \"arguments\": <args-dict>}\n"
                + "</tool_call>";

    private final List<Piece> begin;

    /// @param vocabulary of the model, whose begin token the layout writes itself
    public HermesLlama3ToolUse(Vocabulary vocabulary) {
        int token = vocabulary.beginToken();
        begin = token < 0 ? List.of() : List.of(new Piece.Control(vocabulary.text(token)));
    }

    @Override
    public List<Piece> prompt(List<ChatMessage> messages, List<ToolDefinition> tools) {
        List<Piece> prompt = new ArrayList<>(begin);
        prompt.add(ChatMl.START);
        HermesText.add(prompt, BEFORE_TOOLS);
        for (int i = 0; i < tools.size(); i++) {
            prompt.add(
                    new Piece.Text(signature(tools.get(i)) + (i + 1 < tools.size() ? "\n" : "")));
        }
        HermesText.add(prompt, AFTER_TOOLS);
        end(prompt, "\n");
        for (int i = 0; i < messages.size(); i++) {
            add(prompt, messages, i);
        }
        prompt.add(ChatMl.START);
        prompt.add(new Piece.Text("assistant\n"));
        return List.copyOf(prompt);
    }

    private static void add(List<Piece> prompt, List<ChatMessage> messages, int at) {
        switch (messages.get(at)) {
            case ChatMessage.System(String text) -> addTurn(prompt, Role.SYSTEM, text);
            case ChatMessage.User(String text) -> addTurn(prompt, Role.USER, text);
            case ChatMessage.Assistant(String text, List<ToolCall> calls) when calls.isEmpty() ->
                    addTurn(prompt, Role.ASSISTANT, text);
            case ChatMessage.Assistant(String _, List<ToolCall> calls) -> addCalls(prompt, calls);
            case ChatMessage.ToolResponse(String _, String content) ->
                    addResponse(prompt, messages, at, content);
        }
    }

    private static void addTurn(List<Piece> prompt, Role role, String text) {
        prompt.add(ChatMl.START);
        prompt.add(new Piece.Text(role.spelling() + "\n"));
        prompt.add(new Piece.Text(text));
        end(prompt, "\n");
    }

    private static void addCalls(List<Piece> prompt, List<ToolCall> calls) {
        prompt.add(ChatMl.START);
        prompt.add(new Piece.Text("assistant"));
        for (ToolCall call : calls) {
            HermesText.add(prompt, "\n<tool_call>\n");
            prompt.add(
                    new Piece.Text(
                            "{\"name\": \"%s\", \"arguments\": %s}"
                                    .formatted(
                                            call.name(),
                                            SchemaSpelling.oneLine(call.arguments()))));
            HermesText.add(prompt, "\n</tool_call>");
        }
        end(prompt, "\n");
    }

    private static void addResponse(
            List<Piece> prompt, List<ChatMessage> messages, int at, String content) {
        boolean isLast = at + 1 == messages.size();
        if (at > 0 && !isResponse(messages.get(at - 1))) {
            prompt.add(ChatMl.START);
            prompt.add(new Piece.Text("tool\n"));
        }
        HermesText.add(prompt, "<tool_response>\n");
        prompt.add(new Piece.Text(content));
        HermesText.add(prompt, isLast ? "\n</tool_response>" : "\n</tool_response>\n");
        if (isLast || !isResponse(messages.get(at + 1))) {
            end(prompt, "");
        }
    }

    private static boolean isResponse(ChatMessage message) {
        return message instanceof ChatMessage.ToolResponse;
    }

    private static void end(List<Piece> prompt, String after) {
        prompt.add(ChatMl.END);
        if (!after.isEmpty()) {
            prompt.add(new Piece.Text(after));
        }
    }

    // A JSON object whose description is the signature, with its line breaks as they are.
    private static String signature(ToolDefinition tool) {
        JsonNode properties = JSON.readTree(tool.parameters()).path("properties");
        StringBuilder text = new StringBuilder("{\"type\": \"function\", \"function\": ");
        text.append("{\"name\": \"").append(tool.name()).append("\", ");
        text.append("\"description\": \"").append(tool.name()).append('(');
        String separator = "";
        for (Map.Entry<String, JsonNode> property : properties.properties()) {
            text.append(separator).append(property.getKey()).append(": ");
            text.append(pythonType(property.getValue()));
            separator = ", ";
        }
        text.append(") - ").append(tool.description()).append("\n\n");
        String heading = "    Args:\n";
        for (Map.Entry<String, JsonNode> property : properties.properties()) {
            text.append(heading).append("        ").append(property.getKey()).append('(');
            text.append(pythonType(property.getValue())).append("): ");
            text.append(PythonText.strip(property.getValue().path("description").asString("")));
            heading = "";
        }
        text.append("\", \"parameters\": ");
        text.append(properties.isEmpty() ? "{}" : SchemaSpelling.oneLine(tool.parameters()));
        return text.append('}').toString();
    }

    // The template looks for an array's items where they never are, and so finds no type.
    private static String pythonType(JsonNode schema) {
        JsonNode type = schema.path("type");
        if (type.isArray()) {
            List<String> types = new ArrayList<>();
            type.forEach(one -> types.add(pythonType(JSON.createObjectNode().set("type", one))));
            return "Union[" + String.join(",", types) + "]";
        }
        return switch (type.asString("")) {
            case "string" -> "str";
            case "number" -> "float";
            case "integer" -> "int";
            case "boolean" -> "bool";
            case "array" -> "list[Union[]]";
            case "object" -> {
                JsonNode more = schema.path("additionalProperties");
                yield more.isMissingNode() ? "dict" : "dict[str, " + pythonType(more) + "]";
            }
            default -> type.isMissingNode() ? "Union[]" : "Any";
        };
    }
}

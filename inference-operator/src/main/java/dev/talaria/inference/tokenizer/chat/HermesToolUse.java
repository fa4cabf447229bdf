package dev.talaria.inference.tokenizer.chat;

import dev.talaria.schemas.chat.ChatMessage;
import dev.talaria.schemas.chat.PythonSpelling;
import dev.talaria.schemas.chat.ToolCall;
import dev.talaria.schemas.chat.ToolDefinition;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Hermes tool use as the card of Hermes 2 Pro Mistral publishes it: one system turn with the
/// tools, calls and responses between tags, and Python's spelling of objects throughout.
///
/// Consecutive tool responses share a turn. A system message of the conversation's own follows the
/// tools in the one system turn; without tools the layout is plain ChatML.
public final class HermesToolUse implements ChatTemplate {

    private static final String BEFORE_TOOLS =
            "You are a function calling AI model. You are provided with function signatures within"
                + " <tools></tools> XML tags. You may call one or more functions to assist with the"
                + " user query. Don't make assumptions about what values to plug into functions."
                + " Here are the available tools: <tools> ";

    private static final String AFTER_TOOLS =
            " </tools> Use the following pydantic model json schema for each tool call you will"
                    + " make: {'title': 'FunctionCall', 'type': 'object', 'properties':"
                    + " {'arguments': {'title': 'Arguments', 'type': 'object'}, 'name': {'title':"
                    + " 'Name', 'type': 'string'}}, 'required': ['arguments', 'name']} For each"
                    + " function call return a json object with function name and arguments within"
                    + " <tool_call></tool_call> XML tags as follows:\n"
                    + "<tool_call>\n"
                    + "{'arguments': <args-dict>, 'name': <function-name>}\n"
                    + "</tool_call>";

    private static final String BEFORE_TOOLS_ON_LINES =
            "You are a function calling AI model. You are provided with function signatures within"
                    + " <tools></tools> XML tags.\n"
                    + "You may call one or more functions to assist with the user query. Don't make"
                    + " assumptions about what values to plug into functions.\n"
                    + "Here are the available tools:\n"
                    + "<tools>\n";

    private static final String AFTER_TOOLS_ON_LINES =
            "\n"
                + "</tools>\n"
                + "Use the following pydantic model json schema for each tool call you will make:\n"
                + "<schema>\n"
                + "{'properties': {'name': {'title': 'Name', 'type': 'string'}, 'arguments':"
                + " {'title': 'Arguments', 'type': 'object'}}, 'required': ['name', 'arguments'],"
                + " 'title': 'FunctionCall', 'type': 'object'}\n"
                + "</schema>\n"
                + "For each function call return a json object with function name and arguments"
                + " within <tool_call></tool_call> XML tags as follows:\n"
                + "<tool_call>\n"
                + "{'name': <function-name>, 'arguments': <args-dict>}\n"
                + "</tool_call>";

    /// How the tools stand in the system turn.
    public enum ToolSpelling {
        /// One Python object after the other, as on the model's card.
        PYTHON_OBJECTS,
        /// A JSON array in the card's paragraph, as in the evaluator the model was published with.
        JSON_ARRAY,
        /// A JSON array on a line of its own, as in that evaluator's later wording.
        EVALUATOR
    }

    private final ToolSpelling spelling;

    public HermesToolUse(ToolSpelling spelling) {
        this.spelling = spelling;
    }

    @Override
    public List<Piece> prompt(List<ChatMessage> messages, List<ToolDefinition> tools) {
        List<Message> turns = new ArrayList<>();
        List<Piece> responses = new ArrayList<>();
        if (!tools.isEmpty()) {
            turns.add(new Message(Role.SYSTEM, system(messages, tools)));
        }
        for (ChatMessage message : messages) {
            if (message instanceof ChatMessage.ToolResponse(String name, String content)) {
                addResponse(responses, name, content);
                continue;
            }
            endResponses(responses, turns);
            switch (message) {
                case ChatMessage.System(String text) when tools.isEmpty() ->
                        turns.add(new Message(Role.SYSTEM, text));
                case ChatMessage.System _, ChatMessage.ToolResponse _ -> {
                    // Above.
                }
                case ChatMessage.User(String text) -> turns.add(new Message(Role.USER, text));
                case ChatMessage.Assistant(String text, List<ToolCall> calls) ->
                        turns.add(new Message(Role.ASSISTANT, assistant(text, calls)));
            }
        }
        endResponses(responses, turns);
        return ChatMl.prompt(turns);
    }

    private List<Piece> system(List<ChatMessage> messages, List<ToolDefinition> tools) {
        List<Piece> pieces = new ArrayList<>();
        boolean isOnLines = spelling == ToolSpelling.EVALUATOR;
        HermesText.add(pieces, isOnLines ? BEFORE_TOOLS_ON_LINES : BEFORE_TOOLS);
        pieces.add(new Piece.Text(spelled(tools)));
        HermesText.add(pieces, isOnLines ? AFTER_TOOLS_ON_LINES : AFTER_TOOLS);
        for (ChatMessage message : messages) {
            if (message instanceof ChatMessage.System(String text)) {
                pieces.add(new Piece.Text("\n\n" + text));
            }
        }
        return pieces;
    }

    // The card has a second space after its object.
    private String spelled(List<ToolDefinition> tools) {
        return switch (spelling) {
            case PYTHON_OBJECTS ->
                    tools.stream()
                            .map(tool -> PythonSpelling.of(json(tool)) + " ")
                            .collect(Collectors.joining());
            case JSON_ARRAY, EVALUATOR ->
                    tools.stream()
                            .map(tool -> SchemaSpelling.oneLine(json(tool)))
                            .collect(Collectors.joining(", ", "[", "]"));
        };
    }

    private static String json(ToolDefinition tool) {
        return "{\"type\":\"function\",\"function\":{\"name\":%s,\"description\":%s,\"parameters\":%s}}"
                .formatted(
                        SchemaSpelling.quoted(tool.name()),
                        SchemaSpelling.quoted(tool.description()),
                        tool.parameters());
    }

    private static List<Piece> assistant(String text, List<ToolCall> calls) {
        List<Piece> pieces = new ArrayList<>();
        if (!text.isEmpty() || calls.isEmpty()) {
            pieces.add(new Piece.Text(text));
        }
        for (ToolCall call : calls) {
            HermesText.add(pieces, (pieces.isEmpty() ? "" : "\n") + "<tool_call>\n");
            String json =
                    "{\"arguments\":%s,\"name\":%s}"
                            .formatted(call.arguments(), SchemaSpelling.quoted(call.name()));
            pieces.add(new Piece.Text(PythonSpelling.of(json)));
            HermesText.add(pieces, "\n</tool_call>");
        }
        return pieces;
    }

    private static void addResponse(List<Piece> responses, String name, String content) {
        HermesText.add(responses, "<tool_response>\n");
        responses.add(
                new Piece.Text(
                        "{\"name\": %s, \"content\": %s}"
                                .formatted(SchemaSpelling.quoted(name), content)));
        HermesText.add(responses, "\n</tool_response>\n");
    }

    private static void endResponses(List<Piece> responses, List<Message> turns) {
        if (!responses.isEmpty()) {
            turns.add(new Message(Role.TOOL, responses));
            responses.clear();
        }
    }
}

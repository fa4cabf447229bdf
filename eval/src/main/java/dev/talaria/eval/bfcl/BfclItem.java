package dev.talaria.eval.bfcl;

import static java.util.Objects.requireNonNull;

import dev.talaria.eval.bfcl.DecodedCalls.Calls;
import dev.talaria.eval.bfcl.DecodedCalls.Unreadable;
import dev.talaria.eval.python.PythonJson;
import dev.talaria.eval.python.PythonText;
import dev.talaria.eval.suite.Answer;
import dev.talaria.eval.suite.Assessment;
import dev.talaria.eval.suite.Judgement;
import dev.talaria.eval.suite.Mode;
import dev.talaria.eval.suite.TextItem;
import dev.talaria.inference.ChatOptions;
import dev.talaria.inference.TextRequest;
import dev.talaria.inference.ToolChoice;
import dev.talaria.inference.embedded.PromptText;
import dev.talaria.schemas.chat.ChatMessage;
import dev.talaria.schemas.chat.ToolDefinition;
import dev.talaria.schemas.task.SamplingOptions;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// One question of the leaderboard.
///
/// @param id in the leaderboard's files
/// @param messages of its only turn, the user's last
/// @param groundTruth the right calls, as they were written
record BfclItem(
        String id,
        Category category,
        List<ChatMessage> messages,
        List<ToolDefinition> tools,
        CallRules rules,
        JsonNode groundTruth,
        BfclOptions options)
        implements TextItem {

    static final String CATEGORY = "category";

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    BfclItem {
        requireNonNull(id, "id");
        messages = List.copyOf(messages);
        tools = List.copyOf(tools);
    }

    @Override
    public JsonNode expected() {
        return groundTruth;
    }

    @Override
    public String prompt(Mode mode) {
        try {
            return PromptText.of(request(mode, 0));
        } catch (IllegalArgumentException e) {
            return parts();
        }
    }

    // What the prompt says, where its layout is the model's own.
    private String parts() {
        String turns = messages.stream().map(BfclItem::shown).collect(Collectors.joining("\n"));
        return tools.stream()
                .map(it -> "%s: %s %s".formatted(it.name(), it.description(), it.parameters()))
                .collect(Collectors.joining("\n", "<tools>\n", "\n</tools>\n" + turns));
    }

    private static String shown(ChatMessage message) {
        return switch (message) {
            case ChatMessage.System(String text) -> "system: " + text;
            case ChatMessage.User(String text) -> "user: " + text;
            case ChatMessage.Assistant(String text, _) -> "assistant: " + text;
            case ChatMessage.ToolResponse(String name, String content) ->
                    "tool %s: %s".formatted(name, content);
        };
    }

    @Override
    public TextRequest request(Mode mode, long seed) {
        ToolChoice choice =
                mode == Mode.CONSTRAINED ? new ToolChoice.Auto() : new ToolChoice.Free();
        String last = ((ChatMessage.User) messages.getLast()).text();
        ChatOptions chat =
                new ChatOptions(
                        options.format(),
                        tools,
                        choice,
                        ChatOptions.USUAL_MOST_CALLS,
                        messages.subList(0, messages.size() - 1));
        SamplingOptions sampling =
                new SamplingOptions(options.temperature(), 0, 1f, seed, options.maxTokens());
        return new TextRequest(last, false, Optional.empty(), Optional.empty(), sampling, chat);
    }

    @Override
    public Judgement judge(Answer answer) {
        DecodedCalls decoded = DecodedCalls.of(answer.text(), options.reader()::read);
        Assessment published = assessment(rules, decoded);
        CallRules exact =
                new CallRules(
                        category,
                        rules.functions(),
                        rules.right(),
                        rules.names(),
                        StringRule.EXACT);
        Assessment strict = assessment(exact, DecodedCalls.of(answer.text(), PythonJson::strict));
        return new Judgement(published, strict, attributes(decoded));
    }

    private static Assessment assessment(CallRules rules, DecodedCalls decoded) {
        return Assessment.of(rules.check(decoded).stream().toList());
    }

    private Map<String, JsonNode> attributes(DecodedCalls decoded) {
        Map<String, JsonNode> attributes = new LinkedHashMap<>();
        attributes.put(CATEGORY, NODES.stringNode(category.name()));
        attributes.put("id", NODES.stringNode(id));
        attributes.put("calls", shown(decoded));
        return attributes;
    }

    private static JsonNode shown(DecodedCalls decoded) {
        return switch (decoded) {
            case Unreadable(String finding) -> NODES.stringNode(finding);
            case Calls(List<FunctionCall> calls) -> {
                ArrayNode list = NODES.arrayNode();
                calls.forEach(call -> list.add(shown(call)));
                yield list;
            }
        };
    }

    private static String shown(FunctionCall call) {
        return call.arguments().entrySet().stream()
                .map(it -> it.getKey() + "=" + PythonText.repr(it.getValue()))
                .collect(Collectors.joining(", ", call.name() + "(", ")"));
    }
}

package dev.talaria.eval.functioncalling;

import dev.talaria.eval.python.PythonJson;
import dev.talaria.eval.python.PythonText;
import dev.talaria.eval.suite.Answer;
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
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One request with tools and the calls that answer it.
record FunctionCallingItem(
        FunctionCallingSuite suite,
        List<ChatMessage> turns,
        List<ToolDefinition> definitions,
        ToolSignatures signatures,
        List<Call> calls)
        implements TextItem {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final JsonMapper MAPPER = JsonMapper.shared();

    @Override
    public JsonNode expected() {
        ArrayNode expected = JSON.arrayNode();
        for (Call call : calls) {
            ObjectNode entry = expected.addObject().put("name", call.name());
            entry.set(
                    "arguments",
                    PythonText.json(call.arguments())
                            .map(MAPPER::readTree)
                            .orElse(JSON.stringNode(PythonText.repr(call.arguments()))));
        }
        return expected;
    }

    @Override
    public String prompt(Mode mode) {
        try {
            return PromptText.of(request(mode, 0));
        } catch (IllegalArgumentException e) {
            return "(there can be no prompt: " + e.getMessage() + ")";
        }
    }

    @Override
    public TextRequest request(Mode mode, long seed) {
        ToolChoice choice =
                mode == Mode.CONSTRAINED ? new ToolChoice.Required() : new ToolChoice.Free();
        return new TextRequest(
                "",
                false,
                Optional.empty(),
                Optional.empty(),
                new SamplingOptions(suite.temperature(), 0, 1f, seed, suite.maxTokens()),
                new ChatOptions(
                        suite.layout().format(),
                        definitions,
                        choice,
                        ChatOptions.USUAL_MOST_CALLS,
                        turns));
    }

    @Override
    public Judgement judge(Answer answer) {
        CallBlocks blocks = CallBlocks.of(answer.text(), suite.reader()::read);
        CallBlocks literally = CallBlocks.of(answer.text(), PythonJson::strict);
        Map<String, JsonNode> attributes = new LinkedHashMap<>();
        attributes.put("calls", JSON.numberNode(blocks.values().size()));
        ArrayNode unreadable = JSON.arrayNode();
        blocks.findings().forEach(unreadable::add);
        attributes.put("unreadable", unreadable);
        return new Judgement(
                PublishedRules.assess(signatures, calls, blocks),
                new StrictRules(signatures, calls).assess(literally),
                attributes);
    }
}

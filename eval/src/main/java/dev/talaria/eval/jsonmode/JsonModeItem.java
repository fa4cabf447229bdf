package dev.talaria.eval.jsonmode;

import dev.talaria.eval.python.PythonText;
import dev.talaria.eval.python.PythonValue;
import dev.talaria.eval.suite.Answer;
import dev.talaria.eval.suite.Judgement;
import dev.talaria.eval.suite.Mode;
import dev.talaria.eval.suite.TextItem;
import dev.talaria.inference.ChatFormat;
import dev.talaria.inference.ChatOptions;
import dev.talaria.inference.TextRequest;
import dev.talaria.inference.embedded.PromptText;
import dev.talaria.schemas.chat.ChatMessage;
import dev.talaria.schemas.task.SamplingOptions;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

import java.util.List;
import java.util.Optional;

/// One request with a schema and the object that answers it.
///
/// @param turns the first of which is the system turn
record JsonModeItem(
        JsonModeSuite suite,
        List<ChatMessage> turns,
        String schema,
        PythonValue reference,
        Schemas schemas)
        implements TextItem {

    @Override
    public JsonNode expected() {
        return PythonText.json(reference)
                .map(JsonMapper.shared()::readTree)
                .orElse(JsonNodeFactory.instance.stringNode(PythonText.repr(reference)));
    }

    @Override
    public String prompt(Mode mode) {
        return PromptText.of(request(mode, 0));
    }

    @Override
    public TextRequest request(Mode mode, long seed) {
        ChatMessage.System system = (ChatMessage.System) turns.getFirst();
        return new TextRequest(
                "",
                false,
                Optional.of(system.text()),
                mode == Mode.CONSTRAINED ? Optional.of(schema) : Optional.empty(),
                new SamplingOptions(suite.temperature(), 0, 1f, seed, suite.maxTokens()),
                new ChatOptions(ChatFormat.CHATML, List.of(), turns.subList(1, turns.size())));
    }

    @Override
    public Judgement judge(Answer answer) {
        JsonRules rules = new JsonRules(schemas, reference);
        return new Judgement(rules.published(answer.text()), rules.strict(answer.text()));
    }
}

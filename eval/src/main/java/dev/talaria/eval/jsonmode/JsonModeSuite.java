package dev.talaria.eval.jsonmode;

import dev.talaria.eval.python.PythonText;
import dev.talaria.eval.suite.Conversation;
import dev.talaria.eval.suite.DatasetRow;
import dev.talaria.eval.suite.Item;
import dev.talaria.eval.suite.Mode;
import dev.talaria.eval.suite.Suite;
import dev.talaria.inference.embedded.PromptText;
import dev.talaria.schemas.chat.ChatMessage;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// JSON by a schema, as `NousResearch/json-mode-eval` has it: `prompt` (turns, the first of which
/// shows the schema), `schema` and `completion` (the object that is expected).
///
/// @param modes constrained, every answer satisfies the schema
public record JsonModeSuite(List<Mode> modes, float temperature, int maxTokens) implements Suite {

    /// Of the published run.
    public static final float TEMPERATURE = 0.1f;

    /// Of the published run.
    public static final int MAX_TOKENS = 512;

    public JsonModeSuite {
        modes = List.copyOf(modes);
    }

    @Override
    public String name() {
        return "json-mode";
    }

    @Override
    public Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("modes", modes.stream().map(Mode::text).collect(Collectors.joining(", ")));
        options.put("temperature", Float.toString(temperature));
        options.put("maxTokens", Integer.toString(maxTokens));
        return options;
    }

    @Override
    public Item item(DatasetRow row) {
        String schema =
                PythonText.json(row.literal("schema"))
                        .orElseThrow(() ->
                                new IllegalArgumentException("'schema' holds what JSON has not"));
        return new JsonModeItem(
                this, turns(row, schema), schema, row.literal("completion"), new Schemas(schema));
    }

    // A row without a system turn is given that of JSON mode.
    private static List<ChatMessage> turns(DatasetRow row, String schema) {
        List<ChatMessage> turns = new ArrayList<>(Conversation.of(row, "prompt"));
        if (!(turns.getFirst() instanceof ChatMessage.System)) {
            turns.addFirst(new ChatMessage.System(PromptText.jsonMode(schema)));
        }
        return turns;
    }
}

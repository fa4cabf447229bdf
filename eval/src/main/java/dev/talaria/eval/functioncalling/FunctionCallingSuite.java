package dev.talaria.eval.functioncalling;

import static java.util.Objects.requireNonNull;

import dev.talaria.eval.python.PythonReader;
import dev.talaria.eval.python.PythonText;
import dev.talaria.eval.python.PythonValue;
import dev.talaria.eval.suite.Conversation;
import dev.talaria.eval.suite.DatasetRow;
import dev.talaria.eval.suite.Item;
import dev.talaria.eval.suite.Mode;
import dev.talaria.eval.suite.Suite;
import dev.talaria.schemas.chat.ChatMessage;
import dev.talaria.schemas.chat.ToolDefinition;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// Calls of tools, as `NousResearch/func-calling-eval` has them: `prompt` (turns), `tools` and
/// `completion` (the calls that are expected).
///
/// @param layout how the tools are told to the model
/// @param reader which texts between the tags are taken for calls by the published verdict
/// @param modes constrained, every answer is one or more calls that satisfy the tools' schemas
public record FunctionCallingSuite(
        PromptLayout layout,
        PythonReader reader,
        List<Mode> modes,
        float temperature,
        int maxTokens)
        implements Suite {

    /// Of the published run.
    public static final float TEMPERATURE = 0.1f;

    /// Of the published run.
    public static final int MAX_TOKENS = 2048;

    public FunctionCallingSuite {
        requireNonNull(layout, "layout");
        requireNonNull(reader, "reader");
        modes = List.copyOf(modes);
    }

    @Override
    public String name() {
        return "func-calling";
    }

    @Override
    public Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("layout", layout.text());
        options.put("parse", reader.name().toLowerCase(Locale.ROOT));
        options.put("modes", modes.stream().map(Mode::text).collect(Collectors.joining(", ")));
        options.put("temperature", Float.toString(temperature));
        options.put("maxTokens", Integer.toString(maxTokens));
        return options;
    }

    @Override
    public Item item(DatasetRow row) {
        PythonValue tools = row.literal("tools");
        String json =
                PythonText.json(tools)
                        .orElseThrow(() ->
                                new IllegalArgumentException("'tools' holds what JSON has not"));
        return new FunctionCallingItem(
                this,
                turns(row),
                ToolDefinition.listOf(json),
                ToolSignatures.of(tools),
                expected(row));
    }

    // The layout makes the turn that tells of the tools, in place of the row's own.
    private static List<ChatMessage> turns(DatasetRow row) {
        return Conversation.of(row, "prompt").stream()
                .filter(it ->
                        !(it instanceof ChatMessage.System(String text)
                                && text.contains("<tools>")))
                .toList();
    }

    // Calls as JSON or Python text; else as an answer has them, between tags. In this order,
    // because
    // an argument may hold a tag.
    private static List<Call> expected(DatasetRow row) {
        String text = row.text("completion");
        if (!text.contains(CallBlocks.OPEN)) {
            return Call.expected(row.literal("completion"));
        }
        PythonValue value = literalOrText(row);
        return value instanceof PythonValue.Text(String answer)
                ? Call.expected(
                        new PythonValue.Sequence(
                                CallBlocks.of(answer, PythonReader.LENIENT::read).values()))
                : Call.expected(value);
    }

    private static PythonValue literalOrText(DatasetRow row) {
        try {
            return row.literal("completion");
        } catch (IllegalArgumentException e) {
            return new PythonValue.Text(row.text("completion"));
        }
    }
}

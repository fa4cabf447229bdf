package dev.talaria.eval.functioncalling;

import dev.talaria.eval.python.PythonReader;
import dev.talaria.eval.suite.Answer;
import dev.talaria.eval.suite.DatasetRow;
import dev.talaria.eval.suite.Judgement;
import dev.talaria.eval.suite.Mode;

import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.util.List;

/// Rows of calls for tests.
final class Rows {

    static final FunctionCallingSuite LENIENT = suite(PromptLayout.CARD, PythonReader.LENIENT);
    static final FunctionCallingSuite STRICT = suite(PromptLayout.CARD, PythonReader.STRICT);

    private Rows() {}

    static FunctionCallingSuite suite(PromptLayout layout, PythonReader reader) {
        return new FunctionCallingSuite(layout, reader, List.of(Mode.UNCONSTRAINED), 0.1f, 64);
    }

    static DatasetRow row(String tools, String completion) {
        ObjectNode values = JsonNodeFactory.instance.objectNode();
        values.putArray("prompt").addObject().put("role", "user").put("content", "Please.");
        values.put("tools", tools).put("completion", completion);
        return new DatasetRow(0, values);
    }

    /// A row with one tool `f`.
    static DatasetRow ofTool(String properties, String required, String completion) {
        return row(
                """
                [{"type": "function", "function": {"name": "f", "description": "F",
                  "parameters": {"type": "object", "properties": %s, "required": %s}}}]
                """
                        .formatted(properties, required),
                completion);
    }

    /// The judgement on an answer that holds these texts between tags.
    static Judgement judge(FunctionCallingSuite suite, DatasetRow row, String... blocks) {
        StringBuilder answer = new StringBuilder();
        for (String block : blocks) {
            answer.append("<tool_call>\n").append(block).append("\n</tool_call>\n");
        }
        return suite.item(row).judge(Answer.recorded(answer.toString()));
    }
}

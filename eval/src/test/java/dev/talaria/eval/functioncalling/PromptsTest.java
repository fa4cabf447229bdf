package dev.talaria.eval.functioncalling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.eval.SharedData;
import dev.talaria.eval.python.PythonReader;
import dev.talaria.eval.suite.Dataset;
import dev.talaria.eval.suite.DatasetRow;
import dev.talaria.eval.suite.Mode;
import dev.talaria.eval.suite.RowSelection;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;

class PromptsTest {

    @Test
    void theFirstRowsSystemTurnIsTheOneThatWasPublished() throws IOException {
        DatasetRow row = rows("multi_turn.first50").rows().getFirst();
        String published =
                Files.readString(SharedData.file("data/prompts/func-calling-eval.system.row0.txt"));
        assertThat(Rows.LENIENT.item(row).prompt(Mode.UNCONSTRAINED))
                .startsWith("<|im_start|>system\n" + published + "<|im_end|>\n<|im_start|>user\n")
                .endsWith("<|im_end|>\n<|im_start|>assistant\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"multi_turn.first50", "single_turn.first30"})
    void toolsStandInThePromptAsTheDatasetHasThem(String set) throws IOException {
        FunctionCallingSuite evaluator = Rows.suite(PromptLayout.EVALUATOR, PythonReader.LENIENT);
        for (DatasetRow row : rows(set).rows()) {
            String tools = row.text("tools");
            assertThat(Rows.LENIENT.item(row).prompt(Mode.UNCONSTRAINED))
                    .contains("<tools> " + tools + " </tools>");
            assertThat(evaluator.item(row).prompt(Mode.UNCONSTRAINED))
                    .contains("<tools>\n" + tools + "\n</tools>")
                    .contains("<tool_call>\n{'name': <function-name>, 'arguments': <args-dict>}\n");
        }
    }

    @Test
    void aRowsOwnTurnAboutToolsIsReplacedAndAnyOtherKept() {
        DatasetRow row = Rows.ofTool("{}", "[]", "[]");
        String prompt =
                """
                [{"role": "system", "content": "Use <tools> … </tools>."},
                 {"role": "system", "content": "Be brief."},
                 {"role": "user", "content": "Please."},
                 {"role": "assistant", "content": null, "tool_calls": [{"function":
                   {"name": "f", "arguments": "{\\"a\\": true}"}}]},
                 {"role": "tool", "name": "f", "content": "1"}]
                """;
        ((ObjectNode) row.values()).put("prompt", prompt);
        assertThat(Rows.LENIENT.item(row).prompt(Mode.UNCONSTRAINED))
                .doesNotContain("Use <tools>")
                .contains(
                        "</tool_call>\n\nBe brief.<|im_end|>\n<|im_start|>user\nPlease.<|im_end|>")
                .contains("<tool_call>\n{'arguments': {'a': True}, 'name': 'f'}\n</tool_call>")
                .contains("<tool_response>\n{\"name\": \"f\", \"content\": 1}\n</tool_response>");
    }

    private static Dataset rows(String set) throws IOException {
        return Dataset.read(
                SharedData.file("data/func-calling-eval/" + set + ".jsonl"),
                Optional.empty(),
                RowSelection.ALL);
    }
}

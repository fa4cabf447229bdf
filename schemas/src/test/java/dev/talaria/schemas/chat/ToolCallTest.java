package dev.talaria.schemas.chat;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// The calls an answer holds.
class ToolCallTest {

    private static String call(String json) {
        return "<tool_call>\n" + json + "\n</tool_call>";
    }

    @Test
    void theCallsOfAnAnswerKeepTheirOrderAndSpelling() {
        String answer =
                call("{\"name\": \"add\", \"arguments\": {\"a\": 1.10, \"b\": [1, {}]}}")
                        + "\n"
                        + call("{\"arguments\": {}, \"name\": \"l\\u00e4uft\"}");

        assertThat(ToolCall.listOf(answer))
                .containsExactly(
                        new ToolCall("add", "{\"a\": 1.10, \"b\": [1, {}]}"),
                        new ToolCall("läuft", "{}"));
    }

    @Test
    void aStringThatSpellsTheMarksIsAnArgument() {
        String arguments = "{\"text\": \"<tool_call>\\n</tool_call>\"}";

        assertThat(ToolCall.listOf(call("{\"name\": \"say\", \"arguments\": " + arguments + "}")))
                .containsExactly(new ToolCall("say", arguments));
    }

    @Test
    void textHoldsNoCallAndACallCutShortIsNone() {
        String whole = call("{\"name\": \"a\", \"arguments\": {}}");

        assertThat(ToolCall.listOf("")).isEmpty();
        assertThat(ToolCall.listOf("It is fine. " + whole)).isEmpty();
        for (int end = 0; end < whole.length(); end++) {
            assertThat(ToolCall.listOf(whole.substring(0, end))).isEmpty();
            assertThat(ToolCall.listOf(whole + "\n" + whole.substring(0, end))).hasSize(1);
        }
        assertThat(ToolCall.listOf(call("{\"name\": \"a\", \"arguments\": []}"))).isEmpty();
        assertThat(ToolCall.listOf(call("{\"name\": 1, \"arguments\": {}}"))).isEmpty();
        assertThat(ToolCall.listOf(call("{\"name\": \"a\"}"))).isEmpty();
        assertThat(ToolCall.listOf(call("{\"name\": \"a\", \"arguments\": {}} x"))).isEmpty();
    }
}

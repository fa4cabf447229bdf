package dev.talaria.schemas.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.schemas.chat.ToolDefinition;
import dev.talaria.schemas.grammar.ToolCallGrammar.Marks;
import dev.talaria.schemas.validation.InvalidSchemaException;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Answers of a model with tools: calls whose arguments fit the tool they name, or text.
class ToolCallGrammarTest {

    private static final List<ToolDefinition> TOOLS =
            List.of(
                    new ToolDefinition(
                            "weather",
                            "",
                            """
                            {"type": "object", "properties": {"city": {"type": "string"}},
                             "required": ["city"], "additionalProperties": false}\
                            """),
                    new ToolDefinition(
                            "add",
                            "",
                            """
                            {"type": "object", "properties": {"a": {"type": "integer"},
                             "b": {"type": "integer"}}, "required": ["a", "b"],
                             "additionalProperties": false}\
                            """));

    private static final String CALL =
            "<tool_call>\n"
                    + "{\"name\": \"weather\", \"arguments\": {\"city\": \"Ulm\"}}\n"
                    + "</tool_call>";
    private static final String SUM =
            "<tool_call>\n{\"arguments\": {\"a\": 1, \"b\": 2}, \"name\": \"add\"}\n</tool_call>";

    private static ToolCallGrammar grammar(boolean text, int most) {
        return new ToolCallGrammar(TOOLS, Marks.HERMES, text, most);
    }

    @Test
    void aCallHasTheArgumentsOfTheToolItNames() {
        ToolCallGrammar grammar = grammar(false, 1);

        assertThat(Walk.accepts(grammar, CALL)).isTrue();
        assertThat(Walk.accepts(grammar, SUM)).isTrue();
        assertThat(Walk.accepts(grammar, CALL.replace("weather", "add"))).isFalse();
        assertThat(Walk.accepts(grammar, SUM.replace("add", "weather"))).isFalse();
        assertThat(Walk.accepts(grammar, CALL.replace("weather", "wether"))).isFalse();
        assertThat(Walk.accepts(grammar, "Ulm is fine.")).isFalse();
        assertThat(Walk.accepts(grammar, "")).isFalse();
    }

    @Test
    void severalCallsAreALineBreakApart() {
        assertThat(Walk.accepts(grammar(false, 2), CALL + "\n" + SUM)).isTrue();
        assertThat(Walk.accepts(grammar(false, 1), CALL + "\n" + SUM)).isFalse();
        assertThat(Walk.accepts(grammar(false, 3), CALL + SUM)).isFalse();
    }

    @Test
    void freeTextMayStandInPlaceOfCallsAndNeverHoldsTheMark() {
        ToolCallGrammar grammar = grammar(true, 4);

        assertThat(Walk.accepts(grammar, "Hello, \"world\"\\\n\tgr\u00fc\u00dfe < tool \u65e5"))
                .isTrue();
        assertThat(Walk.accepts(grammar, "")).isTrue();
        assertThat(Walk.accepts(grammar, CALL)).isTrue();
        assertThat(Walk.accepts(grammar, "so: <<tool_call>")).isFalse();
        assertThat(Walk.accepts(grammar, "<tool_call>")).isFalse();
        assertThat(Walk.accepts(grammar, "<tool_cal")).isTrue();
        assertThat(Walk.accepts(grammar, "text\n" + CALL)).isFalse();
    }

    @Test
    void tagsWithTokensOfTheirOwnAreNoText() {
        ToolCallGrammar grammar = new ToolCallGrammar(TOOLS, Marks.HERMES_TAGS, true, 1);
        Recognizer recognizer = grammar.start();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(Marks.tag("<tool_call>"));
        out.writeBytes(CALL.substring(11, CALL.length() - 12).getBytes(StandardCharsets.UTF_8));
        out.writeBytes(Marks.tag("</tool_call>"));
        for (byte octet : out.toByteArray()) {
            assertThat(recognizer.push(octet & 0xFF)).isTrue();
        }

        assertThat(recognizer.isComplete()).isTrue();
        assertThat(Walk.accepts(grammar, CALL)).as("mere text").isTrue();
    }

    @Test
    void theShortestCallIsKnownAtEveryPoint() {
        ToolCallGrammar grammar = grammar(false, 2);
        Recognizer recognizer = grammar.start();
        assertThat(grammar.minimumBytes()).isEqualTo(recognizer.minimumBytes()).isPositive();
        for (byte octet : CALL.getBytes(StandardCharsets.UTF_8)) {
            byte[] rest = recognizer.shortestCompletion();
            assertThat(rest).hasSize(recognizer.minimumBytes());
            assertThat(recognizer.push(octet & 0xFF)).isTrue();
        }
        assertThat(recognizer.minimumBytes()).isZero();
    }

    @Test
    void aToolWhoseSchemaIsNotEnforcedIsNamed() {
        List<ToolDefinition> tools =
                List.of(
                        new ToolDefinition("bad", "", "{\"pattern\": \"(a)\\\\1\"}"),
                        new ToolDefinition("worse", "", "{\"requred\": []}"));

        assertThatThrownBy(() -> new ToolCallGrammar(tools, Marks.HERMES, true, 1))
                .isInstanceOf(UnsupportedSchemaException.class)
                .hasMessageContainingAll("tool 'bad'", "#/pattern", "tool 'worse'", "#/requred");
        assertThatThrownBy(() -> new ToolCallGrammar(List.of(), Marks.HERMES, true, 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void withoutCallsThereIsTextThatNeverHoldsTheMark() {
        ToolCallGrammar grammar = new ToolCallGrammar(TOOLS, Marks.HERMES, true, 0);

        assertThat(Walk.accepts(grammar, "It is <fine>.")).isTrue();
        assertThat(Walk.accepts(grammar, "")).isTrue();
        assertThat(Walk.accepts(grammar, CALL)).isFalse();
        assertThat(Walk.accepts(new ToolCallGrammar(List.of(), Marks.HERMES_TAGS, true, 0), "fine"))
                .isTrue();
        assertThatThrownBy(() -> new ToolCallGrammar(TOOLS, Marks.HERMES, false, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void argumentsAreAnObjectWhateverTheSchemaLeavesOut() {
        for (String parameters :
                List.of("{}", "{\"minProperties\": 0}", "{\"type\": [\"null\", \"object\"]}")) {
            ToolCallGrammar grammar =
                    new ToolCallGrammar(
                            List.of(new ToolDefinition("f", "", parameters)),
                            Marks.HERMES,
                            false,
                            1);
            String call = "<tool_call>\n{\"name\": \"f\", \"arguments\": %s}\n</tool_call>";

            assertThat(Walk.accepts(grammar, call.formatted("{\"a\": 1}"))).isTrue();
            assertThat(Walk.accepts(grammar, call.formatted("null"))).as(parameters).isFalse();
            assertThat(Walk.accepts(grammar, call.formatted("[]"))).as(parameters).isFalse();
        }
        List<ToolDefinition> text = List.of(new ToolDefinition("f", "", "{\"type\": \"string\"}"));
        assertThatThrownBy(() -> new ToolCallGrammar(text, Marks.HERMES, false, 1))
                .isInstanceOf(UnsupportedSchemaException.class)
                .hasMessageContainingAll("tool 'f'", "#/type");
    }

    @Test
    void aToolWhoseSchemaIsNoneIsNamed() {
        List<ToolDefinition> tools = List.of(new ToolDefinition("bad", "", "{\"type\": 7}"));

        assertThatThrownBy(() -> new ToolCallGrammar(tools, Marks.HERMES, true, 1))
                .isInstanceOf(InvalidSchemaException.class)
                .hasMessageContaining("tool 'bad'");
    }
}

package dev.talaria.inference.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.inference.ChatFormat;
import dev.talaria.inference.ChatOptions;
import dev.talaria.inference.InvalidRequestException;
import dev.talaria.inference.OperatorConfig;
import dev.talaria.inference.TextAnswer;
import dev.talaria.inference.TextRequest;
import dev.talaria.inference.ToolChoice;
import dev.talaria.schemas.chat.ToolCall;
import dev.talaria.schemas.chat.ToolDefinition;
import dev.talaria.schemas.extraction.FinishReason;
import dev.talaria.schemas.task.SamplingOptions;
import dev.talaria.schemas.validation.NetworkntValidator;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/// Tools through the operator, on the miniature model. What it says is not compared with anything;
/// what it may not say is.
@Timeout(120)
class ToolCallsTest {

    private static final List<ToolDefinition> TOOLS =
            ToolDefinition.listOf(
                    """
                    [{"type": "function", "function": {"name": "get_weather",
                      "description": "The weather of a city", "parameters": {"type": "object",
                      "properties": {"city": {"type": "string", "maxLength": 20},
                                     "unit": {"enum": ["celsius", "fahrenheit"]}},
                      "required": ["city", "unit"], "additionalProperties": false}}},
                     {"type": "function", "function": {"name": "add",
                      "description": "Adds two numbers", "parameters": {"type": "object",
                      "properties": {"a": {"type": "integer", "maximum": 999},
                                     "b": {"type": "integer", "minimum": 3, "maximum": 7}},
                      "required": ["a", "b"], "additionalProperties": false}}}]\
                    """);
    private static final Map<String, String> SCHEMAS =
            Map.of(
                    TOOLS.get(0).name(),
                    TOOLS.get(0).parameters(),
                    TOOLS.get(1).name(),
                    TOOLS.get(1).parameters());

    @TempDir private static Path folder;

    private static EmbeddedOperator operator;

    @BeforeAll
    static void open() throws IOException {
        operator =
                EmbeddedOperator.open(
                        new OperatorConfig(
                                Optional.of(EmbeddedModel.fileIn(folder)),
                                "auto",
                                2,
                                8,
                                1024,
                                1 << 26));
    }

    @AfterAll
    static void close() {
        operator.close();
    }

    private static TextRequest request(ToolChoice choice, int most, SamplingOptions sampling) {
        return new TextRequest(
                "What is the weather in Ulm?",
                false,
                Optional.empty(),
                Optional.empty(),
                sampling,
                new ChatOptions(ChatFormat.AUTO, TOOLS, choice, most, List.of()));
    }

    private static TextAnswer answer(TextRequest request) throws Exception {
        StringBuilder pieces = new StringBuilder();
        TextAnswer answer = operator.generate(request, pieces::append).get(60, TimeUnit.SECONDS);
        assertThat(answer.text()).isEqualTo(pieces.toString());
        return answer;
    }

    private static SamplingOptions hot(long seed, int maxTokens) {
        return new SamplingOptions(3f, 0, 1f, seed, maxTokens);
    }

    private static void assertCalls(TextAnswer answer, int most, String what) {
        assertThat(answer.toolCalls()).as(what).hasSizeBetween(1, most);
        assertThat(answer.finish()).as(what).isEqualTo(FinishReason.STOP);
        assertThat(answer.text()).as(what).startsWith("<tool_call>\n").endsWith("\n</tool_call>");
        for (ToolCall call : answer.toolCalls()) {
            assertThat(SCHEMAS).as(what).containsKey(call.name());
            assertThat(NetworkntValidator.of(SCHEMAS.get(call.name())).validate(call.arguments()))
                    .as("%s: %s", what, call)
                    .isEmpty();
        }
        assertThat(answer.text().split("<tool_call>", -1))
                .as(what)
                .hasSize(answer.toolCalls().size() + 1);
    }

    @Test
    void aRequiredCallIsOneOfTheToolsWithArgumentsOfItsSchema() throws Exception {
        assertCalls(
                answer(
                        request(
                                new ToolChoice.Required(),
                                1,
                                SamplingOptions.GREEDY.withMaxTokens(200))),
                1,
                "greedy");
        for (long seed = 0; seed < 12; seed++) {
            int most = 1 + (int) (seed % 3);
            int maxTokens = 60 + 30 * (int) (seed % 4);
            TextAnswer answer =
                    answer(request(new ToolChoice.Required(), most, hot(seed, maxTokens)));
            assertCalls(answer, most, "seed " + seed);
            assertThat(answer.completionTokens()).isLessThanOrEqualTo(maxTokens);
        }
    }

    @Test
    void aNamedToolIsTheOnlyOneThatIsCalled() throws Exception {
        for (long seed = 0; seed < 6; seed++) {
            TextAnswer answer = answer(request(new ToolChoice.Named("add"), 2, hot(seed, 120)));
            assertCalls(answer, 2, "seed " + seed);
            assertThat(answer.toolCalls()).extracting(ToolCall::name).containsOnly("add");
        }
    }

    @Test
    void theModelMayAnswerWithTextInsteadAndNeverBeginsACallItCannotFinish() throws Exception {
        for (long seed = 0; seed < 24; seed++) {
            int maxTokens = 5 + (int) (seed * 7 % 90);
            String what = "seed %d, %d tokens".formatted(seed, maxTokens);
            TextAnswer answer = answer(request(new ToolChoice.Auto(), 4, hot(seed, maxTokens)));
            assertThat(answer.completionTokens()).as(what).isLessThanOrEqualTo(maxTokens);
            if (answer.text().startsWith("<tool_call>")) {
                assertCalls(answer, 4, what);
            } else {
                assertThat(answer.toolCalls()).as(what).isEmpty();
                assertThat(answer.finish() == FinishReason.TOKEN_LIMIT)
                        .as(what)
                        .isEqualTo(answer.completionTokens() == maxTokens);
            }
        }
    }

    @Test
    void withoutAChoiceOfToolsThereIsNoCall() throws Exception {
        for (long seed = 0; seed < 6; seed++) {
            TextAnswer answer = answer(request(new ToolChoice.None(), 1, hot(seed, 40)));
            assertThat(answer.toolCalls()).isEmpty();
            assertThat(answer.text()).doesNotContain("<tool_call>");
        }
        TextRequest stopped =
                request(new ToolChoice.None(), 1, hot(1, 60).withStop(List.of("e", "a", " ")));
        assertThat(answer(stopped).text()).doesNotContain("e", "a", " ");
    }

    @Test
    void withASchemaTheAnswerIsItsValue() throws Exception {
        TextRequest request =
                new TextRequest(
                        "Ulm",
                        false,
                        Optional.empty(),
                        Optional.of("{\"enum\": [\"yes\", \"no\"]}"),
                        SamplingOptions.GREEDY.withMaxTokens(20),
                        new ChatOptions(ChatFormat.AUTO, TOOLS, List.of()));
        assertThat(answer(request).text()).isIn("\"yes\"", "\"no\"");
        assertThatThrownBy(() ->
                        new TextRequest(
                                "Ulm",
                                false,
                                Optional.empty(),
                                Optional.of("{}"),
                                SamplingOptions.GREEDY,
                                request.chat().withToolChoice(new ToolChoice.Required(), 1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatCannotBeHeldToIsRefusedByName() {
        List<ToolDefinition> bad =
                List.of(
                        TOOLS.get(0),
                        new ToolDefinition(
                                "odd",
                                "",
                                "{\"properties\": {\"x\": {\"pattern\": \"(a)\\\\1\"}}}"));
        assertRefused(bad, SamplingOptions.GREEDY, "UnsupportedSchema", "tool 'odd'", "pattern");
        List<ToolDefinition> none = List.of(new ToolDefinition("odd", "", "{\"type\": 7}"));
        assertRefused(none, SamplingOptions.GREEDY, "InvalidSchema", "tool 'odd'");
        assertRefused(
                TOOLS, SamplingOptions.GREEDY.withStop(List.of("x")), "InvalidOption", "stop");
        assertRefused(
                TOOLS, SamplingOptions.GREEDY.withMaxTokens(4), "TokenBudget", "max tokens = 4");
    }

    private static void assertRefused(
            List<ToolDefinition> tools,
            SamplingOptions sampling,
            String errorClass,
            String... says) {
        TextRequest request =
                new TextRequest(
                        "Hi",
                        false,
                        Optional.empty(),
                        Optional.empty(),
                        sampling,
                        new ChatOptions(
                                ChatFormat.AUTO, tools, new ToolChoice.Required(), 1, List.of()));
        assertThatThrownBy(() -> answer(request))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> {
                            assertThat(e.errorClass()).isEqualTo(errorClass);
                            assertThat(e.getMessage()).contains(says).doesNotContain("\n");
                        });
    }

    @Test
    void choicesThatChooseNothingAreRefused() {
        assertThatThrownBy(() ->
                        new ChatOptions(
                                ChatFormat.AUTO,
                                TOOLS,
                                new ToolChoice.Named("subtract"),
                                1,
                                List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'subtract'");
        assertThatThrownBy(() ->
                        new ChatOptions(
                                ChatFormat.AUTO,
                                List.of(),
                                new ToolChoice.Required(),
                                1,
                                List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                        new ChatOptions(
                                ChatFormat.AUTO, List.of(TOOLS.get(0), TOOLS.get(0)), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'get_weather'");
        assertThatThrownBy(() ->
                        new ChatOptions(
                                ChatFormat.AUTO, TOOLS, new ToolChoice.Auto(), 0, List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}

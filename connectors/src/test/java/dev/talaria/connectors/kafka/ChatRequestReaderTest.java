package dev.talaria.connectors.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.schemas.chat.ChatMessage;
import dev.talaria.schemas.chat.ToolCall;
import dev.talaria.schemas.chat.ToolDefinition;

import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

class ChatRequestReaderTest {

    private static final int MAX_BYTES = 400_000;

    @Test
    void aPromptIsTheUsersTurn() {
        ChatRequest request = readable("{\"prompt\": \"Hello\"}");

        assertThat(request.messages()).containsExactly(new ChatMessage.User("Hello"));
        assertThat(request.raw()).isFalse();
        assertThat(request.stream()).isFalse();
        assertThat(request.tools()).isEmpty();
        assertThat(request.options()).isEqualTo(TaskRequest.DEFAULTS);
    }

    @Test
    void everyOptionIsRead() {
        ChatRequest request =
                readable(
                        """
                        {"prompt": "Go on", "raw": true, "stream": true, "max_tokens": 7,
                         "temperature": 0.5, "top_p": 0.9, "top_k": 40, "min_p": 0.1,
                         "seed": 9999999999, "repetition_penalty": 1.1,
                         "frequency_penalty": -2, "presence_penalty": 2, "tools": null}
                        """);

        assertThat(request.raw()).isTrue();
        assertThat(request.stream()).isTrue();
        TaskRequest options = request.options();
        assertThat(options.maxTokens()).contains(7);
        assertThat(options.temperature()).contains(0.5f);
        assertThat(options.topP()).contains(0.9f);
        assertThat(options.topK()).contains(40);
        assertThat(options.minP()).contains(0.1f);
        assertThat(options.seed()).contains(9_999_999_999L);
        assertThat(options.repetitionPenalty()).contains(1.1f);
        assertThat(options.frequencyPenalty()).contains(-2f);
        assertThat(options.presencePenalty()).contains(2f);
    }

    @Test
    void turnsOfEveryRoleAreRead() {
        ChatRequest request =
                readable(
                        """
                        {"messages": [
                          {"role": "system", "content": "Be brief."},
                          {"role": "user", "content": [{"type": "text", "text": "Wake"},
                                                       {"type": "text", "text": "me"}]},
                          {"role": "assistant", "tool_calls": [
                            {"name": "clock", "arguments": {"at": 7}},
                            {"id": "1", "type": "function",
                             "function": {"name": "lamp", "arguments": "{\\"on\\": true}"}}]},
                          {"role": "tool", "name": "clock", "content": {"set": true}},
                          {"role": "tool", "name": "lamp", "tool_call_id": "1", "content": "it is on"}
                        ]}
                        """);

        assertThat(request.messages())
                .containsExactly(
                        new ChatMessage.System("Be brief."),
                        new ChatMessage.User("Wake\nme"),
                        new ChatMessage.Assistant(
                                "",
                                List.of(
                                        new ToolCall("clock", "{\"at\":7}"),
                                        new ToolCall("lamp", "{\"on\": true}"))),
                        new ChatMessage.ToolResponse("clock", "{\"set\":true}"),
                        new ChatMessage.ToolResponse("lamp", "\"it is on\""));
    }

    @Test
    void toolsAreReadAloneAndAsOpenAiWrapsThem() {
        ChatRequest request =
                readable(
                        """
                        {"prompt": "Wake me", "tool_choice": "clock", "tools": [
                          {"name": "lamp", "parameters": {"type": "object", "maxProperties": 1.50}},
                          {"type": "function", "function": {"name": "clock", "description": "rings"}}
                        ]}
                        """);

        assertThat(request.toolChoice()).contains("clock");
        assertThat(request.tools())
                .containsExactly(
                        new ToolDefinition(
                                "lamp", "", "{\"type\":\"object\",\"maxProperties\":1.50}"),
                        new ToolDefinition(
                                "clock", "rings", "{\"type\": \"object\", \"properties\": {}}"));
    }

    @Test
    void aSchemaForTheAnswerIsReadInEitherLayout() {
        Optional<String> schema = Optional.of("{\"type\":\"integer\"}");

        assertThat(format("{\"type\": \"json_schema\", \"json_schema\": {\"type\": \"integer\"}}"))
                .isEqualTo(schema);
        assertThat(
                        format(
                                "{\"type\": \"json_schema\", \"json_schema\": {\"name\": \"n\","
                                    + " \"strict\": true, \"schema\": {\"type\": \"integer\"}}}"))
                .isEqualTo(schema);
        assertThat(format("{\"type\": \"json_object\"}")).contains("{\"type\": \"object\"}");
        assertThat(format("{\"type\": \"text\"}")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"prompt": "x", "temprature": 1}                                  | UnknownField   | /temprature: the field is unknown
                    {"prompt": "x", "a/b~c": 1}                                       | UnknownField   | /a~1b~0c: the field is unknown
                    {"prompt": "x", "temperature": "hot"}                             | InvalidField   | /temperature: it is not a number
                    {"prompt": "x", "temperature": -1}                                | InvalidField   | /temperature: temperature -1.0 is not within 0 to 100
                    {"prompt": "x", "temperature": 1e999}                             | InvalidField   | /temperature: temperature Infinity
                    {"prompt": "x", "top_p": 0}                                       | InvalidField   | /top_p: top-p 0.0
                    {"prompt": "x", "top_k": 1.5}                                     | InvalidField   | /top_k: it is not a whole number
                    {"prompt": "x", "max_tokens": 0}                                  | InvalidField   | /max_tokens: max tokens 0 is below 1
                    {"prompt": "x", "max_tokens": 99999999999}                        | InvalidField   | /max_tokens: it is not a whole number of at most 2147483647
                    {"prompt": "x", "seed": 99999999999999999999}                     | InvalidField   | /seed: it is not a whole number of at most 64 bits
                    {"prompt": "x", "presence_penalty": 3}                            | InvalidField   | /presence_penalty: presence penalty 3.0
                    {"prompt": "x", "stream": "yes"}                                  | InvalidField   | /stream: it is not true or false
                    {"prompt": " "}                                                   | InvalidField   | /prompt: it has no text
                    {"prompt": 7}                                                     | InvalidField   | /prompt: it is not a string
                    {"prompt": "x", "messages": []}                                   | InvalidField   | record value: prompt, messages: both are there
                    {}                                                                | InvalidField   | record value: prompt, messages: neither is there
                    {"messages": []}                                                  | InvalidField   | /messages: there is none
                    {"messages": ["x"]}                                               | InvalidField   | /messages/0: it is no object
                    {"messages": [{"content": "x"}]}                                  | MissingField   | /messages/0/role: the field is missing
                    {"messages": [{"role": "bot", "content": "x"}]}                   | InvalidField   | /messages/0/role: it is no role
                    {"messages": [{"role": "user"}]}                                  | MissingField   | /messages/0/content: the field is missing
                    {"messages": [{"role": "user", "content": [{"type": "image_url"}]}]} | InvalidField | /messages/0/content/0/type: only text can be read
                    {"messages": [{"role": "tool", "content": "x"}]}                  | MissingField   | /messages/0/name: the field is missing
                    {"messages": [{"role": "assistant", "content": "x"}]}             | InvalidField   | /messages: the last is neither
                    {"messages": [{"role": "user", "content": "x"}], "raw": true}     | InvalidField   | /raw: messages have turns
                    {"prompt": "x", "tools": {}}                                      | InvalidField   | /tools: it is not an array of objects
                    {"prompt": "x", "tools": [{"type": "function", "function": {}}]}  | MissingField   | /tools/0/function/name: the field is missing
                    {"prompt": "x", "tools": [{"name": "a", "parameters": 3}]}        | InvalidField   | /tools/0/parameters: it is not an object
                    {"prompt": "x", "tools": [{"name": "a"}, {"name": "a"}]}          | InvalidField   | /tools/1/name: another tool has it, too
                    {"prompt": "x", "tools": [{"name": "a"}], "tool_choice": "b"}     | InvalidField   | /tool_choice: it is none of the tools
                    {"prompt": "x", "tool_choice": "auto"}                            | InvalidField   | /tool_choice: there are no tools
                    {"prompt": "x", "response_format": {"type": "xml"}}               | InvalidField   | /response_format/type: it is no format
                    {"prompt": "x", "response_format": {"type": "json_schema"}}       | MissingField   | /response_format/json_schema: the field is missing
                    {"prompt": "x", "prompt": "y"}                                    | MalformedJson  | record value line 1, column
                    {"prompt": "x", "temperature": 1e99999999999}                     | MalformedJson  | record value: a number's exponent
                    {"prompt": "x"} {}                                                | MalformedJson  | record value line 1, column
                    [1]                                                               | MalformedJson  | record value: it is no JSON object
                    {"prompt": "\\ud83d"}                                             | InvalidField   | /prompt: the text has half a surrogate pair
                    """)
    void whatIsWrongIsToldByItsPointer(String json, String errorClass, String message) {
        RecordReading.Unreadable<ChatRequest> unreadable = unreadable(json);

        assertThat(unreadable.errorClass()).isEqualTo(errorClass);
        assertThat(unreadable.message()).startsWith(message).contains(";").doesNotContain("\n");
    }

    @Test
    void whateverTheBytesAreLikeNothingIsThrown() {
        assertThat(unreadable("[".repeat(100_000)).errorClass()).isEqualTo("MalformedJson");
        assertThat(unreadable("{\"a\":".repeat(50_000)).errorClass()).isEqualTo("MalformedJson");
        assertThat(unreadable("{\"seed\": " + "9".repeat(100_000) + "}").errorClass())
                .isEqualTo("MalformedJson");
        assertThat(unreadable("x".repeat(MAX_BYTES + 1)).errorClass())
                .isEqualTo("DocumentTooLarge");
        assertThat(read(null)).isInstanceOf(RecordReading.Unreadable.class);
        assertThat(read(new byte[] {'{', (byte) 0xff, '}'}))
                .isInstanceOf(RecordReading.Unreadable.class);
        assertThat(read(new byte[0])).isInstanceOf(RecordReading.Unreadable.class);
    }

    private static Optional<String> format(String json) {
        return readable("{\"prompt\": \"x\", \"response_format\": " + json + "}").responseSchema();
    }

    private static ChatRequest readable(String json) {
        return ((RecordReading.Readable<ChatRequest>) read(json.getBytes(StandardCharsets.UTF_8)))
                .value();
    }

    private static RecordReading.Unreadable<ChatRequest> unreadable(String json) {
        return (RecordReading.Unreadable<ChatRequest>) read(json.getBytes(StandardCharsets.UTF_8));
    }

    @SuppressWarnings("NullAway") // does not see that the arrays of a compiled record may be null
    private static RecordReading<ChatRequest> read(byte @Nullable [] value) {
        return new ChatRequestReader(MAX_BYTES)
                .read(
                        new SourceRecord(
                                "talaria.requests", 0, 1, 0, null, value, new RecordHeaders()));
    }
}

package dev.talaria.pipeline.dialogue;

import static dev.talaria.pipeline.app.Samples.header;
import static dev.talaria.pipeline.app.Samples.headers;
import static dev.talaria.pipeline.app.Samples.text;
import static dev.talaria.pipeline.dialogue.ChatProcessorTest.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.inference.ToolChoice;
import dev.talaria.pipeline.app.DialogueHarness;
import dev.talaria.pipeline.app.HeldGenerator;
import dev.talaria.schemas.chat.ChatMessage;
import dev.talaria.schemas.chat.ToolCall;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

class ConversationProcessorTest {

    private static final String CONVERSATIONS = "talaria.conversations";
    private static final String CALLS = "talaria.tool-calls";
    private static final String RESULTS = "talaria.tool-results";
    private static final String ANSWERS = "talaria.answers";
    private static final String REJECTED = "talaria.rejected";
    private static final String STORE = "conversations";

    private static final String REQUEST =
            """
            {"prompt": "Wake me at seven and at eight.", "tools": [{"name": "wake", "parameters":
             {"type": "object", "properties": {"at": {"type": "integer"}}, "required": ["at"]}}]}\
            """;

    @TempDir Path state;

    private final HeldGenerator model = new HeldGenerator();

    @Test
    void callsGoOutResultsComeBackAndTheModelAnswers() {
        try (DialogueHarness tools = DialogueHarness.tools(model, state)) {
            tools.send(CONVERSATIONS, "c1", REQUEST, headers("traceparent", "00-ab"));
            says(call("wake", "{\"at\": 7}") + call("wake", "{\"at\": 8}"));

            List<TestRecord<byte[], byte[]>> calls = tools.await(CALLS, 2);
            assertThat(calls).extracting(record -> text(record.key())).containsOnly("c1");
            assertThat(calls)
                    .extracting(record -> text(record.value()))
                    .containsExactly(
                            "{\"conversation_id\":\"c1\",\"call_id\":\"0-0.1.1\",\"name\":\"wake\","
                                    + "\"arguments\":{\"at\": 7}}",
                            "{\"conversation_id\":\"c1\",\"call_id\":\"0-0.1.2\",\"name\":\"wake\","
                                    + "\"arguments\":{\"at\": 8}}");
            assertThat(header(calls.getFirst().headers(), "x-rounds")).isEqualTo("1");
            assertThat(header(calls.getFirst().headers(), "traceparent")).isEqualTo("00-ab");

            tools.send(RESULTS, "c1", "{\"call_id\": \"0-0.1.2\", \"result\": {\"set\": true}}");
            tools.drain();
            assertThat(model.count()).isEqualTo(1);
            tools.send(RESULTS, "c1", "{\"call_id\": \"0-0.1.1\", \"error\": \"no such hour\"}");
            tools.drain();

            assertThat(model.latest().request().prompt()).isEmpty();
            assertThat(model.latest().request().chat().earlier())
                    .containsExactly(
                            new ChatMessage.User("Wake me at seven and at eight."),
                            new ChatMessage.Assistant(
                                    "",
                                    List.of(
                                            new ToolCall("wake", "{\"at\": 7}"),
                                            new ToolCall("wake", "{\"at\": 8}"))),
                            new ChatMessage.ToolResponse("wake", "{\"error\": \"no such hour\"}"),
                            new ChatMessage.ToolResponse("wake", "{\"set\":true}"));
            says("Eight it is.");

            TestRecord<byte[], byte[]> answer = tools.await(ANSWERS, 1).getFirst();
            assertThat(text(answer.key())).isEqualTo("c1");
            assertThat(text(answer.value()))
                    .isEqualTo(
                            "{\"response\":\"Eight it is.\",\"usage\":{\"prompt_tokens\":22,"
                                    + "\"completion_tokens\":10,\"total_tokens\":32},"
                                    + "\"tool_calls\":[]}");
            assertThat(header(answer.headers(), "x-attempts")).isEqualTo("2");
            assertThat(header(answer.headers(), "x-source-topic")).isEqualTo(CONVERSATIONS);
            assertThat(answer.getRecordTime()).isEqualTo(DialogueHarness.TIME);
            assertThat(tools.entries(STORE)).isZero();
            assertThat(tools.read(REJECTED)).isEmpty();
        }
    }

    @Test
    void theModelMayCallAgainButOnlySoOften() {
        try (DialogueHarness tools = DialogueHarness.tools(model, state, "tools.rounds.max", "2")) {
            tools.send(CONVERSATIONS, "c1", REQUEST.replace("\"tools\"", choice("required")));
            assertThat(choice()).isEqualTo(new ToolChoice.Required());
            says(call("wake", "{\"at\": 7}"));
            tools.await(CALLS, 1);
            tools.send(RESULTS, "c1", "{\"call_id\": \"0-0.1.1\", \"result\": 1}");
            tools.drain();
            assertThat(choice()).isEqualTo(new ToolChoice.Auto());
            says(call("wake", "{\"at\": 8}"));
            assertThat(text(tools.await(CALLS, 1).getFirst().value())).contains("\"0-0.2.1\"");
            tools.send(RESULTS, "c1", "{\"call_id\": \"0-0.2.1\", \"result\": null}");
            tools.drain();

            assertThat(choice()).isEqualTo(new ToolChoice.None());
            says("Done.");
            assertThat(text(tools.await(ANSWERS, 1).getFirst().value())).contains("\"Done.\"");
        }
    }

    @Test
    void resultsThatAreNotUsedAreRejectedWithTheirReason() {
        try (DialogueHarness tools = DialogueHarness.tools(model, state)) {
            tools.send(CONVERSATIONS, "c1", REQUEST);
            says(call("wake", "{\"at\": 7}") + call("wake", "{\"at\": 8}"));
            tools.await(CALLS, 2);
            String first = "{\"call_id\": \"0-0.1.1\", \"result\": 1}";
            tools.send(RESULTS, "c1", first);
            tools.send(RESULTS, "c1", first);
            tools.send(RESULTS, "c1", "{\"call_id\": \"0-0.9.9\", \"result\": 1}");
            tools.send(RESULTS, "c2", first);
            tools.send(RESULTS, "c1", "{\"call_id\": \"0-0.1.2\"}");
            tools.send(
                    RESULTS, "c1", "{\"call_id\": \"0-0.1.2\", \"result\": 1, \"error\": \"x\"}");
            tools.send(RESULTS, "c1", "{\"call_id\": \"0-0.1.2\", \"reslt\": 1}");
            tools.send(RESULTS, null, first);
            tools.send(RESULTS, "c1", null);

            List<TestRecord<byte[], byte[]>> rejected = tools.await(REJECTED, 8);

            assertThat(rejected)
                    .extracting(record -> header(record.headers(), "x-error-class"))
                    .containsExactlyInAnyOrder(
                            "DuplicateResult",
                            "UnknownCall",
                            "UnknownConversation",
                            "InvalidField",
                            "InvalidField",
                            "UnknownField",
                            "NoConversationId",
                            "NullValue");
            assertThat(rejected)
                    .extracting(record -> header(record.headers(), "x-source-topic"))
                    .containsOnly(RESULTS);
            tools.send(RESULTS, "c1", "{\"call_id\": \"0-0.1.2\", \"result\": 2}");
            tools.drain();
            says("Done.");
            tools.await(ANSWERS, 1);
            tools.send(RESULTS, "c1", first);
            assertThat(header(tools.await(REJECTED, 1).getFirst().headers(), "x-error-class"))
                    .isEqualTo("UnknownConversation");
        }
    }

    @Test
    void requestsThatAreNoConversationsAreRejected() {
        try (DialogueHarness tools = DialogueHarness.tools(model, state)) {
            tools.send(CONVERSATIONS, "a", "{\"prompt\": \"x\"}");
            tools.send(
                    CONVERSATIONS,
                    "b",
                    REQUEST.replace("\"tools\"", "\"stream\": true, \"tools\""));
            tools.send(CONVERSATIONS, "c", "{");
            tools.send(CONVERSATIONS, null, REQUEST);
            tools.send(CONVERSATIONS, "d", REQUEST);
            tools.send(CONVERSATIONS, "d", REQUEST);

            assertThat(tools.await(REJECTED, 5))
                    .extracting(record -> header(record.headers(), "x-error-message").split(":")[0])
                    .containsExactlyInAnyOrder(
                            "/tools",
                            "/stream",
                            "record value line 1, column 2",
                            "record key",
                            "record key");
            assertThat(model.count()).isEqualTo(1);
            assertThat(tools.entries(STORE)).isEqualTo(1);
        }
    }

    @Test
    void aConversationWhoseTimeIsOverIsRejectedAndForgotten() {
        try (DialogueHarness tools =
                DialogueHarness.tools(model, state, "tools.timeout.seconds", "30")) {
            tools.send(CONVERSATIONS, "waits-for-tool", REQUEST);
            says(call("wake", "{\"at\": 7}"));
            tools.await(CALLS, 1);
            tools.send(CONVERSATIONS, "waits-for-model", REQUEST);
            HeldGenerator.Asked late = model.latest();
            tools.advance(Duration.ofSeconds(20));
            assertThat(tools.read(REJECTED)).isEmpty();
            tools.advance(Duration.ofSeconds(20));

            List<TestRecord<byte[], byte[]>> rejected = tools.await(REJECTED, 2);

            assertThat(rejected)
                    .extracting(record -> header(record.headers(), "x-error-class"))
                    .containsOnly("ConversationTimedOut");
            assertThat(header(rejected.getFirst().headers(), "x-error-message"))
                    .contains("the results of 0-0.1.1 (wake)");
            assertThat(header(rejected.getLast().headers(), "x-error-message"))
                    .contains("waited for the model");
            assertThat(text(rejected.getFirst().value())).isEqualTo(REQUEST);
            assertThat(late.isCancelled()).isTrue();
            assertThat(tools.entries(STORE)).isZero();

            tools.send(CONVERSATIONS, "waits-for-model", REQUEST);
            late.write("too late");
            late.end();
            says("In time.");
            assertThat(text(tools.await(ANSWERS, 1).getFirst().value())).contains("In time.");
        }
    }

    @Test
    void whatIsRememberedIsBounded() {
        try (DialogueHarness tools =
                DialogueHarness.tools(model, state, "tools.conversation.max.bytes", "1000")) {
            tools.send(CONVERSATIONS, "c1", REQUEST);
            says(call("wake", "{\"at\": 7}"));
            tools.await(CALLS, 1);
            String result = "\"" + "x".repeat(1000) + "\"";
            tools.send(RESULTS, "c1", "{\"call_id\": \"0-0.1.1\", \"result\": " + result + "}");

            Headers found = tools.await(REJECTED, 1).getFirst().headers();

            assertThat(header(found, "x-error-class")).isEqualTo("ConversationTooLarge");
            assertThat(header(found, "x-source-topic")).isEqualTo(CONVERSATIONS);
            assertThat(tools.entries(STORE)).isZero();
            assertThat(model.count()).isEqualTo(1);
        }
    }

    @Test
    void callsThatDoNotSatisfyTheirSchemaAndFailuresEndTheConversation() {
        try (DialogueHarness tools = DialogueHarness.tools(model, state)) {
            tools.send(CONVERSATIONS, "c1", REQUEST);
            says(call("wake", "{\"at\": \"seven\"}"));
            tools.send(CONVERSATIONS, "c2", REQUEST);
            model.latest().fail(new IllegalStateException("tile 7 is missing"));
            tools.drain();
            model.latest().fail(new IllegalStateException("tile 7 is missing"));

            List<TestRecord<byte[], byte[]>> rejected = tools.await(REJECTED, 2);

            assertThat(rejected)
                    .extracting(record -> header(record.headers(), "x-error-stage"))
                    .containsExactlyInAnyOrder("VALIDATION", "ENGINE");
            assertThat(tools.read(CALLS)).isEmpty();
            assertThat(tools.entries(STORE)).isZero();
        }
    }

    private void says(String words) {
        model.latest().write(words);
        model.latest().end();
    }

    private ToolChoice choice() {
        return model.latest().request().chat().toolChoice();
    }

    private static String choice(String choice) {
        return "\"tool_choice\": \"" + choice + "\", \"tools\"";
    }
}

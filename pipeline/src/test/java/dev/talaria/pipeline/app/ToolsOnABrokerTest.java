package dev.talaria.pipeline.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.TextRequest;
import dev.talaria.inference.scripted.ScriptedGenerator;
import dev.talaria.pipeline.broker.EmbeddedBroker;
import dev.talaria.pipeline.config.PipelineConfig;
import dev.talaria.pipeline.dialogue.DialogueTally;
import dev.talaria.pipeline.processor.TrafficListener;
import dev.talaria.pipeline.topology.DialogueTopics;
import dev.talaria.schemas.chat.ChatMessage;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Conversations on a broker, the pipeline stopped while the model thinks and while tools work.
class ToolsOnABrokerTest {

    private static final int CONVERSATIONS = 6;
    private static final Pattern CALL_ID = Pattern.compile("\"call_id\":\"([^\"]+)\"");

    @TempDir Path folder;

    private final DialogueTally tally = new DialogueTally();

    @Test
    void stopsInTheMiddleLoseNothingAndDoubleNothing() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"))) {
            PipelineConfig config = config(broker);
            DialogueTopics topics = config.dialogueTopics();
            try (Topics wanted = new Topics(config)) {
                wanted.ensure();
            }
            try (CommittedTopics seen =
                    new CommittedTopics(
                            config,
                            List.of(
                                    topics.toolCalls(),
                                    topics.answers(),
                                    config.topics().rejected()))) {
                for (int i = 0; i < CONVERSATIONS; i++) {
                    seen.send(topics.conversations(), "c" + i, request(i));
                }
                stopWhileTheModelThinks(config);
                run(config, () -> seen.await(topics.toolCalls(), CONVERSATIONS));
                for (ConsumerRecord<byte[], byte[]> call :
                        List.copyOf(seen.of(topics.toolCalls()))) {
                    String result = "{\"call_id\": \"%s\", \"result\": 42}".formatted(id(call));
                    seen.send(topics.toolResults(), Samples.text(call.key()), result);
                    seen.send(topics.toolResults(), Samples.text(call.key()), result);
                }
                run(
                        config,
                        () -> {
                            seen.await(topics.answers(), CONVERSATIONS);
                            seen.await(config.topics().rejected(), CONVERSATIONS);
                        });
                seen.readToEnd();
                assertThat(tally.answered).hasValue(CONVERSATIONS);
                assertThat(tally.calls).hasValue(CONVERSATIONS);
                assertThat(tally.rejected).hasValue(CONVERSATIONS);
                assertThat(tally.open).hasValue(0);

                assertThat(seen.of(topics.toolCalls()))
                        .extracting(ToolsOnABrokerTest::id)
                        .doesNotHaveDuplicates()
                        .hasSize(CONVERSATIONS);
                assertThat(seen.of(topics.answers()))
                        .extracting(answer -> Samples.text(answer.key()))
                        .doesNotHaveDuplicates()
                        .hasSize(CONVERSATIONS);
                assertThat(seen.of(topics.answers()))
                        .allSatisfy(answer ->
                                assertThat(Samples.text(answer.value())).contains("\"it is 42\""));
                assertThat(seen.of(config.topics().rejected()))
                        .hasSize(CONVERSATIONS)
                        .extracting(result -> Samples.header(result.headers(), "x-error-class"))
                        .isSubsetOf("DuplicateResult", "UnknownConversation");
            }
        }
    }

    private static void stopWhileTheModelThinks(PipelineConfig config) {
        HeldGenerator held = new HeldGenerator();
        try (InferenceOperator operator = Samples.noteOperator();
                Pipeline pipeline = Pipeline.start(config, operator, held)) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> held.count() == CONVERSATIONS);
            assertThat(pipeline.failure()).isEmpty();
        }
    }

    private void run(PipelineConfig config, Runnable meanwhile) {
        try (InferenceOperator operator = Samples.noteOperator();
                ScriptedGenerator generator = new ScriptedGenerator(ToolsOnABrokerTest::says);
                Pipeline pipeline =
                        Pipeline.start(
                                config, operator, generator, TrafficListener.NONE, _ -> tally)) {
            meanwhile.run();
            assertThat(pipeline.failure()).isEmpty();
        }
    }

    private static List<String> says(TextRequest request) {
        return request.chat().earlier().isEmpty() || !hasResult(request)
                ? List.of(
                        "<tool_call>\n",
                        "{\"arguments\": {\"of\": 7}, \"name\": \"answer\"}",
                        "\n</tool_call>")
                : List.of("it is ", result(request));
    }

    private static boolean hasResult(TextRequest request) {
        return request.chat().earlier().getLast() instanceof ChatMessage.ToolResponse;
    }

    private static String result(TextRequest request) {
        return ((ChatMessage.ToolResponse) request.chat().earlier().getLast()).content();
    }

    private static String id(ConsumerRecord<byte[], byte[]> call) {
        Matcher matcher = CALL_ID.matcher(Samples.text(call.value()));
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }

    private static String request(int number) {
        return """
        {"prompt": "question %d", "tools": [{"name": "answer", "parameters": {"type": "object",
         "properties": {"of": {"type": "integer"}}}}]}
        """
                .formatted(number);
    }

    private PipelineConfig config(EmbeddedBroker broker) {
        Map<String, String> values = new TreeMap<>();
        values.put("kafka.bootstrap.servers", broker.bootstrapServers());
        values.put("topologies", "tools");
        values.put("topics.create", "true");
        values.put("topics.partitions", "3");
        values.put("state.dir", folder.resolve("state").toString());
        return PipelineConfig.of(values);
    }
}

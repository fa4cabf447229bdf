package dev.talaria.pipeline.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.scripted.ScriptedGenerator;
import dev.talaria.pipeline.broker.EmbeddedBroker;
import dev.talaria.pipeline.config.PipelineConfig;
import dev.talaria.pipeline.dialogue.DialogueTally;
import dev.talaria.pipeline.processor.TrafficListener;
import dev.talaria.pipeline.topology.DialogueTopics;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Requests for text on a broker, the pipeline stopped in the middle of them.
class ChatOnABrokerTest {

    private static final int REQUESTS = 12;

    @TempDir Path folder;

    @Test
    void aStopInTheMiddleLosesNothingAndDoublesNothingAndTextBeginsAnew() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"))) {
            PipelineConfig config = config(broker);
            DialogueTopics topics = config.dialogueTopics();
            try (Topics wanted = new Topics(config)) {
                wanted.ensure();
            }
            try (CommittedTopics seen =
                    new CommittedTopics(config, List.of(topics.answers(), topics.tokens()))) {
                for (int i = 0; i < REQUESTS; i++) {
                    seen.send(
                            topics.requests(),
                            "r" + i,
                            "{\"prompt\": \"number " + i + "\", \"stream\": true}");
                }
                stopWhileTextIsWritten(config, seen);
                DialogueTally tally = new DialogueTally();
                try (InferenceOperator operator = Samples.noteOperator();
                        ScriptedGenerator generator = echo();
                        Pipeline pipeline =
                                Pipeline.start(
                                        config,
                                        operator,
                                        generator,
                                        TrafficListener.NONE,
                                        _ -> tally)) {
                    seen.await(topics.answers(), REQUESTS);
                    assertThat(tally.answered).hasValue(REQUESTS);
                    assertThat(tally.open).hasValue(0);
                    assertThat(pipeline.failure()).isEmpty();
                }
                seen.readToEnd();

                assertThat(seen.of(topics.answers()))
                        .extracting(answer -> Samples.text(answer.key()))
                        .doesNotHaveDuplicates()
                        .hasSize(REQUESTS);
                for (ConsumerRecord<byte[], byte[]> answer : seen.of(topics.answers())) {
                    assertTextIsThatOf(answer, seen.of(topics.tokens()));
                }
            }
        }
    }

    // Every request has written a piece that is committed, and none has its answer.
    private static void stopWhileTextIsWritten(PipelineConfig config, CommittedTopics seen) {
        HeldGenerator held = new HeldGenerator();
        try (InferenceOperator operator = Samples.noteOperator();
                Pipeline pipeline = Pipeline.start(config, operator, held)) {
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> held.count() == REQUESTS);
            for (int i = 0; i < REQUESTS; i++) {
                held.asked(i).write("begun");
            }
            seen.await(config.dialogueTopics().tokens(), REQUESTS);
            assertThat(seen.of(config.dialogueTopics().answers())).isEmpty();
            assertThat(pipeline.failure()).isEmpty();
        }
    }

    private static void assertTextIsThatOf(
            ConsumerRecord<byte[], byte[]> answer, List<ConsumerRecord<byte[], byte[]>> tokens) {
        List<ConsumerRecord<byte[], byte[]>> pieces =
                tokens.stream()
                        .filter(piece ->
                                Samples.text(piece.key()).equals(Samples.text(answer.key())))
                        .toList();
        StringBuilder text = new StringBuilder();
        for (ConsumerRecord<byte[], byte[]> piece : pieces) {
            if (Samples.header(piece.headers(), "x-stream-index").equals("0")) {
                text.setLength(0);
            }
            String value = Samples.text(piece.value());
            text.append(value, "{\"response\":\"".length(), value.length() - 2);
        }
        assertThat(Samples.header(pieces.getFirst().headers(), "x-stream-attempt")).isEqualTo("1");
        assertThat(Samples.header(pieces.getLast().headers(), "x-stream-attempt")).isEqualTo("2");
        assertThat(Samples.header(pieces.getLast().headers(), "x-stream-end")).isEqualTo("STOP");
        assertThat(Samples.text(answer.value())).startsWith("{\"response\":\"" + text + "\",");
        assertThat(text.toString()).startsWith("you said number ");
    }

    private static ScriptedGenerator echo() {
        return new ScriptedGenerator(request -> List.of("you said", " ", request.prompt()));
    }

    private PipelineConfig config(EmbeddedBroker broker) {
        Map<String, String> values = new TreeMap<>();
        values.put("kafka.bootstrap.servers", broker.bootstrapServers());
        values.put("topologies", "chat");
        values.put("topics.create", "true");
        values.put("topics.partitions", "3");
        values.put("state.dir", folder.resolve("state").toString());
        return PipelineConfig.of(values);
    }
}

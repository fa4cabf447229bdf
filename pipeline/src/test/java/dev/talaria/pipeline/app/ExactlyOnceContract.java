package dev.talaria.pipeline.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.connectors.kafka.HeaderNames;
import dev.talaria.inference.InferenceOperator;
import dev.talaria.pipeline.config.PipelineConfig;
import dev.talaria.pipeline.topology.TopicNames;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/// What the pipeline promises on a real broker: every document answered exactly once, also where it
/// is stopped in the middle. A broker and an operator make it a test.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class ExactlyOnceContract {

    private static final int DOCUMENTS = 40;
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir Path state;

    private String run;

    /// A running broker's address.
    protected abstract String bootstrapServers();

    /// The operator under test; closed by the test.
    protected abstract InferenceOperator operator();

    @BeforeEach
    void nameTheRun() {
        run = UUID.randomUUID().toString().substring(0, 8);
    }

    @Test
    void everyDocumentIsAnsweredOnceWithItsProvenance() throws Exception {
        PipelineConfig config = config();
        try (TopicProbe probe = new TopicProbe(config)) {
            prepare(probe, config);
            produce(probe, config.topics(), 0, DOCUMENTS);
            produceUnknownSchema(probe, config.topics());
            try (InferenceOperator operator = operator();
                    ExtractionApplication pipeline =
                            ExtractionApplication.start(config, operator)) {
                awaitAnswers(probe, pipeline, DOCUMENTS + 1);
            }
            probe.readToEnd();
            assertEveryDocumentOnce(probe, config.topics(), DOCUMENTS);
            assertThat(probe.rejected()).hasSize(1);
            assertThat(probe.rejected().getFirst().value()).isEqualTo(Samples.bytes("Hello"));
            assertThat(
                            Samples.header(
                                    probe.rejected().getFirst().headers(), HeaderNames.ERROR_CLASS))
                    .isEqualTo("UnknownSchema");
        }
    }

    @Test
    void aStopInTheMiddleLosesNothingAndDoublesNothing() throws Exception {
        PipelineConfig config = config();
        try (TopicProbe probe = new TopicProbe(config)) {
            prepare(probe, config);
            produce(probe, config.topics(), 0, DOCUMENTS);
            // Held requests: whatever the operator is, some work is in flight at the stop.
            try (InferenceOperator operator = operator();
                    HalfwayOperator halfway = new HalfwayOperator(operator, DOCUMENTS / 4);
                    ExtractionApplication pipeline = ExtractionApplication.start(config, halfway)) {
                awaitAnswers(probe, pipeline, DOCUMENTS / 4);
                Awaitility.await().atMost(PATIENCE).until(() -> halfway.held() > 0);
            }
            produce(probe, config.topics(), DOCUMENTS, DOCUMENTS + 10);
            try (InferenceOperator operator = operator();
                    ExtractionApplication pipeline =
                            ExtractionApplication.start(config, operator)) {
                awaitAnswers(probe, pipeline, DOCUMENTS + 10);
            }
            probe.readToEnd();
            assertEveryDocumentOnce(probe, config.topics(), DOCUMENTS + 10);
            assertThat(probe.rejected()).isEmpty();
        }
    }

    private PipelineConfig config() {
        Map<String, String> values = new TreeMap<>();
        values.put("kafka.bootstrap.servers", bootstrapServers());
        values.put("application.id", "app-" + run);
        values.put("topics.documents", "documents-" + run);
        values.put("topics.extractions", "extractions-" + run);
        values.put("topics.rejected", "rejected-" + run);
        values.put("topics.schemas", "schemas-" + run);
        values.put("topics.create", "true");
        values.put("topics.partitions", "3");
        values.put("state.dir", state.resolve(run).toString());
        return PipelineConfig.of(values);
    }

    private static void prepare(TopicProbe probe, PipelineConfig config) throws Exception {
        try (Topics topics = new Topics(config)) {
            topics.ensure();
        }
        probe.start();
        probe.send(
                new ProducerRecord<>(
                        config.topics().schemas(),
                        Samples.bytes("note@1"),
                        Samples.bytes(Samples.NOTE_SCHEMA)));
    }

    private static void produce(TopicProbe probe, TopicNames topics, int from, int to)
            throws Exception {
        for (int i = from; i < to; i++) {
            probe.send(
                    new ProducerRecord<>(
                            topics.documents(),
                            null,
                            1_700_000_000_000L + i,
                            Samples.bytes("doc-" + i),
                            Samples.bytes("Text: note " + i),
                            Samples.noteHeaders()));
        }
    }

    private static void produceUnknownSchema(TopicProbe probe, TopicNames topics) throws Exception {
        probe.send(
                new ProducerRecord<>(
                        topics.documents(),
                        null,
                        Samples.bytes("stray"),
                        Samples.bytes("Hello"),
                        Samples.headers(HeaderNames.SCHEMA, "nothing@1")));
    }

    private static void awaitAnswers(TopicProbe probe, ExtractionApplication pipeline, int count) {
        Awaitility.await()
                .pollInSameThread()
                .atMost(PATIENCE)
                .until(() -> {
                    probe.poll();
                    assertThat(pipeline.failure()).isEmpty();
                    return probe.answers() >= count;
                });
    }

    private static void assertEveryDocumentOnce(TopicProbe probe, TopicNames topics, int count) {
        List<String> keys =
                probe.extractions().stream().map(record -> Samples.text(record.key())).toList();
        assertThat(keys).doesNotHaveDuplicates().hasSize(count);
        assertThat(probe.extractions())
                .allSatisfy(record -> {
                    String number = Samples.text(record.key()).substring("doc-".length());
                    assertThat(Samples.violations(record.value())).isEmpty();
                    assertThat(record.timestamp())
                            .isEqualTo(1_700_000_000_000L + Long.parseLong(number));
                    for (String name : TopicProbe.PROVENANCE) {
                        assertThat(Samples.header(record.headers(), name))
                                .as("header %s of doc-%s", name, number)
                                .isNotEmpty();
                    }
                    assertThat(Samples.header(record.headers(), HeaderNames.SOURCE_TOPIC))
                            .isEqualTo(topics.documents());
                });
    }
}

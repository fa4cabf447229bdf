package dev.talaria.pipeline.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.connectors.kafka.HeaderNames;
import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.OperatorConfig;
import dev.talaria.inference.embedded.EmbeddedOperator;
import dev.talaria.inference.scripted.ScriptedOperator;
import dev.talaria.pipeline.app.ExtractionApplication;
import dev.talaria.pipeline.app.Samples;
import dev.talaria.pipeline.broker.EmbeddedBroker;
import dev.talaria.pipeline.config.PipelineConfig;
import dev.talaria.pipeline.hostile.HostileRecord.Fate;
import dev.talaria.pipeline.topology.TopicNames;
import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.extraction.RejectionStage;
import dev.talaria.schemas.task.ExtractionTask;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// More than two hundred kinds of records that mean harm, through the whole pipeline on a real
/// broker: each is answered with a stage and a reason or is a document after all, the pipeline goes
/// on, and nothing of them stays in memory.
class HostileRecordsTest {

    private static final long SEED = Long.getLong("talaria.hostile.seed", 20_260_301L);
    private static final int MOST_BYTES = 64 << 20;

    // One large record may lie in a connection's buffers; all of them together would be far more.
    private static final long MOST_GROWTH_BYTES = 100L << 20;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir private static Path folder;

    private static EmbeddedBroker broker;

    /// What became of a record, and no more of it than its check needs.
    ///
    /// @param stage null where it was extracted
    private record Outcome(
            boolean isExtracted, String stage, String errorClass, String message, int valueHash) {}

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.start(folder.resolve("broker"));
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Test
    void everyKindIsAnsweredWithItsReasonAndThePipelineGoesOnWithNoMoreMemory() throws Exception {
        List<HostileRecord> records = HostileCatalogue.of(SEED);
        assertThat(records).extracting(HostileRecord::kind).doesNotHaveDuplicates();
        assertThat(records).hasSizeGreaterThan(200);
        try (InferenceOperator operator = new ScriptedOperator(HostileRecordsTest::answer);
                Run run = new Run("scripted", operator)) {
            run.check(records);
            long before = usedBytes();
            run.check(records);
            long after = usedBytes();
            assertThat(after - before)
                    .as("heap after collection: %,d bytes, then %,d", before, after)
                    .isLessThan(MOST_GROWTH_BYTES);
        }
    }

    /// Those that are documents after all, and the damaged ones, with the model behind them.
    @Test
    void theModelAnswersThoseThatReachItToo() throws Exception {
        List<HostileRecord> records =
                HostileCatalogue.of(SEED).stream()
                        .filter(record -> record.fate() != Fate.REJECTED)
                        .filter(record -> record.value().length < 2_000)
                        .toList();
        assertThat(records).hasSizeGreaterThan(40);
        try (InferenceOperator operator = EmbeddedOperator.open(OperatorConfig.DEFAULT);
                Run run = new Run("model", operator)) {
            run.check(records);
        }
    }

    private static Extraction answer(Document document, ExtractionTask task) {
        return new Extraction.Extracted(
                document.id(), "{\"text\": \"ok\"}", Samples.provenance(task));
    }

    private static long usedBytes() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /// A pipeline with topics of its own.
    private static final class Run implements AutoCloseable {

        private final TopicNames topics;
        private final KafkaProducer<byte[], byte[]> producer;
        private final KafkaConsumer<byte[], byte[]> consumer;
        private final ExtractionApplication pipeline;

        Run(String name, InferenceOperator operator) throws Exception {
            PipelineConfig config =
                    PipelineConfig.of(
                            Map.ofEntries(
                                    Map.entry("kafka.bootstrap.servers", broker.bootstrapServers()),
                                    Map.entry("application.id", "hostile-" + name),
                                    Map.entry("topics.documents", "documents-" + name),
                                    Map.entry("topics.extractions", "extractions-" + name),
                                    Map.entry("topics.rejected", "rejected-" + name),
                                    Map.entry("topics.schemas", "schemas-" + name),
                                    Map.entry("task.max.tokens", "48"),
                                    Map.entry("state.dir", folder.resolve(name).toString())));
            topics = config.topics();
            create();
            producer =
                    new KafkaProducer<>(
                            Map.of(
                                    ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                    broker.bootstrapServers(),
                                    ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                                    MOST_BYTES,
                                    ProducerConfig.BUFFER_MEMORY_CONFIG,
                                    2L * MOST_BYTES),
                            new ByteArraySerializer(),
                            new ByteArraySerializer());
            consumer =
                    new KafkaConsumer<>(
                            Map.of(
                                    ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                    broker.bootstrapServers(),
                                    ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                                    "read_committed"),
                            new ByteArrayDeserializer(),
                            new ByteArrayDeserializer());
            List<TopicPartition> outputs =
                    List.of(
                            new TopicPartition(topics.extractions(), 0),
                            new TopicPartition(topics.rejected(), 0));
            consumer.assign(outputs);
            consumer.seekToBeginning(outputs);
            register("note@1", Samples.NOTE_SCHEMA);
            for (HostileRecord record : HostileCatalogue.of(SEED)) {
                if (record.schema().isPresent()) {
                    register(
                            Samples.header(record.headers(), HeaderNames.SCHEMA),
                            record.schema().get());
                }
            }
            pipeline = ExtractionApplication.start(config, operator);
        }

        private void create() throws Exception {
            try (Admin admin =
                    Admin.create(
                            Map.of(
                                    ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                    broker.bootstrapServers()))) {
                List<NewTopic> created = new ArrayList<>();
                for (String topic : topics.all()) {
                    created.add(
                            new NewTopic(topic, Optional.of(1), Optional.empty())
                                    .configs(
                                            Map.of(
                                                    TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                                                    Integer.toString(MOST_BYTES))));
                }
                admin.createTopics(created).all().get();
            }
        }

        private void register(String name, String schema) throws Exception {
            producer.send(
                            new ProducerRecord<>(
                                    topics.schemas(), Samples.bytes(name), Samples.bytes(schema)))
                    .get();
        }

        void check(List<HostileRecord> records) throws Exception {
            Map<Long, HostileRecord> sent = new HashMap<>();
            for (HostileRecord record : records) {
                sent.put(send(record.key(), record.value(), record.headers()), record);
            }
            // One that is good, last.
            long good = send(null, Samples.bytes("Text: good"), Samples.noteHeaders());
            Map<Long, Outcome> outcomes = outcomes(sent.size() + 1);
            SoftAssertions all = new SoftAssertions();
            sent.forEach((offset, record) -> check(all, record, outcomes.get(offset)));
            all.assertThat(outcomes.get(good)).isNotNull();
            all.assertThat(outcomes.get(good)).extracting(Outcome::isExtracted).isEqualTo(true);
            all.assertThat(pipeline.failure()).isEmpty();
            all.assertAll();
        }

        private long send(byte[] key, byte[] value, Headers headers) throws Exception {
            return producer.send(
                            new ProducerRecord<>(
                                    topics.documents(), null, null, key, value, headers))
                    .get()
                    .offset();
        }

        private static void check(SoftAssertions all, HostileRecord record, Outcome outcome) {
            String kind = "%s, seed %d: %s".formatted(record.kind(), SEED, outcome);
            all.assertThat(outcome).as(kind).isNotNull();
            if (outcome == null) {
                return;
            }
            if (record.fate() != Fate.ANSWERED) {
                all.assertThat(outcome.isExtracted() ? Fate.EXTRACTED : Fate.REJECTED)
                        .as(kind)
                        .isEqualTo(record.fate());
            }
            if (!outcome.isExtracted()) {
                all.assertThat(RejectionStage.values())
                        .as(kind)
                        .extracting(Enum::name)
                        .contains(outcome.stage());
                all.assertThat(outcome.errorClass()).as(kind).isNotBlank();
                all.assertThat(outcome.message()).as(kind).isNotBlank().doesNotContain("\n");
                all.assertThat(outcome.message().length()).as(kind).isLessThan(8_192);
                all.assertThat(outcome.valueHash())
                        .as("%s: its bytes", kind)
                        .isEqualTo(Arrays.hashCode(record.value()));
            }
        }

        private Map<Long, Outcome> outcomes(int count) {
            Map<Long, Outcome> outcomes = new HashMap<>();
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (outcomes.size() < count && System.nanoTime() < deadline) {
                assertThat(pipeline.failure()).isEmpty();
                for (ConsumerRecord<byte[], byte[]> record :
                        consumer.poll(Duration.ofMillis(100))) {
                    Headers headers = record.headers();
                    Outcome earlier =
                            outcomes.put(
                                    Long.parseLong(
                                            Samples.header(headers, HeaderNames.SOURCE_OFFSET)),
                                    outcome(record));
                    assertThat(earlier).as("a second answer").isNull();
                }
            }
            return outcomes;
        }

        private Outcome outcome(ConsumerRecord<byte[], byte[]> record) {
            return new Outcome(
                    record.topic().equals(topics.extractions()),
                    Samples.header(record.headers(), HeaderNames.ERROR_STAGE),
                    Samples.header(record.headers(), HeaderNames.ERROR_CLASS),
                    Samples.header(record.headers(), HeaderNames.ERROR_MESSAGE),
                    Arrays.hashCode(record.value()));
        }

        @Override
        public void close() {
            pipeline.close();
            producer.close();
            consumer.close();
        }
    }
}

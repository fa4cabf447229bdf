package dev.talaria.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.connectors.kafka.HeaderNames;
import dev.talaria.connectors.kafka.SourceRecord;
import dev.talaria.pipeline.admin.Cluster;
import dev.talaria.pipeline.admin.DeadLetters;
import dev.talaria.pipeline.admin.DeadLetters.ReplayOptions;
import dev.talaria.pipeline.admin.RejectedEntry;
import dev.talaria.pipeline.admin.TopicReader;
import dev.talaria.pipeline.app.Samples;
import dev.talaria.pipeline.broker.EmbeddedBroker;
import dev.talaria.pipeline.config.PipelineConfig;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// Rejected documents are found, shown, and sent again once.
class DlqCommandTest {

    private static final long DAY_ONE = 1_700_000_000_000L;
    private static final int MANY = 500;

    private static EmbeddedBroker broker;

    @TempDir Path folder;

    private String run;
    private Path config;

    @BeforeAll
    static void startBroker(@TempDir Path data) {
        broker = EmbeddedBroker.start(data);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void createTopics() throws IOException {
        run = "run-" + UUID.randomUUID().toString().substring(0, 8);
        StringBuilder settings = new StringBuilder();
        settings.append("kafka.bootstrap.servers: " + broker.bootstrapServers() + "\n");
        settings.append("application.id: " + run + "\ntopics.partitions: 2\n");
        for (String topic :
                List.of("documents", "extractions", "rejected", "schemas", "jobs", "replayed")) {
            settings.append("topics." + topic + ": " + run + "." + topic + "\n");
        }
        settings.append("topics.jobs.done: " + run + ".done\n");
        config = Files.writeString(folder.resolve("talaria.yaml"), settings);
        assertThat(cluster("topics", "create").code()).isZero();
    }

    @Test
    void rejectedDocumentsAreListedByStageSchemaAndTime() throws Exception {
        reject("a", DAY_ONE, "REQUEST", "UnknownSchema", "passport@3");
        reject("b", DAY_ONE + 1000, "VALIDATION", "Invalid", "invoice@1");
        reject("c", DAY_ONE + 2000, "VALIDATION", "Invalid", "invoice@2");

        assertThat(listed()).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(listed("--stage", "validation")).containsExactlyInAnyOrder("b", "c");
        assertThat(listed("--class", "unknownschema")).containsExactly("a");
        assertThat(listed("--schema", "invoice")).containsExactlyInAnyOrder("b", "c");
        assertThat(listed("--schema", "invoice@2")).containsExactly("c");
        assertThat(listed("--since", "2023-11-14T22:13:21Z")).containsExactlyInAnyOrder("b", "c");
        assertThat(listed("--until", "2023-11-14T22:13:21Z")).containsExactly("a");
        assertThat(cluster("dlq", "list", "--summary").out())
                .containsPattern("VALIDATION +Invalid +invoice@1 +1");
        assertThat(cluster("dlq", "list", "--since", "never").code()).isEqualTo(2);
    }

    @Test
    void aStageThatThereIsNotAndADocumentThatIsNotThereAreSaid() throws Exception {
        reject("a", DAY_ONE, "REQUEST", "UnknownSchema", "passport@3");

        CommandRun stage = cluster("dlq", "replay", "--stage", "requested");
        assertThat(stage.code()).isEqualTo(2);
        assertThat(stage.err())
                .contains("no stage 'requested'; write request, length, validation or engine");

        CommandRun replay = cluster("dlq", "replay", "a", "nobody");
        assertThat(replay.code()).isEqualTo(1);
        assertThat(replay.out()).contains("1 documents sent again");
        assertThat(replay.err())
                .contains("no rejected document nobody")
                .doesNotContain("document a;");
    }

    @Test
    void oneIsShownWithAllThatIsKnownOfIt() throws Exception {
        reject("a", DAY_ONE, "REQUEST", "UnknownSchema", "passport@3");

        CommandRun shown = cluster("dlq", "show", "a");

        assertThat(shown.code()).isZero();
        assertThat(shown.out())
                .contains(
                        "rejected  at stage REQUEST, UnknownSchema",
                        "place: finding; remedy",
                        "  own: header",
                        "source of a");
        assertThat(cluster("dlq", "show", "nobody").code()).isEqualTo(1);
        assertThat(cluster("dlq", "show", "nobody").err()).contains("no rejected document nobody");
    }

    @Test
    void aReplayGivesBackBytesKeyAndTheHeadersThatTheDocumentCameWith() throws Exception {
        byte[] bytes = {0, 1, (byte) 0xFF, 13, 10};
        send(rejection("binary", bytes, DAY_ONE, "REQUEST", "MalformedText", "invoice@1"));
        send(rejection(null, null, DAY_ONE, "REQUEST", "NullValue", "invoice@1"));

        CommandRun planned = cluster("dlq", "replay", "--all", "--dry-run");
        assertThat(planned.out()).contains("2 documents would be sent");
        assertThat(documents()).isEmpty();
        assertThat(cluster("dlq", "replay", "--all").out()).contains("2 documents sent again");

        List<SourceRecord> documents = documents();
        assertThat(documents).hasSize(2);
        SourceRecord binary =
                documents.stream().filter(one -> one.key() != null).findFirst().orElseThrow();
        assertThat(binary.key()).isEqualTo(Samples.bytes("binary"));
        assertThat(binary.value()).isEqualTo(bytes);
        assertThat(binary.headers())
                .extracting(header -> header.key() + "=" + Samples.text(header.value()))
                .containsExactly("own=header", "x-schema=invoice@1", "own=again");
        SourceRecord nothing =
                documents.stream().filter(one -> one.key() == null).findFirst().orElseThrow();
        assertThat(nothing.value()).isNull();
    }

    @Test
    void whatWasSentAgainIsNotSentASecondTime() throws Exception {
        reject("a", DAY_ONE, "REQUEST", "UnknownSchema", "passport@3");
        assertThat(cluster("dlq", "replay", "a").out()).contains("1 documents sent again");
        reject("b", DAY_ONE, "REQUEST", "UnknownSchema", "passport@3");

        CommandRun second = cluster("dlq", "replay", "--class", "UnknownSchema");

        assertThat(second.out()).contains("1 documents sent again; 1 were sent again before");
        assertThat(keys(documents())).containsExactlyInAnyOrder("a", "b");
        assertThat(cluster("dlq", "list").out()).containsPattern(" a .* yes ");
        assertThat(cluster("dlq", "replay", "a", "--again").out()).contains("1 documents sent");
        assertThat(keys(documents())).containsExactlyInAnyOrder("a", "a", "b");
    }

    @Test
    void aReplayThatIsInterruptedGoesOnAndSendsEachDocumentOnce() throws Exception {
        List<ProducerRecord<byte[], byte[]>> many = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            many.add(rejection("doc-" + i, new byte[] {1}, DAY_ONE, "REQUEST", "Unknown", "x@1"));
        }
        sendAll(many);
        PipelineConfig settings = PipelineConfig.load(config, Map.of());
        ReplayOptions options = new ReplayOptions(Optional.empty(), false, false);

        // In the second of three transactions: what it sent is never seen.
        try (Cluster cluster = new Cluster(settings)) {
            int[] sent = new int[1];
            assertThatThrownBy(() ->
                            new DeadLetters(cluster)
                                    .replay(
                                            _ -> true,
                                            options,
                                            _ -> {
                                                if (++sent[0] == MANY / 2 + 50) {
                                                    throw new IllegalStateException("pulled plug");
                                                }
                                            }))
                    .hasMessage("pulled plug");
        }
        assertThat(documents()).hasSizeBetween(1, MANY - 1);

        CommandRun second = cluster("dlq", "replay", "--all");
        assertThat(second.code()).as(second.err()).isZero();
        assertThat(keys(documents())).doesNotHaveDuplicates().hasSize(MANY);
    }

    @Test
    void whichOnesHasToBeSaid() throws Exception {
        assertThat(cluster("dlq", "replay").code()).isEqualTo(2);
        assertThat(cluster("dlq", "replay", "--all", "--stage", "request").code()).isEqualTo(2);
        send(new ProducerRecord<>(run + ".rejected", Samples.bytes("odd"), Samples.bytes("x")));

        CommandRun odd = cluster("dlq", "replay", "--all");
        assertThat(odd.code()).isEqualTo(1);
        assertThat(odd.err()).contains("does not say which topic it came from", "--to");
    }

    private void reject(String key, long time, String stage, String errorClass, String schema)
            throws Exception {
        send(rejection(key, Samples.bytes("source of " + key), time, stage, errorClass, schema));
    }

    private ProducerRecord<byte[], byte[]> rejection(
            String key, byte[] value, long time, String stage, String errorClass, String schema) {
        Headers headers =
                Samples.headers(
                        "own",
                        "header",
                        HeaderNames.SCHEMA,
                        schema,
                        "own",
                        "again",
                        HeaderNames.SOURCE_TOPIC,
                        run + ".documents",
                        HeaderNames.ERROR_STAGE,
                        stage,
                        HeaderNames.ERROR_CLASS,
                        errorClass,
                        HeaderNames.ERROR_MESSAGE,
                        "place: finding; remedy");
        return new ProducerRecord<>(
                run + ".rejected",
                null,
                time,
                key == null ? null : Samples.bytes(key),
                value,
                headers);
    }

    private static void send(ProducerRecord<byte[], byte[]> record) throws Exception {
        sendAll(List.of(record));
    }

    private static void sendAll(List<ProducerRecord<byte[], byte[]>> records) throws Exception {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", broker.bootstrapServers());
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (ProducerRecord<byte[], byte[]> record : records) {
                producer.send(record);
            }
            producer.flush();
        }
    }

    private List<SourceRecord> documents() throws InterruptedException {
        List<SourceRecord> documents = new ArrayList<>();
        try (Cluster cluster = new Cluster(PipelineConfig.load(config, Map.of()));
                TopicReader reader = TopicReader.ofWhole(cluster, run + ".documents")) {
            reader.toEnd(documents::add);
        }
        return documents;
    }

    private static List<String> keys(List<SourceRecord> documents) {
        return documents.stream().map(one -> new RejectedEntry(one).document()).toList();
    }

    private List<String> listed(String... arguments) {
        List<String> all = new ArrayList<>(List.of("dlq", "list", "--json"));
        all.addAll(List.of(arguments));
        CommandRun listed = cluster(all.toArray(String[]::new));
        assertThat(listed.code()).as(listed.err()).isZero();
        List<String> documents = new ArrayList<>();
        for (JsonNode row : JsonMapper.shared().readTree(listed.out())) {
            documents.add(row.path("document").asString());
        }
        return documents;
    }

    private CommandRun cluster(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--config");
        all.add(config.toString());
        return CommandRun.of(all.toArray(String[]::new));
    }
}

package dev.talaria.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.inference.InferenceOperator;
import dev.talaria.pipeline.app.ExtractionApplication;
import dev.talaria.pipeline.app.HeldGenerator;
import dev.talaria.pipeline.app.HeldOperator;
import dev.talaria.pipeline.app.Pipeline;
import dev.talaria.pipeline.app.Samples;
import dev.talaria.pipeline.broker.EmbeddedBroker;
import dev.talaria.pipeline.config.PipelineConfig;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
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
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.StreamSupport;

/// Topics, documents in, answers out and how far the pipeline is, on a real broker.
class ClusterCommandsTest {

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
    void configure() throws IOException {
        run = "run-" + UUID.randomUUID().toString().substring(0, 8);
        StringBuilder settings = new StringBuilder();
        settings.append("kafka.bootstrap.servers: " + broker.bootstrapServers() + "\n");
        settings.append("application.id: " + run + "\n");
        settings.append("topics.partitions: 2\n");
        settings.append("state.dir: " + folder.resolve("state") + "\n");
        for (String topic :
                List.of("documents", "extractions", "rejected", "schemas", "jobs", "replayed")) {
            settings.append("topics." + topic + ": " + run + "." + topic + "\n");
        }
        settings.append("topics.jobs.done: " + run + ".done\n");
        config = Files.writeString(folder.resolve("talaria.yaml"), settings);
    }

    @Test
    void topicsAreCreatedAsWantedAndDescribedSo() {
        assertThat(cluster("topics", "describe").code()).isEqualTo(3);

        CommandRun planned = cluster("topics", "create", "--dry-run");
        assertThat(planned.out()).contains("would be created");
        assertThat(cluster("topics", "describe").code()).isEqualTo(3);

        CommandRun created = cluster("topics", "create");
        assertThat(created.code()).as(created.err()).isZero();
        assertThat(created.out()).contains(run + ".documents", run + "-pending-changelog");

        CommandRun described = cluster("topics", "describe", "--json");
        assertThat(described.code()).as(described.out()).isZero();
        JsonNode schemas = topic(described, run + ".schemas");
        assertThat(schemas.path("settings").path("cleanup.policy").asString()).isEqualTo("compact");
        assertThat(schemas.path("partitions").asInt()).isEqualTo(1);
        JsonNode documents = topic(described, run + ".documents");
        assertThat(documents.path("settings").path("max.message.bytes").asString())
                .isEqualTo("1065536");
        assertThat(documents.path("partitions").asInt()).isEqualTo(2);
        assertThat(cluster("topics", "create").out()).doesNotContain("created");
    }

    @Test
    void whatDiffersIsNamedAndTheExitCodeSaysSo() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(run + ".schemas", 1, (short) 1))).all().get();
        }

        CommandRun created = cluster("topics", "create");
        assertThat(created.err())
                .contains(run + ".schemas: cleanup.policy = delete, wanted compact");
        CommandRun described = cluster("topics", "describe");
        assertThat(described.code()).isEqualTo(3);
        assertThat(described.out()).contains("cleanup.policy = delete, wanted compact");
        assertThat(cluster("topics", "describe", "--partitions", "5").out())
                .contains("partitions = 2, wanted 5");
    }

    @Test
    void filesFoldersAndLinesBecomeRecordsWithKeyTypeAndHeaders() throws IOException {
        cluster("topics", "create");
        Path documents = Files.createDirectories(folder.resolve("in/sub")).getParent();
        Files.writeString(documents.resolve("a.txt"), "Total: 12");
        Files.writeString(documents.resolve("sub/b.html"), "<p>Total: 13</p>");
        Path lines =
                Files.writeString(
                        folder.resolve("c.jsonl"),
                        "{\"id\": 7, \"document\": \"Total: 14\"}\n\n\"Total: 15\"\n");

        CommandRun sent =
                cluster(
                        "produce",
                        documents.toString(),
                        lines.toString(),
                        "--schema",
                        "note@1",
                        "--header",
                        "origin=test");

        assertThat(sent.code()).as(sent.err()).isZero();
        assertThat(sent.out()).contains("4 documents sent to " + run + ".documents");
        List<JsonNode> records = records("--topic", run + ".documents");
        assertThat(records)
                .extracting(record -> record.path("key").asString(null))
                .containsExactlyInAnyOrder("a.txt", "sub/b.html", "7", null);
        assertThat(records)
                .allSatisfy(record -> {
                    assertThat(header(record, "x-schema")).isEqualTo("note@1");
                    assertThat(header(record, "origin")).isEqualTo("test");
                });
        JsonNode envelope = ofKey(records, "7");
        assertThat(header(envelope, "content-type")).isEqualTo("application/vnd.talaria+json");
        assertThat(envelope.path("value").asString()).isEqualTo("{\"document\":\"Total: 14\"}");
        assertThat(header(ofKey(records, "sub/b.html"), "content-type")).isEqualTo("text/html");
    }

    @Test
    void standardInputIsOneDocumentOrOneALine() {
        cluster("topics", "create");

        assertThat(clusterWithInput("Total: 1\n", "produce", "-", "--key", "one").code()).isZero();
        assertThat(clusterWithInput("a\nb\n", "produce", "-", "--lines").code()).isZero();
        CommandRun fields =
                clusterWithInput(
                        "{\"no\": \"x1\", \"body\": \"c\"}",
                        "produce",
                        "-",
                        "--jsonl",
                        "--text-field",
                        "body",
                        "--key-field",
                        "no");

        assertThat(fields.code()).as(fields.err()).isZero();
        List<JsonNode> records = records("--topic", run + ".documents");
        assertThat(ofKey(records, "one").path("value").asString()).isEqualTo("Total: 1\n");
        assertThat(ofKey(records, "x1").path("value").asString()).isEqualTo("c");
        assertThat(records).hasSize(4);
    }

    @Test
    void whatIsNotSentIsNamed() throws IOException {
        cluster("topics", "create");
        Path odd = Files.writeString(folder.resolve("a.xyz"), "x");

        CommandRun unknown = cluster("produce", odd.toString());
        assertThat(unknown.code()).isEqualTo(1);
        assertThat(unknown.err()).contains("a.xyz: the ending says no content type");

        CommandRun lines =
                clusterWithInput(
                        "{\"document\": \"fine\"}\nbroken\n{\"body\": \"x\"}\n",
                        "produce",
                        "-",
                        "--jsonl");
        assertThat(lines.code()).isEqualTo(1);
        assertThat(lines.out()).contains("1 documents sent", "2 not sent");
        assertThat(lines.err()).contains("stdin#2: not JSON", "stdin#3: ", "--text-field: body");

        Path large = Files.write(folder.resolve("large.txt"), new byte[2_000_000]);
        CommandRun tooLarge = cluster("produce", large.toString());
        assertThat(tooLarge.code()).isEqualTo(1);
        assertThat(tooLarge.err()).contains("large.txt: the broker does not take it");
        assertThat(records("--topic", run + ".documents")).hasSize(1);
    }

    @Test
    void consumingBeginsAndEndsWhereItIsAskedTo() {
        cluster("topics", "create");
        String topic = run + ".documents";
        clusterWithInput("one\n", "produce", "-", "--lines");
        clusterWithInput("two\n", "produce", "-", "--lines");
        clusterWithInput("three\n", "produce", "-", "--lines");

        assertThat(cluster("consume", "--topic", topic).out().lines())
                .containsExactlyInAnyOrder("one", "two", "three");
        assertThat(cluster("consume", "--topic", topic, "--limit", "2").out().lines()).hasSize(2);
        assertThat(cluster("consume", "--topic", topic, "--from", "end").out()).isEmpty();
        assertThat(cluster("consume", "--topic", topic, "--from", "2h").out().lines()).hasSize(3);
        assertThat(cluster("consume", "--topic", topic, "--from", "2100-01-01").out()).isEmpty();
        assertThat(cluster("consume", "--topic", topic, "--from", "99").out()).isEmpty();
        assertThat(cluster("consume", "--topic", topic, "--headers").out())
                .contains("# content-type: text/plain");
        assertThat(cluster("consume", "--topic", topic, "--from", "soon").code()).isEqualTo(2);
        assertThat(cluster("consume", "--topic", topic, "--partition", "7").err())
                .contains("there is no partition 7; it has 0 to 1");
    }

    @Test
    void statusShowsWhatWaitsWhatIsPendingAndWhoWorks() throws Exception {
        cluster("topics", "create");
        CommandRun before = cluster("status", "--measure", "0");
        assertThat(before.out()).contains(run + ": has never run here, 0 waiting, 0 pending");
        registerNote();
        clusterWithInput("a\nb\nc\n", "produce", "-", "--lines", "--schema", "note@1");

        // One that may come back is still a member for as long as its session lasts.
        PipelineConfig settings =
                PipelineConfig.load(config, Map.of("TALARIA_STOP_LEAVE_GROUP", "true"));
        try (HeldOperator held = new HeldOperator();
                ExtractionApplication pipeline = ExtractionApplication.start(settings, held)) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> status().path("pending").asLong() == 3);
            JsonNode status = status();
            assertThat(status.path("state").asString()).isEqualTo("STABLE");
            assertThat(status.path("lag").asLong()).isZero();
            assertThat(status.path("members")).isNotEmpty();
            assertThat(pipeline.failure()).isEmpty();
        }
        clusterWithInput("d\n", "produce", "-", "--lines", "--schema", "note@1");
        assertThat(cluster("status", "--measure", "0", "--max-lag", "0").code()).isEqualTo(3);
        assertThat(cluster("status", "--measure", "1").out())
                .contains("no instance is running, 1 waiting, 3 pending")
                .contains("per second: 0.0 documents in, 0.0 extracted, 0.0 rejected");
    }

    @Test
    void chatAndToolsHaveTheirTopicsAndTheirStatus() throws Exception {
        Files.writeString(config, "topologies: extraction,chat,tools\n", StandardOpenOption.APPEND);
        for (String topic :
                List.of(
                        "requests",
                        "answers",
                        "tokens",
                        "conversations",
                        "tool.calls",
                        "tool.results")) {
            Files.writeString(
                    config,
                    "topics." + topic + ": " + run + "." + topic + "\n",
                    StandardOpenOption.APPEND);
        }
        assertThat(cluster("topics", "create").out())
                .contains(
                        run + "-chat-pending-changelog",
                        run + "-tools-by-conversation-repartition",
                        run + "-tools-conversations-changelog");
        assertThat(cluster("topics", "describe").code()).isZero();

        PipelineConfig settings =
                PipelineConfig.load(config, Map.of("TALARIA_STOP_LEAVE_GROUP", "true"));
        HeldGenerator held = new HeldGenerator();
        try (InferenceOperator operator = Samples.noteOperator();
                Pipeline pipeline = Pipeline.start(settings, operator, held);
                KafkaProducer<String, String> producer =
                        new KafkaProducer<>(
                                Map.<String, Object>of(
                                        "bootstrap.servers", broker.bootstrapServers()),
                                new StringSerializer(),
                                new StringSerializer())) {
            producer.send(new ProducerRecord<>(run + ".requests", "r", "{\"prompt\": \"hi\"}"))
                    .get();
            producer.send(new ProducerRecord<>(run + ".requests", "bad", "{")).get();
            producer.send(
                            new ProducerRecord<>(
                                    run + ".conversations",
                                    "c",
                                    "{\"prompt\": \"hi\", \"tools\": [{\"name\": \"now\"}]}"))
                    .get();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> {
                        List<JsonNode> all = statuses();
                        assertThat(all)
                                .extracting(one -> one.path("topology").asString())
                                .containsExactly("extraction", "chat", "tools");
                        assertThat(all)
                                .extracting(one -> one.path("pending").asLong())
                                .containsExactly(0L, 1L, 1L);
                        assertThat(all)
                                .extracting(one -> one.path("lag").asLong())
                                .containsOnly(0L);
                    });
            assertThat(cluster("topics", "describe").code()).isZero();
            assertThat(pipeline.failure()).isEmpty();
        }
        assertThat(cluster("status", "--measure", "0").out())
                .contains(run + "-chat: no instance is running, 0 waiting, 1 pending")
                .contains(run + "-tools: no instance is running, 0 waiting, 1 pending");
    }

    private List<JsonNode> statuses() {
        CommandRun status = cluster("status", "--measure", "0", "--json");
        assertThat(status.code()).as(status.err()).isZero();
        return status.out().lines().map(JsonMapper.shared()::readTree).toList();
    }

    @Test
    void aTopicThatIsMissingIsNamed() {
        assertThat(cluster("consume").err())
                .contains("topic " + run + ".extractions", "there is no such topic");
        assertThat(clusterWithInput("x", "produce", "-").err()).contains("there is no such topic");
        assertThat(cluster("status").err()).contains("there is no such topic");
    }

    private void registerNote() throws Exception {
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(
                        Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
                        new StringSerializer(),
                        new StringSerializer())) {
            producer.send(new ProducerRecord<>(run + ".schemas", "note@1", Samples.NOTE_SCHEMA))
                    .get();
        }
    }

    private JsonNode status() {
        CommandRun status = cluster("status", "--measure", "0", "--json");
        assertThat(status.code()).as(status.err()).isZero();
        return JsonMapper.shared().readTree(status.out());
    }

    private static JsonNode topic(CommandRun described, String name) {
        return StreamSupport.stream(
                        JsonMapper.shared().readTree(described.out()).spliterator(), false)
                .filter(one -> one.path("topic").asString().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private List<JsonNode> records(String... arguments) {
        String[] all = new String[arguments.length + 2];
        all[0] = "consume";
        all[1] = "--json";
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        return cluster(all).out().lines().map(JsonMapper.shared()::readTree).toList();
    }

    private static JsonNode ofKey(List<JsonNode> records, String key) {
        return records.stream()
                .filter(record -> record.path("key").asString("").equals(key))
                .findFirst()
                .orElseThrow();
    }

    private static String header(JsonNode record, String name) {
        return record.path("headers").path(name).asString();
    }

    private CommandRun cluster(String... arguments) {
        return clusterWithInput("", arguments);
    }

    private CommandRun clusterWithInput(String input, String... arguments) {
        String[] all = new String[arguments.length + 2];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        all[arguments.length] = "--config";
        all[arguments.length + 1] = config.toString();
        return CommandRun.withInput(input, all);
    }
}

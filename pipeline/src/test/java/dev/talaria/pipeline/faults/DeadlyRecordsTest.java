package dev.talaria.pipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.connectors.kafka.HeaderNames;
import dev.talaria.pipeline.app.CommittedTopics;
import dev.talaria.pipeline.app.Samples;
import dev.talaria.pipeline.app.Topics;
import dev.talaria.pipeline.broker.EmbeddedBroker;
import dev.talaria.pipeline.config.PipelineConfig;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Records that end the process of whoever asks the model for an answer: after a few starts they
/// are rejected, each once, and everything beside them is answered once.
class DeadlyRecordsTest {

    private static final int NEIGHBOURS = 30;
    private static final int DEADLY = 17;

    // Two beside others, three alone.
    private static final int DEATHS = 5;
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    private EmbeddedBroker broker;

    @BeforeEach
    void startBroker() {
        broker = EmbeddedBroker.start(folder.resolve("broker"));
    }

    @AfterEach
    void stopBroker() {
        broker.close();
    }

    // Each way to die costs five starts: an ordinary build has one of them here and one below.
    static Stream<Arguments> waysToDie() {
        Arguments hangs = Arguments.of("key", DeadlyProcess.HANGS);
        return Integer.getInteger("talaria.dialogue.faults", 0) == 0
                ? Stream.of(hangs)
                : Stream.of(
                        hangs,
                        Arguments.of("free", DeadlyProcess.HALTS),
                        Arguments.of("key", DeadlyProcess.WRITES));
    }

    @ParameterizedTest
    @MethodSource("waysToDie")
    void aDeadlyDocumentIsRejectedOnceAndItsNeighboursAreExtractedOnce(
            String ordering, String deadly) throws Exception {
        PipelineConfig config = configure("extraction", Map.of("ordering", ordering));
        String extractions = config.topics().extractions();
        String rejected = config.topics().rejected();
        try (CommittedTopics seen = new CommittedTopics(config, List.of(extractions, rejected))) {
            seen.send(config.topics().schemas(), "note@1", Samples.NOTE_SCHEMA);
            for (int i = 0; i <= NEIGHBOURS; i++) {
                seen.send(
                        config.topics().documents(),
                        "k" + i % 5,
                        "Text: " + (i == DEADLY ? deadly : "note " + i));
            }
            int deaths = run(seen, List.of(extractions, rejected), NEIGHBOURS + 1);

            assertThat(deaths).isEqualTo(DEATHS);
            assertThat(places(seen.of(extractions))).hasSize(NEIGHBOURS).doesNotHaveDuplicates();
            assertThat(values(seen.of(extractions))).noneMatch(value -> value.contains(deadly));
            assertThatIsRejectedAsDeadly(seen.of(rejected), "Text: " + deadly);
            if (ordering.equals("key")) {
                offsetsByKey(seen.of(extractions))
                        .values()
                        .forEach(offsets -> assertThat(offsets).isSorted());
            }
        }
    }

    @Test
    void deadlyRequestsAndConversationsAreRejectedOnceBesideOneAnother() throws Exception {
        PipelineConfig config = configure("chat,tools", Map.of());
        String answers = config.dialogueTopics().answers();
        String rejected = config.topics().rejected();
        String calls = config.dialogueTopics().toolCalls();
        String tokens = config.dialogueTopics().tokens();
        String prompt =
                "{\"prompt\": \"%s\", \"stream\": true}"
                        .formatted(DeadlyProcess.HALTS + " the chat");
        try (CommittedTopics seen =
                new CommittedTopics(config, List.of(answers, rejected, calls, tokens))) {
            for (int i = 0; i <= NEIGHBOURS; i++) {
                seen.send(
                        config.dialogueTopics().requests(),
                        "r" + i,
                        i == DEADLY ? prompt : "{\"prompt\": \"say %d\"}".formatted(i));
                if (i % 5 == 2) {
                    seen.send(
                            config.dialogueTopics().conversations(),
                            "c" + i,
                            conversation(i == DEADLY ? DeadlyProcess.HALTS : "say " + i));
                }
            }
            int conversations = 6;
            int deaths = run(seen, List.of(answers, rejected), NEIGHBOURS + 1 + conversations);

            assertThat(deaths).isBetween(DEATHS + 1, 2 * DEATHS);
            assertThat(places(seen.of(answers)))
                    .hasSize(NEIGHBOURS + conversations - 1)
                    .doesNotHaveDuplicates();
            assertThat(places(seen.of(calls))).hasSize(conversations).doesNotHaveDuplicates();
            assertThat(values(seen.of(rejected)))
                    .containsExactlyInAnyOrder(prompt, conversation(DeadlyProcess.HALTS));
            assertThat(seen.of(tokens).getLast().headers().lastHeader(HeaderNames.STREAM_END))
                    .isNotNull();
        }
    }

    private static String conversation(String prompt) {
        return """
        {"prompt": "%s", "tools": [{"name": "answer", "parameters": {"type": "object",
         "properties": {"of": {"type": "integer"}}}}]}
        """
                .formatted(prompt);
    }

    private static void assertThatIsRejectedAsDeadly(
            List<ConsumerRecord<byte[], byte[]>> rejected, String value) {
        assertThat(values(rejected)).containsExactly(value);
        ConsumerRecord<byte[], byte[]> only = rejected.getFirst();
        assertThat(Samples.header(only.headers(), HeaderNames.ERROR_STAGE)).isEqualTo("ENGINE");
        assertThat(Samples.header(only.headers(), HeaderNames.ERROR_CLASS))
                .isEqualTo("ProcessDiedException");
        assertThat(Samples.header(only.headers(), HeaderNames.ERROR_MESSAGE))
                .contains("the process died 5 times");
    }

    private PipelineConfig configure(String topologies, Map<String, String> more) throws Exception {
        Map<String, String> settings = new TreeMap<>(more);
        settings.put("kafka.bootstrap.servers", broker.bootstrapServers());
        settings.put("topologies", topologies);
        settings.put("topics.create", "true");
        settings.put("topics.partitions", "2");
        settings.put("schema.default", "note@1");
        settings.put("in.flight.max", "8");
        settings.put("health.stall.seconds", "2");
        settings.put("stop.timeout.seconds", "6");
        settings.put("state.dir", folder.resolve("state").toString());
        Files.write(
                folder.resolve("talaria.properties"),
                settings.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList());
        PipelineConfig config = PipelineConfig.of(settings);
        try (Topics wanted = new Topics(config)) {
            wanted.ensure();
        }
        return config;
    }

    /// Starts the process again until there are that many answers; tells how often it had died.
    private int run(CommittedTopics seen, List<String> outputs, int answers) throws Exception {
        int deaths = 0;
        int carriedOut = 0;
        int found = 0;
        // However slow the machine: as long as something happens, the rest is waited for.
        long end = System.nanoTime() + PATIENCE.toNanos();
        ChildJvm process = start();
        try {
            while (found < answers) {
                assertThat(System.nanoTime() - end).as("see %s", folder).isNegative();
                boolean isDead = !process.isAlive();
                if (isDead) {
                    deaths++;
                    process.close();
                    process = start();
                }
                seen.poll();
                carriedOut = carryOut(seen, carriedOut);
                int now = outputs.stream().mapToInt(topic -> seen.of(topic).size()).sum();
                if (isDead || now > found) {
                    end = System.nanoTime() + PATIENCE.toNanos();
                }
                found = now;
            }
        } finally {
            process.kill();
        }
        seen.readToEnd();
        return deaths;
    }

    private int carryOut(CommittedTopics seen, int carriedOut) throws Exception {
        PipelineConfig config = PipelineConfig.load(folder.resolve("talaria.properties"), Map.of());
        if (config.topologies().size() < 2) {
            return carriedOut;
        }
        List<ConsumerRecord<byte[], byte[]>> calls = seen.of(config.dialogueTopics().toolCalls());
        for (int i = carriedOut; i < calls.size(); i++) {
            seen.send(
                    config.dialogueTopics().toolResults(),
                    Samples.text(calls.get(i).key()),
                    DialogueScript.result(DialogueRound.callId(calls.get(i))));
        }
        return calls.size();
    }

    private ChildJvm start() throws Exception {
        return ChildJvm.start(
                DeadlyProcess.class,
                folder.resolve("process.log"),
                List.of(
                        "-Xmx300m",
                        "-XX:-CreateCoredumpOnCrash",
                        "-XX:ErrorFile=" + folder.resolve("hs_err.log"),
                        "-Dlogback.configurationFile="
                                + DeadlyRecordsTest.class.getResource("/faults-logback.xml")),
                List.of(folder.resolve("talaria.properties").toString()));
    }

    private static List<String> places(List<ConsumerRecord<byte[], byte[]>> records) {
        return records.stream()
                .map(record ->
                        Samples.header(record.headers(), HeaderNames.SOURCE_TOPIC)
                                + Samples.header(record.headers(), HeaderNames.SOURCE_PARTITION)
                                + "-"
                                + Samples.header(record.headers(), HeaderNames.SOURCE_OFFSET))
                .toList();
    }

    private static List<String> values(List<ConsumerRecord<byte[], byte[]>> records) {
        return records.stream().map(record -> Samples.text(record.value())).toList();
    }

    private static Map<String, List<Long>> offsetsByKey(
            List<ConsumerRecord<byte[], byte[]>> records) {
        Map<String, List<Long>> offsets = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            offsets.computeIfAbsent(Samples.text(record.key()), _ -> new ArrayList<>())
                    .add(Long.valueOf(Samples.header(record.headers(), HeaderNames.SOURCE_OFFSET)));
        }
        return offsets;
    }
}

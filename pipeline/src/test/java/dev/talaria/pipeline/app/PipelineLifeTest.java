package dev.talaria.pipeline.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.inference.InferenceOperator;
import dev.talaria.pipeline.broker.EmbeddedBroker;
import dev.talaria.pipeline.config.PipelineConfig;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Metric;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/// How pipelines stop, come back and hang, on a real broker.
class PipelineLifeTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir private static Path folder;

    private static EmbeddedBroker broker;

    private String run;

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.start(folder.resolve("broker"));
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void nameTheRun() {
        run = UUID.randomUUID().toString().substring(0, 8);
    }

    @Test
    void whatTheModelAnswersDuringAStopIsCommitted() throws Exception {
        PipelineConfig config = config("one", "stop.timeout.seconds", "50");
        try (TopicProbe probe = prepare(config);
                HeldOperator operator = new HeldOperator()) {
            ExtractionApplication pipeline = ExtractionApplication.start(config, operator);
            send(probe, config, 0, 3);
            await(() -> operator.running() == 3);

            CompletableFuture<Void> stopped = CompletableFuture.runAsync(pipeline::close);
            operator.answerAll();
            stopped.join();

            probe.readToEnd();
            assertThat(keys(probe.extractions())).containsExactlyInAnyOrder("d-0", "d-1", "d-2");
        }
    }

    @Test
    void anOperatorThatNeverAnswersHoldsNoStopUpAndItsDocumentsAreAnsweredByTheNextStart()
            throws Exception {
        // Half of it is the operator's; the next start needs the other's end, on a busy machine
        // too.
        PipelineConfig config = config("one", "stop.timeout.seconds", "10");
        try (TopicProbe probe = prepare(config);
                HeldOperator silent = new HeldOperator()) {
            ExtractionApplication pipeline = ExtractionApplication.start(config, silent);
            send(probe, config, 0, 3);
            await(() -> silent.running() == 3);
            pipeline.close();
            assertThat(silent.cancelled()).isEqualTo(3);
            try (InferenceOperator operator = Samples.noteOperator();
                    ExtractionApplication next = ExtractionApplication.start(config, operator)) {
                await(() -> {
                    probe.poll();
                    assertThat(next.failure()).isEmpty();
                    return probe.answers() == 3;
                });
            }
            probe.readToEnd();
            assertThat(keys(probe.extractions())).containsExactlyInAnyOrder("d-0", "d-1", "d-2");
        }
    }

    @Test
    void anInstanceThatComesBackWithinItsSessionMovesNoPartitionOfTheOthers() throws Exception {
        PipelineConfig first = config("first", "topics.partitions", "4");
        PipelineConfig second = config("second", "topics.partitions", "4");
        try (TopicProbe probe = prepare(first);
                InferenceOperator operator = Samples.noteOperator();
                ExtractionApplication stays = ExtractionApplication.start(second, operator)) {
            ExtractionApplication leaves = ExtractionApplication.start(first, operator);
            await(() -> leaves.isRunning() && stays.isRunning());
            await(() -> partitions(leaves) == 2 && partitions(stays) == 2);
            double before = rebalances(stays);

            leaves.close();
            send(probe, first, 0, 12);
            try (ExtractionApplication back = ExtractionApplication.start(first, operator)) {
                await(() -> {
                    probe.poll();
                    return probe.answers() == 12;
                });
                await(() -> partitions(back) == 2 && partitions(stays) == 2);
                assertThat(rebalances(stays)).isEqualTo(before);
            }
        }
    }

    @Test
    void anInstanceThatLeavesItsGroupHandsItsPartitionsToTheOthersAtOnce() throws Exception {
        PipelineConfig first = config("first", "stop.leave.group", "true");
        PipelineConfig second = config("second", "stop.leave.group", "true");
        try (TopicProbe probe = prepare(first);
                InferenceOperator operator = Samples.noteOperator();
                ExtractionApplication stays = ExtractionApplication.start(second, operator)) {
            ExtractionApplication leaves = ExtractionApplication.start(first, operator);
            await(() -> partitions(leaves) == 1 && partitions(stays) == 1);
            leaves.close();
            send(probe, first, 0, 6);
            await(() -> {
                probe.poll();
                return probe.answers() == 6;
            });
            assertThat(partitions(stays)).isEqualTo(2);
        }
    }

    @Test
    void aStreamThreadThatIsHeldUpMakesTheProcessDeadUntilItGoesOn() throws Exception {
        PipelineConfig config = config("one");
        CountDownLatch released = new CountDownLatch(1);
        HeldOperator held = new HeldOperator();
        InferenceOperator holding = new HoldingOperator(held, released);
        try (TopicProbe probe = prepare(config);
                holding;
                ExtractionApplication pipeline = ExtractionApplication.start(config, holding)) {
            StreamsWatch watch = pipeline.watch();
            await(() -> pipeline.isRunning() && watch.notReady().isEmpty());
            await(() -> watch.notLive(Duration.ofSeconds(1)).isEmpty());

            send(probe, config, 0, 1);
            await(() -> watch.notLive(Duration.ofSeconds(1)).isPresent());
            assertThat(watch.notLive(Duration.ofSeconds(1)).orElseThrow())
                    .contains("a stream thread has not come back to its consumer");
            assertThat(watch.notLive(Duration.ofMinutes(1))).isEmpty();

            released.countDown();
            await(() -> watch.notLive(Duration.ofSeconds(1)).isEmpty());
            held.answerAll();
        }
    }

    @Test
    void aPipelineThatEndedByItselfIsDeadAndSaysWhy() throws Exception {
        PipelineConfig config = config("one");
        try (TopicProbe probe = prepare(config);
                InferenceOperator failing = new FailingOperator();
                ExtractionApplication pipeline = ExtractionApplication.start(config, failing)) {
            StreamsWatch watch = pipeline.watch();
            send(probe, config, 0, 1);
            await(() -> watch.notLive(PATIENCE).isPresent());
            await(() -> pipeline.failure().isPresent());
            assertThat(watch.notLive(PATIENCE).orElseThrow())
                    .contains("LinkageError", "start again");
            assertThat(watch.notReady()).isPresent();
        }
    }

    @Test
    void topicsThatAreGoneMakeItNotReady() throws Exception {
        PipelineConfig config = config("one");
        try (Topics topics = new Topics(config)) {
            assertThat(topics.problem().orElseThrow())
                    .contains("missing are", config.topics().rejected());
            topics.ensure();
            await(() -> topics.problem().isEmpty());
        }
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await().pollInSameThread().atMost(PATIENCE).until(condition);
    }

    private static long partitions(ExtractionApplication pipeline) {
        return pipeline.streams().metadataForLocalThreads().stream()
                .flatMap(thread -> thread.activeTasks().stream())
                .mapToLong(task -> task.topicPartitions().size())
                .sum();
    }

    private static double rebalances(ExtractionApplication pipeline) {
        return pipeline.streams().metrics().values().stream()
                .filter(metric -> metric.metricName().name().equals("rebalance-total"))
                .map(Metric::metricValue)
                .mapToDouble(value -> ((Number) value).doubleValue())
                .filter(Double::isFinite)
                .sum();
    }

    private static List<String> keys(List<ConsumerRecord<byte[], byte[]>> records) {
        return records.stream().map(record -> Samples.text(record.key())).toList();
    }

    private PipelineConfig config(String instance, String... settings) {
        Map<String, String> values = new TreeMap<>();
        values.put("kafka.bootstrap.servers", broker.bootstrapServers());
        values.put("application.id", "app-" + run);
        values.put("topics.documents", "documents-" + run);
        values.put("topics.extractions", "extractions-" + run);
        values.put("topics.rejected", "rejected-" + run);
        values.put("topics.schemas", "schemas-" + run);
        values.put("topics.create", "true");
        values.put("topics.partitions", "2");
        values.put("instance.id", instance);
        values.put("state.dir", folder.resolve(run).resolve(instance).toString());
        for (int i = 0; i < settings.length; i += 2) {
            values.put(settings[i], settings[i + 1]);
        }
        return PipelineConfig.of(values);
    }

    private static TopicProbe prepare(PipelineConfig config) throws Exception {
        try (Topics topics = new Topics(config)) {
            topics.ensure();
        }
        TopicProbe probe = new TopicProbe(config);
        probe.start();
        probe.send(
                new ProducerRecord<>(
                        config.topics().schemas(),
                        Samples.bytes("note@1"),
                        Samples.bytes(Samples.NOTE_SCHEMA)));
        return probe;
    }

    private static void send(TopicProbe probe, PipelineConfig config, int from, int to)
            throws Exception {
        for (int i = from; i < to; i++) {
            probe.send(
                    new ProducerRecord<>(
                            config.topics().documents(),
                            null,
                            Samples.bytes("d-" + i),
                            Samples.bytes("Text: note " + i),
                            Samples.noteHeaders()));
        }
    }
}

package dev.talaria.pipeline.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.pipeline.broker.EmbeddedBroker;
import dev.talaria.pipeline.config.PipelineConfig;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/// A model that takes longer for a batch than the group lets a member take between two polls, with
/// more partitions than one thread could wait a second for each.
///
/// `./mvnw -Pfaults -pl pipeline -am test` has batches of 30 s and an interval of 10 s.
class LongBatchTest {

    private static final int BATCH_MILLIS = Integer.getInteger("talaria.batch.millis", 12_000);
    private static final int POLL_MILLIS = Integer.getInteger("talaria.poll.millis", 5_000);
    private static final int PARTITIONS = 8;
    private static final int BATCH = 16;
    private static final int DOCUMENTS = 2 * BATCH;
    private static final String APPLICATION = "long-batch";

    @TempDir Path folder;

    @Test
    void aBatchThatTakesLongerThanThePollIntervalCausesNoRebalance() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"));
                HeldOperator operator = new HeldOperator();
                ScheduledExecutorService model =
                        Executors.newSingleThreadScheduledExecutor(
                                Thread.ofPlatform().daemon().factory())) {
            PipelineConfig config = config(broker);
            try (Topics topics = new Topics(config)) {
                topics.ensure();
            }
            try (TopicProbe probe = new TopicProbe(config);
                    ExtractionApplication pipeline =
                            ExtractionApplication.start(config, operator)) {
                probe.start();
                probe.send(
                        new ProducerRecord<>(
                                config.topics().schemas(),
                                Samples.bytes("note@1"),
                                Samples.bytes(Samples.NOTE_SCHEMA)));
                Awaitility.await().atMost(Duration.ofMinutes(1)).until(pipeline::isRunning);
                double before = rebalances();
                for (int i = 0; i < DOCUMENTS; i++) {
                    probe.send(
                            new ProducerRecord<>(
                                    config.topics().documents(),
                                    i % PARTITIONS,
                                    Samples.bytes("doc-" + i),
                                    Samples.bytes("Text: note " + i),
                                    Samples.noteHeaders()));
                }
                model.scheduleWithFixedDelay(
                        operator::answerAll, BATCH_MILLIS, BATCH_MILLIS, TimeUnit.MILLISECONDS);
                Awaitility.await()
                        .pollInSameThread()
                        .atMost(Duration.ofMillis(20L * BATCH_MILLIS))
                        .until(() -> {
                            probe.poll();
                            return probe.answers() >= DOCUMENTS;
                        });
                probe.readToEnd();
                List<String> keys =
                        probe.extractions().stream()
                                .map(record -> Samples.text(record.key()))
                                .toList();
                assertThat(keys).doesNotHaveDuplicates().hasSize(DOCUMENTS);
                assertThat(operator.cancelled()).as("asked again after a rebalance").isZero();
                assertThat(rebalances()).as("rebalances of the group").isEqualTo(before);
                model.shutdownNow();
            }
        }
    }

    private PipelineConfig config(EmbeddedBroker broker) {
        return PipelineConfig.of(
                Map.of(
                        "kafka.bootstrap.servers", broker.bootstrapServers(),
                        "kafka.max.poll.interval.ms", Integer.toString(POLL_MILLIS),
                        "application.id", APPLICATION,
                        "topics.create", "true",
                        "topics.partitions", Integer.toString(PARTITIONS),
                        "in.flight.max", Integer.toString(BATCH),
                        "state.dir", folder.resolve("state").toString()));
    }

    /// All the group's member has been through, and failed to.
    private static double rebalances() throws JMException {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        ObjectName names =
                new ObjectName(
                        "kafka.consumer:type=consumer-coordinator-metrics,client-id="
                                + APPLICATION
                                + "*");
        double count = 0;
        assertThat(server.queryNames(names, null)).isNotEmpty();
        for (ObjectName name : server.queryNames(names, null)) {
            count += (double) server.getAttribute(name, "rebalance-total");
            count += (double) server.getAttribute(name, "failed-rebalance-total");
        }
        return count;
    }
}

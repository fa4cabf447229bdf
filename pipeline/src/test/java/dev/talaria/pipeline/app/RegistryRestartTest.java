package dev.talaria.pipeline.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.connectors.kafka.HeaderNames;
import dev.talaria.inference.InferenceOperator;
import dev.talaria.pipeline.broker.EmbeddedBroker;
import dev.talaria.pipeline.config.PipelineConfig;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/// What was refused and what was forced is so again when the topic is read anew.
class RegistryRestartTest {

    private static final String ANYTHING = "{\"type\": \"object\"}";

    @Test
    void aRestartDecidesAsBefore(@TempDir Path folder) throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"))) {
            PipelineConfig config =
                    PipelineConfig.of(
                            Map.of(
                                    "kafka.bootstrap.servers",
                                    broker.bootstrapServers(),
                                    "topics.create",
                                    "true",
                                    "topics.partitions",
                                    "1",
                                    "state.dir",
                                    folder.resolve("state").toString()));
            try (Topics topics = new Topics(config);
                    TopicProbe probe = new TopicProbe(config)) {
                topics.ensure();
                probe.start();
                register(probe, config, "note@1", Samples.NOTE_SCHEMA, Samples.headers());
                register(probe, config, "note@2", ANYTHING, Samples.headers());
                register(probe, config, "memo@1", Samples.NOTE_SCHEMA, Samples.headers());
                register(
                        probe,
                        config,
                        "memo@2",
                        ANYTHING,
                        Samples.headers(HeaderNames.FORCE, "true"));
                for (int run = 1; run <= 2; run++) {
                    send(probe, config, "refused-" + run, "note@2");
                    send(probe, config, "forced-" + run, "memo@2");
                    answer(probe, config, 2 * run);
                }
                assertThat(probe.rejected())
                        .extracting(record -> Samples.text(record.key()))
                        .containsExactly("refused-1", "refused-2");
                assertThat(probe.extractions())
                        .extracting(record -> Samples.text(record.key()))
                        .containsExactly("forced-1", "forced-2");
            }
        }
    }

    private static void register(
            TopicProbe probe, PipelineConfig config, String key, String schema, Headers headers)
            throws Exception {
        probe.send(
                new ProducerRecord<>(
                        config.topics().schemas(),
                        null,
                        Samples.bytes(key),
                        Samples.bytes(schema),
                        headers));
    }

    private static void send(TopicProbe probe, PipelineConfig config, String id, String schema)
            throws Exception {
        probe.send(
                new ProducerRecord<>(
                        config.topics().documents(),
                        null,
                        Samples.bytes(id),
                        Samples.bytes("Hello"),
                        Samples.headers(HeaderNames.SCHEMA, schema)));
    }

    private static void answer(TopicProbe probe, PipelineConfig config, int count) {
        try (InferenceOperator operator = Samples.noteOperator();
                ExtractionApplication pipeline = ExtractionApplication.start(config, operator)) {
            Awaitility.await()
                    .pollInSameThread()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> {
                        probe.poll();
                        assertThat(pipeline.failure()).isEmpty();
                        return probe.answers() >= count;
                    });
        }
    }
}

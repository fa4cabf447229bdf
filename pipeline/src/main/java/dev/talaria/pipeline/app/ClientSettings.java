package dev.talaria.pipeline.app;

import dev.talaria.pipeline.admin.TopicPlan;
import dev.talaria.pipeline.config.PipelineConfig;
import dev.talaria.pipeline.topology.TopologyKind;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// How the Kafka clients of a pipeline are set up.
final class ClientSettings {

    private static final Duration MOST_PATIENCE = Duration.ofSeconds(2);

    // A stream thread that waits is a small part of the time it may take between two polls.
    private static final int PATIENCES_PER_POLL = 8;
    private static final Duration USUAL_POLL_INTERVAL = Duration.ofMinutes(5);

    // A crashed instance's transaction holds up readers no longer than this.
    private static final Duration TRANSACTION = Duration.ofSeconds(60);

    // Records of one poll and buffered per partition: a rebalance moves little, and large documents
    // do not pile up on the heap.
    private static final int RECORDS_AT_ONCE = 32;

    // Whoever answers documents asks for a commit; in between there are only those that were taken
    // on, which nobody waits for. Each commit is a transaction of several requests.
    private static final Duration COMMIT = Duration.ofSeconds(1);

    // As Streams looks for it, the most particular first.
    private static final List<String> POLL_INTERVALS =
            List.of(
                    StreamsConfig.mainConsumerPrefix(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG),
                    StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG),
                    ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG);

    // The broker and the topics decide what is too large, not the client.
    private static final int MAX_REQUEST_BYTES = 128 << 20;

    private ClientSettings() {}

    /// How long a stream thread waits for the operator between two polls: however slow the model
    /// is, the group never takes it for dead.
    static Duration patience(PipelineConfig config) {
        Duration interval =
                POLL_INTERVALS.stream()
                        .map(config.kafka()::get)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .map(millis -> Duration.ofMillis(Long.parseLong(millis.strip())))
                        .orElse(USUAL_POLL_INTERVAL);
        Duration share = interval.dividedBy(PATIENCES_PER_POLL);
        return share.compareTo(MOST_PATIENCE) < 0 ? share : MOST_PATIENCE;
    }

    /// The most a pending record takes on its changelog.
    static int pendingBytes(PipelineConfig config) {
        return Math.addExact(config.flow().documentMaxBytes(), TopicPlan.OVERHEAD_BYTES);
    }

    /// The most a conversation takes on its changelog.
    static int conversationBytes(PipelineConfig config) {
        return Math.addExact(config.tools().maxBytes(), TopicPlan.OVERHEAD_BYTES);
    }

    /// The file that says which records the model has, beside the state of the topology.
    static Path crashFile(PipelineConfig config, TopologyKind kind) {
        return config.stateDir().resolve(kind.applicationId(config.applicationId()) + ".crashes");
    }

    /// Those of a topology. Each is a group with transactions and changelogs of its own, so that
    /// instances need not run the same ones.
    static Map<String, Object> of(PipelineConfig config, TopologyKind kind) {
        Map<String, Object> settings = of(config);
        settings.put(
                StreamsConfig.APPLICATION_ID_CONFIG, kind.applicationId(config.applicationId()));
        if (kind == TopologyKind.EXTRACTION) {
            settings.putIfAbsent(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, COMMIT.toMillis());
        }
        if (kind == TopologyKind.TOOLS) {
            settings.put(
                    StreamsConfig.topicPrefix(TopicConfig.MAX_MESSAGE_BYTES_CONFIG),
                    Math.max(pendingBytes(config), conversationBytes(config)));
        }
        return settings;
    }

    static Map<String, Object> of(PipelineConfig config) {
        Map<String, Object> settings = new HashMap<>();
        settings.put(
                StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG),
                Math.toIntExact(TRANSACTION.toMillis()));
        settings.put(
                StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
                MAX_REQUEST_BYTES);
        // Taken as it is needed; a record that is larger than the whole of it could not be sent.
        settings.put(
                StreamsConfig.producerPrefix(ProducerConfig.BUFFER_MEMORY_CONFIG),
                MAX_REQUEST_BYTES);
        settings.put(
                StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG),
                RECORDS_AT_ONCE);
        settings.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, RECORDS_AT_ONCE);
        settings.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, "classic");
        settings.put(StreamsConfig.ENABLE_METRICS_PUSH_CONFIG, false);
        settings.putAll(config.kafka());
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, config.bootstrapServers());
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, config.applicationId());
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, config.flow().streamThreads());
        // Static membership: a restarted instance takes its partitions back without waiting for the
        // session of its former self to end.
        settings.put(
                StreamsConfig.consumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG),
                config.instanceId().orElseGet(() -> InstanceId.keptIn(config)));
        settings.put(StreamsConfig.STATE_DIR_CONFIG, config.stateDir().toString());
        return settings;
    }
}

package dev.talaria.pipeline.app;

import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.streams.KafkaStreams;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// Whether a topology runs, by what its clients tell. Asks nobody on the network.
final class StreamsWatch {

    private static final String CONSUMER = "consumer-metrics";
    private static final String FETCHES = "consumer-fetch-manager-metrics";

    private final KafkaStreams streams;
    private final Set<String> topics;
    private final int threads;
    private final Supplier<Optional<String>> failure;

    /// @param topics that documents or requests are read from
    /// @param threads there have to be
    /// @param failure why it ended by itself, if it did
    StreamsWatch(
            KafkaStreams streams,
            Set<String> topics,
            int threads,
            Supplier<Optional<String>> failure) {
        this.streams = streams;
        this.topics = Set.copyOf(topics);
        this.threads = threads;
        this.failure = failure;
    }

    /// What only a new start helps against.
    ///
    /// @param patience how long a thread may be away from its consumer
    Optional<String> notLive(Duration patience) {
        KafkaStreams.State state = streams.state();
        return switch (state) {
            case PENDING_ERROR, ERROR, PENDING_SHUTDOWN, NOT_RUNNING ->
                    Optional.of(
                            failure.get().orElse("the pipeline has ended; its state is " + state));
            case CREATED -> Optional.empty();
            case REBALANCING, RUNNING -> threads(patience);
        };
    }

    private Optional<String> threads(Duration patience) {
        int alive = streams.metadataForLocalThreads().size();
        if (alive < threads) {
            return Optional.of(
                    "%d of %d stream threads are dead".formatted(threads - alive, threads));
        }
        double longest = 0;
        for (Metric metric : streams.metrics().values()) {
            MetricName name = metric.metricName();
            if (name.group().equals(CONSUMER)
                    && name.name().equals("last-poll-seconds-ago")
                    && isOfThread(name.tags().getOrDefault("client-id", ""))) {
                longest = Math.max(longest, number(metric));
            }
        }
        return longest > patience.toSeconds()
                ? Optional.of(
                        "a stream thread has not come back to its consumer for %d s"
                                .formatted(Math.round(longest)))
                : Optional.empty();
    }

    // A thread's other consumer restores state, and that of the schemas belongs to another thread.
    private static boolean isOfThread(String client) {
        return client.endsWith("-consumer")
                && !client.endsWith("-restore-consumer")
                && !client.endsWith("-global-consumer");
    }

    /// What keeps documents from being read now.
    Optional<String> notReady() {
        KafkaStreams.State state = streams.state();
        return state == KafkaStreams.State.RUNNING
                ? Optional.empty()
                : Optional.of("the pipeline does not run; its state is " + state);
    }

    /// Records of the topics that this instance has not read; -1 where it has none of their
    /// partitions, or does not know yet.
    long lag() {
        // A partition may be told twice, under both names of its topic.
        Map<String, Double> lags = new HashMap<>();
        for (Metric metric : streams.metrics().values()) {
            MetricName name = metric.metricName();
            if (name.group().equals(FETCHES) && name.name().equals("records-lag")) {
                topic(name.tags().getOrDefault("topic", ""))
                        .ifPresent(topic ->
                                lags.put(
                                        topic + "-" + name.tags().getOrDefault("partition", ""),
                                        number(metric)));
            }
        }
        double sum = lags.values().stream().mapToDouble(Double::doubleValue).sum();
        return lags.isEmpty() || !Double.isFinite(sum) ? -1 : Math.round(sum);
    }

    // Topics with a dot have an old name in metrics.
    private Optional<String> topic(String name) {
        return topics.stream()
                .filter(topic -> topic.equals(name) || topic.replace('.', '_').equals(name))
                .findFirst();
    }

    private static double number(Metric metric) {
        return metric.metricValue() instanceof Number number ? number.doubleValue() : Double.NaN;
    }
}

package dev.talaria.pipeline.admin;

import dev.talaria.connectors.kafka.SourceRecord;

import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/// Reads topics from somewhere on, in no group, so that nobody notices. For one thread.
public final class TopicReader implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(200);

    private final Cluster cluster;
    private final KafkaConsumer<byte[], byte[]> consumer;

    /// @param partition the only one to read; empty for all
    /// @param committedOnly whether records of transactions that are open or were aborted stay out
    /// @throws ClusterException where a topic or the partition is missing, or no broker answers
    public TopicReader(
            Cluster cluster,
            List<String> topics,
            OptionalInt partition,
            Start start,
            boolean committedOnly)
            throws InterruptedException {
        this.cluster = cluster;
        List<TopicPartition> partitions = partitions(cluster, topics, partition);
        this.consumer = cluster.consumer(committedOnly);
        try {
            consumer.assign(partitions);
            seek(start, partitions);
        } catch (KafkaException e) {
            consumer.close();
            throw cluster.explain(e);
        }
    }

    /// All partitions from the first record on, committed ones only.
    public static TopicReader ofWhole(Cluster cluster, String topic) throws InterruptedException {
        return new TopicReader(
                cluster, List.of(topic), OptionalInt.empty(), new Start.Beginning(), true);
    }

    private static List<TopicPartition> partitions(
            Cluster cluster, List<String> topics, OptionalInt partition)
            throws InterruptedException {
        List<TopicPartition> all = new ArrayList<>();
        for (String topic : topics) {
            int count = TopicPartitions.count(cluster, topic);
            if (partition.isPresent() && partition.getAsInt() >= count) {
                throw new ClusterException(
                        "topic %s: there is no partition %d; it has 0 to %d"
                                .formatted(topic, partition.getAsInt(), count - 1));
            }
            for (int i = 0; i < count; i++) {
                if (partition.isEmpty() || partition.getAsInt() == i) {
                    all.add(new TopicPartition(topic, i));
                }
            }
        }
        return all;
    }

    private void seek(Start start, List<TopicPartition> partitions) {
        switch (start) {
            case Start.Beginning() -> consumer.seekToBeginning(partitions);
            case Start.End() -> {
                consumer.seekToEnd(partitions);
                // From here on, not from when the first poll asks.
                partitions.forEach(consumer::position);
            }
            case Start.Offset(long offset) -> seekNear(offset, partitions);
            case Start.Time(var time) -> {
                Map<TopicPartition, Long> wanted = new HashMap<>();
                partitions.forEach(one -> wanted.put(one, time.toEpochMilli()));
                seekTo(consumer.offsetsForTimes(wanted), partitions);
            }
        }
    }

    private void seekNear(long offset, List<TopicPartition> partitions) {
        Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        for (TopicPartition one : partitions) {
            consumer.seek(one, Math.clamp(offset, begins.get(one), ends.get(one)));
        }
    }

    private void seekTo(
            Map<TopicPartition, OffsetAndTimestamp> found, List<TopicPartition> partitions) {
        for (TopicPartition one : partitions) {
            OffsetAndTimestamp first = found.get(one);
            if (first == null) {
                consumer.seekToEnd(List.of(one));
            } else {
                consumer.seek(one, first.offset());
            }
        }
    }

    /// Reads up to where each partition ends now, or until the reader has enough.
    ///
    /// @param reader whether to go on
    /// @throws ClusterException where the brokers fall silent
    public void toEnd(Predicate<SourceRecord> reader) {
        try {
            Map<TopicPartition, Long> open =
                    new HashMap<>(consumer.endOffsets(consumer.assignment()));
            long progress = System.nanoTime();
            while (!isAtEnd(open)) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    progress = System.nanoTime();
                    Long end = open.get(new TopicPartition(record.topic(), record.partition()));
                    if (end != null && record.offset() < end && !reader.test(of(record))) {
                        return;
                    }
                }
                if (System.nanoTime() - progress > Cluster.PATIENCE.toNanos()) {
                    throw new TimeoutException("no record for a while");
                }
            }
        } catch (KafkaException e) {
            throw cluster.explain(e);
        }
    }

    // What is read to its end is not read on.
    private boolean isAtEnd(Map<TopicPartition, Long> open) {
        Set<TopicPartition> done =
                Set.copyOf(
                        open.keySet().stream()
                                .filter(one -> consumer.position(one) >= open.get(one))
                                .toList());
        consumer.pause(done);
        open.keySet().removeAll(done);
        return open.isEmpty();
    }

    /// Reads on for as long as asked to, or until the reader has enough.
    ///
    /// @param reader whether to go on
    public void follow(Predicate<SourceRecord> reader, BooleanSupplier goesOn) {
        try {
            consumer.resume(consumer.paused());
            while (goesOn.getAsBoolean()) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    if (!reader.test(of(record))) {
                        return;
                    }
                }
            }
        } catch (KafkaException e) {
            throw cluster.explain(e);
        }
    }

    /// How many records lie ahead at most, by partition of all topics.
    Map<TopicPartition, Long> ahead() {
        Map<TopicPartition, Long> ahead = new TreeMap<>(TopicPartitions.ORDER);
        consumer.endOffsets(consumer.assignment())
                .forEach((one, end) -> ahead.put(one, end - consumer.position(one)));
        return ahead;
    }

    private static SourceRecord of(ConsumerRecord<byte[], byte[]> record) {
        return new SourceRecord(
                record.topic(),
                record.partition(),
                record.offset(),
                record.timestamp(),
                record.key(),
                record.value(),
                record.headers());
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
    }
}

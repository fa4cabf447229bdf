package dev.talaria.pipeline.app;

import dev.talaria.connectors.kafka.HeaderNames;
import dev.talaria.pipeline.config.PipelineConfig;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// A producer of documents and a reader of committed answers.
final class TopicProbe implements AutoCloseable {

    /// The headers of every extraction.
    static final Set<String> PROVENANCE = provenance();

    private final PipelineConfig config;
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<ConsumerRecord<byte[], byte[]>> extractions = new ArrayList<>();
    private final List<ConsumerRecord<byte[], byte[]>> rejected = new ArrayList<>();

    TopicProbe(PipelineConfig config) {
        this.config = config;
        this.producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", config.bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
        this.consumer =
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                config.bootstrapServers(),
                                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                                "read_committed",
                                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                                "earliest"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
    }

    /// Begins reading the output topics at their start.
    void start() {
        // Brokers hear of topics made a moment ago one after the other.
        Awaitility.await()
                .pollInSameThread()
                .until(() -> partitions().size() >= 2 * config.creation().partitions());
        consumer.assign(partitions());
        consumer.seekToBeginning(consumer.assignment());
    }

    void send(ProducerRecord<byte[], byte[]> record) throws Exception {
        producer.send(record).get();
    }

    void poll() {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(50))) {
            boolean extracted = record.topic().equals(config.topics().extractions());
            (extracted ? extractions : rejected).add(record);
        }
    }

    /// Reads all there is: up to where each partition ends now.
    void readToEnd() {
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        while (ends.entrySet().stream()
                .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            poll();
        }
    }

    int answers() {
        return extractions.size() + rejected.size();
    }

    List<ConsumerRecord<byte[], byte[]>> extractions() {
        return extractions;
    }

    List<ConsumerRecord<byte[], byte[]>> rejected() {
        return rejected;
    }

    @Override
    public void close() {
        producer.close();
        consumer.close();
    }

    private List<TopicPartition> partitions() {
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic : List.of(config.topics().extractions(), config.topics().rejected())) {
            for (PartitionInfo info : consumer.partitionsFor(topic)) {
                partitions.add(new TopicPartition(topic, info.partition()));
            }
        }
        return partitions;
    }

    private static Set<String> provenance() {
        Set<String> names = new TreeSet<>(HeaderNames.WRITTEN);
        names.removeIf(name -> name.startsWith("x-error-"));
        // Only where there is something of the kind.
        names.removeAll(
                Set.of(
                        HeaderNames.RAW_OUTPUT,
                        HeaderNames.CACHED,
                        HeaderNames.CHUNKS,
                        HeaderNames.TASK_ID,
                        HeaderNames.TASK_VERSION));
        return names;
    }
}

package dev.talaria.pipeline.app;

import dev.talaria.pipeline.config.PipelineConfig;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Topics of a broker: records to write, and what is committed on others.
public final class CommittedTopics implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<String, List<ConsumerRecord<byte[], byte[]>>> records = new HashMap<>();

    /// @param read topics, from their beginning
    public CommittedTopics(PipelineConfig config, List<String> read) {
        producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", config.bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
        consumer =
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                config.bootstrapServers(),
                                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                                "read_committed"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic : read) {
            records.put(topic, new ArrayList<>());
            // Not as a broker tells them, which may not know of all yet.
            for (int i = 0; i < config.creation().partitions(); i++) {
                partitions.add(new TopicPartition(topic, i));
            }
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    public void send(String topic, String key, String value) throws Exception {
        producer.send(new ProducerRecord<>(topic, Samples.bytes(key), Samples.bytes(value))).get();
    }

    /// What has come on a topic so far.
    public List<ConsumerRecord<byte[], byte[]>> of(String topic) {
        return records.get(topic);
    }

    /// Reads until that many records have come on a topic.
    public List<ConsumerRecord<byte[], byte[]>> await(String topic, int count) {
        Awaitility.await()
                .pollInSameThread()
                .atMost(PATIENCE)
                .until(() -> {
                    poll();
                    return of(topic).size() >= count;
                });
        return of(topic);
    }

    /// Reads up to where the topics end now.
    public void readToEnd() {
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        while (ends.entrySet().stream()
                .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            poll();
        }
    }

    /// Takes what has come meanwhile.
    public void poll() {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(50))) {
            of(record.topic()).add(record);
        }
    }

    @Override
    public void close() {
        producer.close();
        consumer.close();
    }
}

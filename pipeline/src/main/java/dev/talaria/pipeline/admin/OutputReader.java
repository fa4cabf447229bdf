package dev.talaria.pipeline.admin;

import dev.talaria.pipeline.config.PipelineConfig;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Reads what an extraction pipeline answers, from the beginning of both outputs, committed records
/// only. For one thread; the topics have to be there.
public final class OutputReader implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(200);
    private static final int RECORDS_AT_ONCE = 5000;

    private final KafkaConsumer<String, byte[]> consumer;

    /// Reads the outputs that a configuration names.
    public OutputReader(PipelineConfig config) {
        consumer =
                new KafkaConsumer<>(
                        Map.of(
                                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                config.bootstrapServers(),
                                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                                "read_committed",
                                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                                RECORDS_AT_ONCE),
                        new StringDeserializer(),
                        new ByteArrayDeserializer());
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic : List.of(config.topics().extractions(), config.topics().rejected())) {
            for (PartitionInfo partition : consumer.partitionsFor(topic)) {
                partitions.add(new TopicPartition(topic, partition.partition()));
            }
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /// Reads what has come since, waiting a moment for it; how many records.
    public int poll(Consumer<ConsumerRecord<String, byte[]>> reader) {
        ConsumerRecords<String, byte[]> records = consumer.poll(POLL);
        records.forEach(reader);
        return records.count();
    }

    /// Reads everything up to where the topics end now.
    public void toEnd(Consumer<ConsumerRecord<String, byte[]>> reader) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        while (ends.entrySet().stream()
                .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            poll(reader);
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}

package dev.talaria.pipeline.load;

import dev.talaria.pipeline.config.PipelineConfig;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Reads both outputs from their beginning, committed records only, into a ledger.
final class AnswerCount implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaConsumer<String, byte[]> consumer;
    private final String extractions;
    private final Ledger ledger;
    private final boolean knowsAnswers;

    /// @param knowsAnswers whether extractions are those of [LoadDocuments#answer]
    AnswerCount(PipelineConfig config, Ledger ledger, boolean knowsAnswers) {
        this.ledger = ledger;
        this.knowsAnswers = knowsAnswers;
        extractions = config.topics().extractions();
        consumer =
                new KafkaConsumer<>(
                        Map.of(
                                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                config.bootstrapServers(),
                                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                                "read_committed",
                                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                                5000),
                        new StringDeserializer(),
                        new ByteArrayDeserializer());
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic : List.of(extractions, config.topics().rejected())) {
            for (PartitionInfo partition : consumer.partitionsFor(topic)) {
                partitions.add(new TopicPartition(topic, partition.partition()));
            }
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /// Takes what has come since, waiting a moment for it; how many records.
    int poll() {
        ConsumerRecords<String, byte[]> records = consumer.poll(POLL);
        records.forEach(this::take);
        return records.count();
    }

    private void take(ConsumerRecord<String, byte[]> record) {
        if (record.topic().equals(extractions)) {
            ledger.extracted(record.key(), isRight(record));
        } else {
            ledger.rejected(record.key());
        }
    }

    private boolean isRight(ConsumerRecord<String, byte[]> record) {
        return !knowsAnswers
                || new String(record.value(), StandardCharsets.UTF_8)
                        .equals(LoadDocuments.answer(record.key()));
    }

    /// Takes everything up to where the topics end now.
    void readToEnd() {
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        while (ends.entrySet().stream()
                .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            poll();
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}

package dev.talaria.pipeline.faults;

import dev.talaria.connectors.kafka.HeaderNames;
import dev.talaria.pipeline.app.Samples;
import dev.talaria.pipeline.topology.TopicNames;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// What a reader of committed records finds: the documents there are, and the answers to each.
final class AnswerLog implements AutoCloseable {

    /// An answer as its reader sees it, without what differs from run to run.
    ///
    /// @param stage null where there is an extraction
    record Answer(boolean isExtraction, String value, String stage, String errorClass) {}

    private final TopicNames topics;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<String, String> documents = new TreeMap<>();
    private final Map<String, List<Answer>> answers = new HashMap<>();

    /// @param partitionsEach of every topic
    AnswerLog(String bootstrapServers, TopicNames topics, int partitionsEach) {
        this.topics = topics;
        this.consumer =
                new KafkaConsumer<>(
                        Map.of(
                                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                bootstrapServers,
                                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                                "read_committed",
                                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                                "earliest"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic : List.of(topics.documents(), topics.extractions(), topics.rejected())) {
            // Not as a broker tells them, which may just be coming back.
            for (int i = 0; i < partitionsEach; i++) {
                partitions.add(new TopicPartition(topic, i));
            }
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    void poll() {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
            if (record.topic().equals(topics.documents())) {
                documents.put(
                        record.partition() + "-" + record.offset(), Samples.text(record.key()));
            } else {
                answers.computeIfAbsent(source(record), _ -> new ArrayList<>()).add(answer(record));
            }
        }
    }

    /// Reads up to where each partition ends now; what is in open transactions is waited for.
    void readToEnd() {
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        while (ends.entrySet().stream()
                .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            poll();
        }
    }

    /// Documents read so far, by their place on the topic.
    Map<String, String> documents() {
        return documents;
    }

    /// Places without an answer.
    Set<String> unanswered() {
        Set<String> open = new HashSet<>(documents.keySet());
        open.removeAll(answers.keySet());
        return open;
    }

    /// The answers to the document at a place.
    List<Answer> answers(String place) {
        return answers.getOrDefault(place, List.of());
    }

    /// Places of answers, whether there is a document or not.
    Set<String> answeredPlaces() {
        return answers.keySet();
    }

    @Override
    public void close() {
        consumer.close();
    }

    private static String source(ConsumerRecord<byte[], byte[]> record) {
        return Samples.header(record.headers(), HeaderNames.SOURCE_PARTITION)
                + "-"
                + Samples.header(record.headers(), HeaderNames.SOURCE_OFFSET);
    }

    private Answer answer(ConsumerRecord<byte[], byte[]> record) {
        return new Answer(
                record.topic().equals(topics.extractions()),
                record.value() == null ? null : Samples.text(record.value()),
                Samples.header(record.headers(), HeaderNames.ERROR_STAGE),
                Samples.header(record.headers(), HeaderNames.ERROR_CLASS));
    }
}

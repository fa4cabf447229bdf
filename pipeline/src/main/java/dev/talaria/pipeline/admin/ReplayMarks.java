package dev.talaria.pipeline.admin;

import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.ProducerRecord;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Which rejected documents were sent again: a key for each on a compacted topic, written in the
/// transaction that sends the document.
final class ReplayMarks {

    private final String topic;
    private final String rejectedTopicId;
    private final Set<String> known;

    private ReplayMarks(String topic, String rejectedTopicId, Set<String> known) {
        this.topic = topic;
        this.rejectedTopicId = rejectedTopicId;
        this.known = known;
    }

    /// The marks there are; none where their topic is missing.
    static ReplayMarks read(Cluster cluster) throws InterruptedException {
        String topic = cluster.config().replayedTopic();
        String rejected = cluster.config().topics().rejected();
        Map<String, TopicDescription> described =
                cluster.answer(cluster.admin().describeTopics(List.of(rejected)).allTopicNames());
        Set<String> known = new HashSet<>();
        if (cluster.answer(cluster.admin().listTopics().names()).contains(topic)) {
            try (TopicReader reader = TopicReader.ofWhole(cluster, topic)) {
                reader.toEnd(mark -> {
                    RecordText.text(mark.key()).ifPresent(known::add);
                    return true;
                });
            }
        }
        return new ReplayMarks(topic, described.get(rejected).topicId().toString(), known);
    }

    boolean has(RejectedEntry entry) {
        return known.contains(key(entry));
    }

    ProducerRecord<byte[], byte[]> mark(RejectedEntry entry) {
        return new ProducerRecord<>(
                topic,
                key(entry).getBytes(StandardCharsets.UTF_8),
                Instant.now().toString().getBytes(StandardCharsets.UTF_8));
    }

    // A topic that was deleted and made again has the same positions, but another id.
    private String key(RejectedEntry entry) {
        return entry.position() + " " + rejectedTopicId;
    }
}

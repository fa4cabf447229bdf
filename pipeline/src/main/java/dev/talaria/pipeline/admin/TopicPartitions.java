package dev.talaria.pipeline.admin;

import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// How topics are divided.
final class TopicPartitions {

    static final Comparator<TopicPartition> ORDER =
            Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);

    private TopicPartitions() {}

    /// @throws ClusterException where there is no such topic
    static int count(Cluster cluster, String topic) throws InterruptedException {
        try {
            Map<String, TopicDescription> found =
                    cluster.answer(cluster.admin().describeTopics(List.of(topic)).allTopicNames());
            return found.get(topic).partitions().size();
        } catch (ClusterException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                throw new ClusterException(
                        "topic %s at %s: there is no such topic; correct the name, or create it ('talaria topics create')"
                                .formatted(topic, cluster.config().bootstrapServers()),
                        e);
            }
            if (e.getCause() instanceof TopicAuthorizationException) {
                throw new ClusterException("topic " + topic + ": " + e.getMessage(), e);
            }
            throw e;
        }
    }
}

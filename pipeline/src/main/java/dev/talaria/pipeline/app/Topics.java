package dev.talaria.pipeline.app;

import dev.talaria.pipeline.admin.Cluster;
import dev.talaria.pipeline.admin.ClusterException;
import dev.talaria.pipeline.admin.TopicPlan;
import dev.talaria.pipeline.admin.TopicSet;
import dev.talaria.pipeline.config.PipelineConfig;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The cluster as a pipeline finds it before it starts: reachable, and with its topics.
public final class Topics implements AutoCloseable {

    private final PipelineConfig config;
    private final Cluster cluster;

    /// @throws ClusterException where the client settings cannot be used
    public Topics(PipelineConfig config) {
        this.config = config;
        this.cluster = new Cluster(config);
    }

    /// Checks that the cluster answers and that every topic is there, creating missing ones where
    /// that is configured.
    ///
    /// @throws ClusterException where it does not answer
    /// @throws StartException where a topic is missing
    public void ensure() throws InterruptedException {
        ensure(config.topics().all());
    }

    /// As [#ensure()], for the topics of distributed batch jobs.
    ///
    /// @throws ClusterException where it does not answer
    /// @throws StartException where a topic is missing
    public void ensureOfJobs() throws InterruptedException {
        ensure(config.jobTopics().all());
    }

    private void ensure(List<String> wanted) throws InterruptedException {
        List<String> missing = missing(wanted);
        if (missing.isEmpty()) {
            return;
        }
        if (!config.creation().missing()) {
            throw new StartException(
                    "topics at %s: missing are %s; create them ('talaria topics create'), or set topics.create=true"
                            .formatted(config.bootstrapServers(), String.join(", ", missing)));
        }
        new TopicSet(cluster, TopicPlan.of(config).only(missing)).createMissing();
    }

    /// What is wrong with the cluster or its topics now; nothing is created.
    Optional<String> problem() throws InterruptedException {
        try {
            List<String> missing = missing(config.topics().all());
            return missing.isEmpty()
                    ? Optional.empty()
                    : Optional.of("missing are " + String.join(", ", missing));
        } catch (ClusterException e) {
            return Optional.of(e.getMessage());
        }
    }

    private List<String> missing(List<String> wanted) throws InterruptedException {
        Set<String> existing = cluster.answer(cluster.admin().listTopics().names());
        return wanted.stream().filter(topic -> !existing.contains(topic)).toList();
    }

    @Override
    public void close() {
        cluster.close();
    }
}

package dev.talaria.pipeline.app;

import dev.talaria.pipeline.config.PipelineConfig;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The cluster as a pipeline finds it before it starts: reachable, and with its topics.
public final class Topics implements AutoCloseable {

    /// How long the cluster may take to answer.
    public static final Duration PATIENCE = Duration.ofSeconds(10);

    private final PipelineConfig config;
    private final Admin admin;

    /// @throws StartException where the client settings cannot be used
    public Topics(PipelineConfig config) {
        this.config = config;
        Map<String, Object> settings = new HashMap<>(config.kafka());
        settings.put("bootstrap.servers", config.bootstrapServers());
        try {
            admin = Admin.create(settings);
        } catch (RuntimeException e) {
            Throwable reason = e.getCause() == null ? e : e.getCause();
            throw new StartException(
                    "kafka settings: %s; check kafka.bootstrap.servers (%s) and the other kafka.* settings"
                            .formatted(reason.getMessage(), config.bootstrapServers()),
                    e);
        }
    }

    /// Checks that the cluster answers and that every topic is there, creating missing ones where
    /// that is configured.
    ///
    /// @throws StartException where not
    public void ensure() throws InterruptedException {
        ensure(config.topics().all());
    }

    /// As [#ensure()], for the topics of distributed batch jobs.
    ///
    /// @throws StartException where not
    public void ensureOfJobs() throws InterruptedException {
        ensure(config.jobTopics().all());
    }

    private void ensure(List<String> wanted) throws InterruptedException {
        Set<String> existing = existing();
        List<String> missing = wanted.stream().filter(topic -> !existing.contains(topic)).toList();
        if (missing.isEmpty()) {
            return;
        }
        if (!config.creation().missing()) {
            throw new StartException(
                    "topics at %s: missing are %s; create them, or set topics.create=true"
                            .formatted(config.bootstrapServers(), String.join(", ", missing)));
        }
        create(missing);
    }

    /// What is wrong with the cluster or its topics now; nothing is created.
    Optional<String> problem() throws InterruptedException {
        try {
            Set<String> existing = existing();
            List<String> missing =
                    config.topics().all().stream()
                            .filter(topic -> !existing.contains(topic))
                            .toList();
            return missing.isEmpty()
                    ? Optional.empty()
                    : Optional.of("missing are " + String.join(", ", missing));
        } catch (StartException e) {
            return Optional.of(e.getMessage());
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
    }

    private Set<String> existing() throws InterruptedException {
        try {
            return within(admin.listTopics().names());
        } catch (ExecutionException | TimeoutException e) {
            Throwable reason = e instanceof ExecutionException ? e.getCause() : e;
            throw new StartException(
                    "kafka.bootstrap.servers = %s: no broker answered within %d s (%s); start it, or correct the address"
                            .formatted(
                                    config.bootstrapServers(),
                                    PATIENCE.toSeconds(),
                                    reason.getClass().getSimpleName()),
                    e);
        }
    }

    private void create(List<String> names) throws InterruptedException {
        List<NewTopic> topics = new ArrayList<>();
        for (String name : names) {
            topics.add(topic(name));
        }
        try {
            within(admin.createTopics(topics).all());
        } catch (ExecutionException e) {
            // Another instance was faster.
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw notCreated(names, e.getCause());
            }
        } catch (TimeoutException e) {
            throw notCreated(names, e);
        }
    }

    private NewTopic topic(String name) {
        boolean schemas = name.equals(config.topics().schemas());
        PipelineConfig.TopicCreation creation = config.creation();
        Optional<Short> replication =
                creation.replication() == 0
                        ? Optional.empty()
                        : Optional.of((short) creation.replication());
        NewTopic topic =
                new NewTopic(name, Optional.of(schemas ? 1 : creation.partitions()), replication);
        return schemas
                ? topic.configs(
                        Map.of(
                                TopicConfig.CLEANUP_POLICY_CONFIG,
                                TopicConfig.CLEANUP_POLICY_COMPACT))
                : topic;
    }

    private StartException notCreated(List<String> names, Throwable reason) {
        return new StartException(
                "topics %s at %s: they cannot be created: %s; create them yourself or change topics.partitions and topics.replication"
                        .formatted(
                                String.join(", ", names),
                                config.bootstrapServers(),
                                reason.getMessage()),
                reason);
    }

    private static <T> T within(KafkaFuture<T> answer)
            throws InterruptedException, ExecutionException, TimeoutException {
        return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }
}

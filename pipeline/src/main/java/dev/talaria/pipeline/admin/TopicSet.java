package dev.talaria.pipeline.admin;

import dev.talaria.pipeline.admin.TopicPlan.Wanted;

import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The topics that are there, beside those that are wanted.
public final class TopicSet {

    private final Cluster cluster;
    private final TopicPlan plan;

    /// @param plan what is wanted
    public TopicSet(Cluster cluster, TopicPlan plan) {
        this.cluster = cluster;
        this.plan = plan;
    }

    /// How a topic is.
    ///
    /// @param exists whether it is there; otherwise the rest says nothing
    /// @param settings those that the plan has a wish about
    /// @param differences from what is wanted, for people
    public record State(
            String topic,
            String purpose,
            boolean exists,
            int partitions,
            int replication,
            Map<String, String> settings,
            List<String> differences) {

        /// Whether it is there as wanted.
        public boolean isAsWanted() {
            return exists && differences.isEmpty();
        }
    }

    /// Creates what is missing, and says what that was. A topic that someone else creates meanwhile
    /// is not among them.
    ///
    /// @throws ClusterException where one cannot be created
    public List<Wanted> createMissing() throws InterruptedException {
        Map<String, TopicDescription> existing = existing();
        List<Wanted> missing =
                plan.topics().stream().filter(one -> !existing.containsKey(one.name())).toList();
        List<NewTopic> topics =
                missing.stream().map(one -> fitting(one, existing)).map(Wanted::created).toList();
        Map<String, KafkaFuture<Void>> answers = cluster.admin().createTopics(topics).values();
        List<Wanted> created = new ArrayList<>();
        for (Wanted one : missing) {
            if (isCreated(one, answers.get(one.name()))) {
                created.add(one);
            }
        }
        return created;
    }

    private boolean isCreated(Wanted topic, KafkaFuture<Void> answer) throws InterruptedException {
        try {
            answer.get(Cluster.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TopicExistsException) {
                return false;
            }
            throw notCreated(topic, e.getCause());
        } catch (TimeoutException e) {
            throw notCreated(topic, e);
        }
    }

    private ClusterException notCreated(Wanted topic, Throwable reason) {
        return new ClusterException(
                "topic %s: it cannot be created: %s; create it yourself, or change topics.partitions and topics.replication"
                        .formatted(topic.name(), cluster.explain(reason).getMessage()),
                reason);
    }

    // Kafka Streams wants as many partitions of an internal topic as it reads.
    private static Wanted fitting(Wanted wanted, Map<String, TopicDescription> existing) {
        return wanted.sources().isEmpty()
                ? wanted
                : wanted.withPartitions(
                        wanted.sources().stream()
                                .mapToInt(source -> partitions(existing.get(source), wanted))
                                .max()
                                .getAsInt());
    }

    private static int partitions(TopicDescription source, Wanted wanted) {
        return source == null ? wanted.partitions() : source.partitions().size();
    }

    /// How every topic of the plan is.
    public List<State> describe() throws InterruptedException {
        Map<String, TopicDescription> existing = existing();
        Map<String, Config> settings = settings(existing.keySet());
        List<State> states = new ArrayList<>();
        for (Wanted wanted : plan.topics()) {
            TopicDescription is = existing.get(wanted.name());
            states.add(
                    is == null
                            ? missing(wanted)
                            : state(fitting(wanted, existing), is, settings.get(wanted.name())));
        }
        return states;
    }

    private static State missing(Wanted wanted) {
        return new State(
                wanted.name(), wanted.purpose(), false, 0, 0, Map.of(), List.of("it is missing"));
    }

    private static State state(Wanted wanted, TopicDescription is, Config config) {
        int partitions = is.partitions().size();
        int replication =
                is.partitions().stream().mapToInt(one -> one.replicas().size()).min().orElse(0);
        Map<String, String> settings = new TreeMap<>();
        List<String> differences = new ArrayList<>();
        if (partitions != wanted.partitions()) {
            differences.add(difference("partitions", partitions, wanted.partitions()));
        }
        if (wanted.replication() != 0 && replication != wanted.replication()) {
            differences.add(difference("replication", replication, wanted.replication()));
        }
        for (Map.Entry<String, String> wish : new TreeMap<>(wanted.settings()).entrySet()) {
            ConfigEntry entry = config.get(wish.getKey());
            String value = entry == null ? "" : entry.value();
            settings.put(wish.getKey(), value);
            if (!satisfies(wish.getKey(), value, wish.getValue())) {
                differences.add(difference(wish.getKey(), value, wish.getValue()));
            }
        }
        return new State(
                wanted.name(),
                wanted.purpose(),
                true,
                partitions,
                replication,
                settings,
                differences);
    }

    private static String difference(String name, Object is, Object wanted) {
        return "%s = %s, wanted %s".formatted(name, is, wanted);
    }

    private static boolean satisfies(String name, String value, String wanted) {
        return name.equals(TopicConfig.MAX_MESSAGE_BYTES_CONFIG) && !value.isEmpty()
                ? Long.parseLong(value) >= Long.parseLong(wanted)
                : value.equals(wanted);
    }

    private Map<String, TopicDescription> existing() throws InterruptedException {
        Set<String> names = cluster.answer(cluster.admin().listTopics().names());
        List<String> wanted =
                plan.topics().stream().map(Wanted::name).filter(names::contains).toList();
        return cluster.answer(cluster.admin().describeTopics(wanted).allTopicNames());
    }

    private Map<String, Config> settings(Set<String> topics) throws InterruptedException {
        List<ConfigResource> resources =
                topics.stream()
                        .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                        .toList();
        Map<String, Config> settings = new TreeMap<>();
        cluster.answer(cluster.admin().describeConfigs(resources).all())
                .forEach((resource, config) -> settings.put(resource.name(), config));
        return settings;
    }
}

package dev.talaria.pipeline.admin;

import dev.talaria.connectors.kafka.HeaderNames;
import dev.talaria.connectors.kafka.SourceRecord;
import dev.talaria.pipeline.config.PipelineConfig;
import dev.talaria.pipeline.task.Registration;
import dev.talaria.pipeline.task.Registry;
import dev.talaria.pipeline.task.SchemaDirectory;
import dev.talaria.schemas.catalog.SchemaCatalog;
import dev.talaria.schemas.task.SchemaReference;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/// The topic of schemas and tasks, judged as a pipeline judges it, by the same [Registry]: what is
/// put there is tried here before, together with what is there.
public final class SchemaTopic {

    private final Cluster cluster;
    private final Map<String, Entry> entries;

    /// What the topic holds under a key.
    ///
    /// @param forced whether it counts though it breaks readers
    public record Entry(String name, String text, boolean forced, Instant time) {}

    /// What would become of a change.
    ///
    /// @param refused of what is put: it could not be used
    /// @param broken of what is there: it could be used before and not after
    public record Verdict(List<Registration.Refused> refused, List<Registration.Refused> broken) {
        public Verdict {
            refused = List.copyOf(refused);
            broken = List.copyOf(broken);
        }
    }

    private SchemaTopic(Cluster cluster, Map<String, Entry> entries) {
        this.cluster = cluster;
        this.entries = entries;
    }

    /// The topic as it is now.
    ///
    /// @throws ClusterException where it cannot be read
    public static SchemaTopic read(Cluster cluster) throws InterruptedException {
        Map<String, Entry> entries = new TreeMap<>();
        try (TopicReader reader =
                TopicReader.ofWhole(cluster, cluster.config().topics().schemas())) {
            reader.toEnd(record -> {
                note(entries, record);
                return true;
            });
        }
        return new SchemaTopic(cluster, entries);
    }

    private static void note(Map<String, Entry> entries, SourceRecord record) {
        if (record.key() == null) {
            return;
        }
        String name = new String(record.key(), StandardCharsets.UTF_8);
        if (record.value() == null) {
            entries.remove(name);
            return;
        }
        boolean forced =
                RecordText.header(record, HeaderNames.FORCE).filter("true"::equals).isPresent();
        entries.put(
                name,
                new Entry(
                        name,
                        new String(record.value(), StandardCharsets.UTF_8),
                        forced,
                        Instant.ofEpochMilli(record.timestamp())));
    }

    /// Everything it holds, by key.
    public Map<String, Entry> entries() {
        return Map.copyOf(entries);
    }

    /// What it holds under proper names, and whether that can be used.
    public List<Registration> registered() {
        return registered(entries);
    }

    /// The name that documents mean by this one: of `id`, that of its highest usable version,
    /// otherwise of its highest. Names of tasks have `task:` before them.
    public Optional<Entry> find(String name) {
        if (name.contains("@")) {
            return Optional.ofNullable(entries.get(name));
        }
        List<String> usable =
                registered().stream()
                        .filter(Registration.Usable.class::isInstance)
                        .map(Registration::name)
                        .toList();
        Entry found = null;
        for (String version : versions(name)) {
            Entry entry = entries.get(version);
            boolean isBetter =
                    found == null
                            || usable.contains(entry.name())
                            || !usable.contains(found.name());
            found = isBetter ? entry : found;
        }
        return Optional.ofNullable(found);
    }

    /// The version after the highest one.
    ///
    /// @param id of a schema, or with `task:` before it, of a task
    public String nextVersion(String id) {
        List<String> versions = versions(id);
        return id + "@" + (versions.isEmpty() ? 1 : version(versions.getLast()) + 1);
    }

    /// The text of the highest version.
    ///
    /// @param id as above
    public Optional<Entry> highest(String id) {
        List<String> versions = versions(id);
        return versions.isEmpty() ? Optional.empty() : Optional.of(entries.get(versions.getLast()));
    }

    // From below.
    private List<String> versions(String id) {
        return entries.keySet().stream()
                .filter(key -> key.startsWith(id + "@") && version(key) > 0)
                .sorted(Comparator.comparingInt(SchemaTopic::version))
                .toList();
    }

    /// The version in a key; 0 where it is no proper name. No pipeline reads such a one either;
    /// `schema list` says so.
    private static int version(String key) {
        boolean isTask = key.startsWith(Registry.TASK_PREFIX);
        try {
            return SchemaReference.parse(
                            isTask ? key.substring(Registry.TASK_PREFIX.length()) : key)
                    .version();
        } catch (IllegalArgumentException _) {
            return 0;
        }
    }

    /// What would become of putting these texts there; a null text deletes.
    public Verdict judge(Map<String, @Nullable String> texts, boolean forced) {
        Map<String, Registration> before = new TreeMap<>();
        registered().forEach(one -> before.put(one.name(), one));
        Map<String, Entry> after = new TreeMap<>(entries);
        texts.forEach((name, text) -> {
            if (text == null) {
                after.remove(name);
            } else {
                after.put(name, new Entry(name, text, forced, Instant.EPOCH));
            }
        });
        List<Registration.Refused> refused = new ArrayList<>();
        List<Registration.Refused> broken = new ArrayList<>();
        for (Registration one : registered(after)) {
            if (one instanceof Registration.Refused now) {
                if (texts.containsKey(now.name())) {
                    refused.add(now);
                } else if (before.get(now.name()) instanceof Registration.Usable) {
                    broken.add(now);
                }
            }
        }
        return new Verdict(refused, broken);
    }

    private List<Registration> registered(Map<String, Entry> texts) {
        PipelineConfig config = cluster.config();
        String topic = config.topics().schemas();
        Registry registry =
                Registry.of(
                        new SchemaDirectory(new SchemaCatalog(), topic, config.task().grammar()),
                        topic);
        texts.forEach((key, entry) -> registry.update(key, entry.text(), entry.forced()));
        return registry.registrations();
    }

    /// Puts texts there, in this order; a null text deletes.
    ///
    /// @param forced whether they count though they break readers
    /// @throws ClusterException where one is not acknowledged
    public void put(Map<String, @Nullable String> texts, boolean forced)
            throws InterruptedException {
        String topic = cluster.config().topics().schemas();
        Map<String, Future<RecordMetadata>> sent = new LinkedHashMap<>();
        KafkaProducer<byte[], byte[]> producer = cluster.producer();
        try {
            texts.forEach((name, text) -> {
                Headers headers = new RecordHeaders();
                if (forced && text != null) {
                    headers.add(HeaderNames.FORCE, "true".getBytes(StandardCharsets.UTF_8));
                }
                byte[] value = text == null ? null : text.getBytes(StandardCharsets.UTF_8);
                byte[] key = name.getBytes(StandardCharsets.UTF_8);
                sent.put(
                        name,
                        producer.send(
                                new ProducerRecord<>(topic, null, null, key, value, headers)));
            });
            for (Future<RecordMetadata> one : sent.values()) {
                Objects.requireNonNull(one.get());
            }
        } catch (KafkaException e) {
            throw cluster.explain(e);
        } catch (ExecutionException e) {
            throw cluster.explain(e.getCause());
        } finally {
            producer.close(Duration.ofSeconds(1));
        }
    }
}

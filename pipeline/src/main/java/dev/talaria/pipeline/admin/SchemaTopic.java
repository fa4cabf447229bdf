package dev.talaria.pipeline.admin;

import dev.talaria.connectors.kafka.HeaderNames;
import dev.talaria.connectors.kafka.SourceRecord;
import dev.talaria.pipeline.task.Registration;
import dev.talaria.schemas.catalog.Compatibility;
import dev.talaria.schemas.catalog.SchemaBundle;
import dev.talaria.schemas.catalog.SchemaCatalog;
import dev.talaria.schemas.catalog.SchemaTexts;
import dev.talaria.schemas.grammar.GrammarCompiler;
import dev.talaria.schemas.grammar.UnsupportedSchemaException;
import dev.talaria.schemas.task.OutputSchema;
import dev.talaria.schemas.task.SchemaReference;
import dev.talaria.schemas.validation.InvalidSchemaException;
import dev.talaria.schemas.validation.SchemaSource;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/// The topic of schemas, judged as a pipeline judges it: what is put there is tried here before,
/// together with what is there.
public final class SchemaTopic {

    private static final String INCOMPATIBLE = "IncompatibleSchema";

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
    /// otherwise of its highest.
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
        for (SchemaReference version : versions(name)) {
            Entry entry = entries.get(version.toString());
            boolean isBetter =
                    found == null
                            || usable.contains(entry.name())
                            || !usable.contains(found.name());
            found = isBetter ? entry : found;
        }
        return Optional.ofNullable(found);
    }

    /// The version after the highest one of a schema.
    public String nextVersion(String id) {
        List<SchemaReference> versions = versions(id);
        return id + "@" + (versions.isEmpty() ? 1 : versions.getLast().version() + 1);
    }

    /// The text of the highest version.
    public Optional<Entry> highest(String id) {
        List<SchemaReference> versions = versions(id);
        return versions.isEmpty()
                ? Optional.empty()
                : Optional.of(entries.get(versions.getLast().toString()));
    }

    private List<SchemaReference> versions(String id) {
        return names(entries).stream().filter(name -> name.id().equals(id)).toList();
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
        SchemaTexts source = new SchemaTexts();
        List<SchemaReference> names = names(texts);
        names.forEach(name -> source.put(name, texts.get(name.toString()).text()));
        SchemaCatalog catalog = new SchemaCatalog();
        NavigableMap<SchemaReference, OutputSchema> usable = new TreeMap<>();
        List<Registration> registered = new ArrayList<>();
        for (SchemaReference name : names) {
            Entry entry = texts.get(name.toString());
            try {
                String bundle = SchemaBundle.of(entry.text(), source);
                GrammarCompiler.compile(bundle, cluster.config().task().grammar());
                OutputSchema schema = catalog.register(name, entry.text(), source);
                registered.add(judged(schema, entry.forced(), usable));
            } catch (InvalidSchemaException e) {
                registered.add(
                        new Registration.Refused(name.toString(), "InvalidSchema", e.getMessage()));
            } catch (UnsupportedSchemaException e) {
                registered.add(
                        new Registration.Refused(
                                name.toString(),
                                "UnsupportedSchema",
                                e.getMessage().replace("\n", "; ")));
            }
        }
        return registered;
    }

    // By the highest usable version below.
    private static Registration judged(
            OutputSchema schema,
            boolean forced,
            NavigableMap<SchemaReference, OutputSchema> usable) {
        SchemaReference name = schema.reference();
        Map.Entry<SchemaReference, OutputSchema> before = usable.lowerEntry(name);
        if (!forced && before != null && before.getKey().id().equals(name.id())) {
            Compatibility verdict =
                    Compatibility.of(
                            schema.json(),
                            before.getKey(),
                            before.getValue().json(),
                            SchemaSource.NONE);
            if (!verdict.keepsReaders()) {
                return new Registration.Refused(
                        name.toString(), INCOMPATIBLE, verdict.explanation());
            }
        }
        usable.put(name, schema);
        return new Registration.Usable(name.toString(), schema.sha256());
    }

    private static List<SchemaReference> names(Map<String, Entry> texts) {
        List<SchemaReference> names = new ArrayList<>();
        for (String key : texts.keySet()) {
            try {
                names.add(SchemaReference.parse(key));
            } catch (IllegalArgumentException e) {
                // No pipeline reads it either; 'schema list' says so.
                continue;
            }
        }
        names.sort(null);
        return names;
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

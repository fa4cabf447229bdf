package dev.talaria.pipeline.task;

import dev.talaria.schemas.catalog.Compatibility;
import dev.talaria.schemas.catalog.SchemaBundle;
import dev.talaria.schemas.catalog.SchemaCatalog;
import dev.talaria.schemas.grammar.GrammarCompiler;
import dev.talaria.schemas.grammar.GrammarOptions;
import dev.talaria.schemas.grammar.UnsupportedSchemaException;
import dev.talaria.schemas.task.OutputSchema;
import dev.talaria.schemas.task.SchemaReference;
import dev.talaria.schemas.validation.InvalidSchemaException;
import dev.talaria.schemas.validation.SchemaSource;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/// The schemas the topic has brought, by name, and why some of them cannot be used.
///
/// Written by the thread that follows the topic, read by all stream threads.
public final class SchemaDirectory {

    private static final Logger LOG = LoggerFactory.getLogger(SchemaDirectory.class);

    private final SchemaCatalog catalog;
    private final String topic;
    private final GrammarOptions options;
    private final Map<SchemaReference, Lookup.NotFound> unusable = new HashMap<>();
    private final SchemaVersions versions = new SchemaVersions();
    private final Map<SchemaReference, Set<String>> asked = new HashMap<>();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong updates = new AtomicLong();

    /// What a name stands for.
    public sealed interface Lookup {

        /// A usable schema.
        record Found(OutputSchema schema) implements Lookup {}

        /// None, and why.
        record NotFound(String errorClass, String message) implements Lookup {}
    }

    /// @param catalog to hold the usable schemas
    /// @param topic where schemas are registered, for messages
    public SchemaDirectory(SchemaCatalog catalog, String topic) {
        this(catalog, topic, GrammarOptions.DEFAULT);
    }

    /// @param catalog to hold the usable schemas
    /// @param topic where schemas are registered, for messages
    /// @param options how schemas become grammars; one that cannot cannot be used
    public SchemaDirectory(SchemaCatalog catalog, String topic, GrammarOptions options) {
        this.catalog = catalog;
        this.topic = topic;
        this.options = options;
    }

    /// As [#update(String, String, boolean)], not forced.
    public void update(String key, String json) {
        update(key, json, false);
    }

    /// Takes over what the topic says of a key: a schema, or null where it is deleted. What cannot
    /// be used is logged and counted, and its predecessor under the key is gone with it.
    ///
    /// A version that breaks readers of the one before ([Compatibility]) cannot be used unless it
    /// is forced. All decisions follow from what the topic holds, in whatever order it came: what
    /// has changed is decided again, and so are later versions and those that refer to them. A name
    /// without a version means the highest one that keeps readers and whose text is a schema, as
    /// far as it can be told without those it refers to.
    public synchronized void update(String key, String json, boolean forced) {
        SchemaReference reference;
        try {
            reference = SchemaReference.parse(key);
        } catch (IllegalArgumentException e) {
            refuse(key, e.getMessage());
            return;
        }
        updates.incrementAndGet();
        Set<String> changed = versions.put(reference, json, forced);
        // The topic's last word counts, as after a restart; the catalog itself never replaces a
        // text.
        Optional<OutputSchema> before = catalog.find(reference);
        forget(reference);
        if (json == null) {
            asked.remove(reference);
            LOG.info("schema {}: deleted", reference);
        } else {
            settle(reference, attempt(reference), before);
        }
        for (SchemaReference each : versions.references()) {
            boolean concerned =
                    changed.contains(each.id())
                            || !Collections.disjoint(changed, asked.getOrDefault(each, Set.of()));
            if (concerned && !each.equals(reference)) {
                tryAgain(each);
            }
        }
    }

    private boolean forget(SchemaReference reference) {
        unusable.remove(reference);
        return catalog.remove(reference);
    }

    private Lookup attempt(SchemaReference reference) {
        Optional<Compatibility> refusal = versions.refusal(reference);
        if (refusal.isPresent()) {
            return new Lookup.NotFound(
                    "IncompatibleSchema",
                    refusal.get().explanation()
                            + "; register it under another id, or again with the header 'force'"
                            + " set to true");
        }
        String json = versions.text(reference).orElseThrow();
        Set<String> ids = new HashSet<>();
        asked.put(reference, ids);
        SchemaSource standing = versions.source();
        SchemaSource source =
                name -> {
                    ids.add(SchemaVersions.idOf(name));
                    return standing.find(name);
                };
        try {
            String bundle = SchemaBundle.of(json, source);
            GrammarCompiler.compile(bundle, options);
            return new Lookup.Found(catalog.register(reference, json, source));
        } catch (InvalidSchemaException e) {
            return new Lookup.NotFound("InvalidSchema", e.getMessage());
        } catch (UnsupportedSchemaException e) {
            return new Lookup.NotFound("UnsupportedSchema", e.getMessage().replace("\n", "; "));
        }
    }

    private void settle(SchemaReference reference, Lookup now, Optional<OutputSchema> before) {
        switch (now) {
            case Lookup.Found(OutputSchema schema) -> {
                // Every topology reads the topic once more.
                if (!before.equals(Optional.of(schema))) {
                    LOG.info(
                            "schema {}: {}, {}",
                            reference,
                            before.isPresent() ? "replaced" : "new",
                            schema.sha256());
                }
            }
            case Lookup.NotFound refusal -> {
                unusable.put(reference, refusal);
                refuse(reference.toString(), refusal.message());
            }
        }
    }

    private void tryAgain(SchemaReference reference) {
        Optional<OutputSchema> usable = catalog.find(reference);
        Lookup before = usable.<Lookup>map(Lookup.Found::new).orElse(unusable.get(reference));
        forget(reference);
        Lookup now = attempt(reference);
        if (!now.equals(before)) {
            settle(reference, now, usable);
        } else if (now instanceof Lookup.NotFound same) {
            unusable.put(reference, same);
        }
    }

    /// Every schema the topic holds under a proper name, in order, and whether it can be used.
    public synchronized List<Registration> registrations() {
        return versions.references().stream().map(this::registration).toList();
    }

    private Registration registration(SchemaReference reference) {
        String name = reference.toString();
        Lookup.NotFound refusal = unusable.get(reference);
        if (refusal != null) {
            return new Registration.Refused(name, refusal.errorClass(), refusal.message());
        }
        return switch (lookup(name)) {
            case Lookup.Found(OutputSchema schema) ->
                    new Registration.Usable(name, schema.sha256());
            case Lookup.NotFound(String errorClass, String message) ->
                    new Registration.Refused(name, errorClass, message);
        };
    }

    /// Grows with every update: what was looked up before may be another now.
    long updates() {
        return updates.get();
    }

    /// The schema of that name: `id@version`, or `id` for its highest usable version.
    public synchronized Lookup lookup(String name) {
        SchemaReference reference;
        try {
            reference = name.contains("@") ? SchemaReference.parse(name) : anyVersion(name);
        } catch (IllegalArgumentException e) {
            return new Lookup.NotFound("MalformedSchemaReference", e.getMessage());
        }
        Optional<OutputSchema> schema =
                name.contains("@") ? catalog.find(reference) : catalog.latest(name);
        return schema.<Lookup>map(Lookup.Found::new).orElseGet(() -> missing(name, reference));
    }

    /// How many updates brought something that cannot be used.
    public long refusedUpdates() {
        return refused.get();
    }

    private static SchemaReference anyVersion(String id) {
        return new SchemaReference(id, 1);
    }

    private Lookup missing(String name, SchemaReference reference) {
        Lookup.NotFound reason = unusable.get(reference);
        if (reason != null) {
            return new Lookup.NotFound(
                    reason.errorClass(),
                    "schema '%s' on topic '%s' cannot be used: %s"
                            .formatted(name, topic, reason.message()));
        }
        return new Lookup.NotFound(
                "UnknownSchema",
                "schema '%s' is not registered; produce it to topic '%s' with key '%s', then send the document again"
                        .formatted(name, topic, reference));
    }

    private void refuse(String key, String reason) {
        refused.incrementAndGet();
        LOG.error("topic {}, key '{}': this schema is not used: {}", topic, key, reason);
    }
}

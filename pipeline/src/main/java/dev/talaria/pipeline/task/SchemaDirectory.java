package dev.talaria.pipeline.task;

import dev.talaria.schemas.catalog.SchemaBundle;
import dev.talaria.schemas.catalog.SchemaCatalog;
import dev.talaria.schemas.catalog.SchemaTexts;
import dev.talaria.schemas.grammar.GrammarCompiler;
import dev.talaria.schemas.grammar.GrammarOptions;
import dev.talaria.schemas.grammar.UnsupportedSchemaException;
import dev.talaria.schemas.task.OutputSchema;
import dev.talaria.schemas.task.SchemaReference;
import dev.talaria.schemas.validation.InvalidSchemaException;
import dev.talaria.schemas.validation.NetworkntValidator;
import dev.talaria.schemas.validation.SchemaSource;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
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
    private final SchemaTexts schemas = new SchemaTexts();
    private final SchemaTexts broken = new SchemaTexts();
    private final Map<SchemaReference, Set<String>> asked = new TreeMap<>();
    private final AtomicLong refused = new AtomicLong();

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

    /// Takes over what the topic says of a key: a schema, or null where it is deleted. What cannot
    /// be used is logged and counted, and its predecessor under the key is gone with it.
    ///
    /// Schemas may refer to each other by name and come in any order: those that refer to what has
    /// changed are looked at again. A name without a version means the highest one whose text is a
    /// schema, as far as it can be told without those it refers to.
    public synchronized void update(String key, String json) {
        SchemaReference reference;
        try {
            reference = SchemaReference.parse(key);
        } catch (IllegalArgumentException e) {
            refuse(key, e.getMessage());
            return;
        }
        // The topic's last word counts, as after a restart; the catalog itself never replaces a
        // text.
        boolean known = forget(reference);
        keep(reference, json);
        if (json == null) {
            asked.remove(reference);
            LOG.info("schema {}: deleted", reference);
        } else {
            settle(reference, attempt(reference, json), known);
        }
        tryAgainThoseThatReferTo(reference);
    }

    private boolean forget(SchemaReference reference) {
        unusable.remove(reference);
        return catalog.remove(reference);
    }

    private void keep(SchemaReference reference, String json) {
        schemas.remove(reference);
        broken.remove(reference);
        if (json != null) {
            (isSchema(json) ? schemas : broken).put(reference, json);
        }
    }

    // By itself, whatever it refers to.
    private static boolean isSchema(String json) {
        try {
            NetworkntValidator.of(json, anything -> Optional.of("true"));
            return true;
        } catch (InvalidSchemaException e) {
            return false;
        }
    }

    private Lookup attempt(SchemaReference reference, String json) {
        Set<String> names = new HashSet<>();
        asked.put(reference, names);
        SchemaSource source =
                name -> {
                    names.add(name);
                    return schemas.or(broken).find(name);
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

    private void settle(SchemaReference reference, Lookup now, boolean known) {
        switch (now) {
            case Lookup.Found(OutputSchema schema) ->
                    LOG.info(
                            "schema {}: {}, {}",
                            reference,
                            known ? "replaced" : "new",
                            schema.sha256());
            case Lookup.NotFound refusal -> {
                unusable.put(reference, refusal);
                refuse(reference.toString(), refusal.message());
            }
        }
    }

    // Every name is asked for that the schema or one it leads to refers to, so one round is enough.
    private void tryAgainThoseThatReferTo(SchemaReference changed) {
        for (Map.Entry<SchemaReference, Set<String>> each : List.copyOf(asked.entrySet())) {
            boolean refers =
                    each.getValue().contains(changed.toString())
                            || each.getValue().contains(changed.id());
            if (refers && !each.getKey().equals(changed)) {
                tryAgain(each.getKey());
            }
        }
    }

    private void tryAgain(SchemaReference reference) {
        String json = schemas.find(reference).or(() -> broken.find(reference)).orElseThrow();
        Optional<OutputSchema> usable = catalog.find(reference);
        Lookup before = usable.<Lookup>map(Lookup.Found::new).orElse(unusable.get(reference));
        forget(reference);
        Lookup now = attempt(reference, json);
        if (!now.equals(before)) {
            settle(reference, now, usable.isPresent());
        } else if (now instanceof Lookup.NotFound same) {
            unusable.put(reference, same);
        }
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

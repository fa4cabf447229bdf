package dev.talaria.pipeline.task;

import dev.talaria.schemas.catalog.SchemaCatalog;
import dev.talaria.schemas.grammar.Enforcement;
import dev.talaria.schemas.grammar.GrammarCompiler;
import dev.talaria.schemas.grammar.UnsupportedSchemaException;
import dev.talaria.schemas.task.OutputSchema;
import dev.talaria.schemas.task.SchemaReference;
import dev.talaria.schemas.validation.InvalidSchemaException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/// The schemas the topic has brought, by name, and why some of them cannot be used.
///
/// Written by the thread that follows the topic, read by all stream threads.
public final class SchemaDirectory {

    private static final Logger LOG = LoggerFactory.getLogger(SchemaDirectory.class);

    private final SchemaCatalog catalog;
    private final String topic;
    private final Enforcement enforcement;
    private final Map<SchemaReference, Lookup.NotFound> unusable = new HashMap<>();
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
        this(catalog, topic, Enforcement.STRICT);
    }

    /// @param catalog to hold the usable schemas
    /// @param topic where schemas are registered, for messages
    /// @param enforcement whether schemas with keywords that no mask enforces can be used
    public SchemaDirectory(SchemaCatalog catalog, String topic, Enforcement enforcement) {
        this.catalog = catalog;
        this.topic = topic;
        this.enforcement = enforcement;
    }

    /// Takes over what the topic says of a key: a schema, or null where it is deleted. What cannot
    /// be used is logged and counted, and its predecessor under the key is gone with it.
    public synchronized void update(String key, String json) {
        SchemaReference reference;
        try {
            reference = SchemaReference.parse(key);
        } catch (IllegalArgumentException e) {
            refuse(key, e.getMessage());
            return;
        }
        unusable.remove(reference);
        // The topic's last word counts, as after a restart; the catalog itself never replaces a
        // text.
        boolean known = catalog.remove(reference);
        if (json == null) {
            LOG.info("schema {}: deleted", reference);
            return;
        }
        try {
            GrammarCompiler.compile(json, enforcement);
            OutputSchema schema = catalog.register(reference, json);
            LOG.info("schema {}: {}, {}", reference, known ? "replaced" : "new", schema.sha256());
        } catch (InvalidSchemaException e) {
            refuse(reference, "InvalidSchema", e.getMessage());
        } catch (UnsupportedSchemaException e) {
            refuse(reference, "UnsupportedSchema", e.getMessage().replace("\n", "; "));
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

    private void refuse(SchemaReference reference, String errorClass, String reason) {
        unusable.put(reference, new Lookup.NotFound(errorClass, reason));
        refuse(reference.toString(), reason);
    }

    private void refuse(String key, String reason) {
        refused.incrementAndGet();
        LOG.error("topic {}, key '{}': this schema is not used: {}", topic, key, reason);
    }
}

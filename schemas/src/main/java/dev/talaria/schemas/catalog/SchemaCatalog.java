package dev.talaria.schemas.catalog;

import dev.talaria.schemas.task.OutputSchema;
import dev.talaria.schemas.task.SchemaReference;
import dev.talaria.schemas.validation.InvalidSchemaException;
import dev.talaria.schemas.validation.NetworkntValidator;
import dev.talaria.schemas.validation.SchemaSource;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;

/// Schemas by id and version.
///
/// A schema may refer to others by name, `"$ref": "address@1"`, or `"$ref": "address"` for the
/// highest version. What it refers to is put into it when it is registered, so that every schema
/// found here stands alone; a later version of `address` changes those registered after it.
///
/// A version, once registered, means one text for as long as it is there: registering another under
/// the same name is refused, the same text again changes nothing. Never reads the network. Safe for
/// use by many threads.
public final class SchemaCatalog {

    private final NavigableMap<SchemaReference, OutputSchema> schemas =
            new ConcurrentSkipListMap<>();
    private final SchemaTexts texts = new SchemaTexts();

    /// A catalog of the schema files in a folder: `id@version.json`, and `id.schema.json` or
    /// `id.json` for version 1. Other files, and folders inside it, are left alone.
    ///
    /// @throws InvalidSchemaException where one of them is not a JSON Schema; it names the file
    /// @throws IllegalArgumentException where two files have one name, or a name cannot be one
    public static SchemaCatalog fromFolder(Path folder) {
        return SchemaFiles.fromFolder(folder);
    }

    /// The name a schema's file gives it, whatever folder it is in: as in [#fromFolder].
    ///
    /// @param file name of a file that ends in `.json`
    /// @throws IllegalArgumentException where it cannot be a name
    public static SchemaReference nameOf(String file) {
        return SchemaFiles.reference(file);
    }

    /// A catalog of class path resources, named as the files of a folder would be.
    ///
    /// @param loader where to look
    /// @param resources full names, such as `schemas/invoice@1.json`
    /// @throws InvalidSchemaException where one of them is not a JSON Schema; it names the resource
    /// @throws IllegalArgumentException where one is absent, or a name cannot be one
    public static SchemaCatalog fromClassPath(ClassLoader loader, Collection<String> resources) {
        return SchemaFiles.fromClassPath(loader, resources);
    }

    /// Adds a schema, with the registered schemas it refers to, as they are now, inside; see
    /// [SchemaBundle].
    ///
    /// @throws InvalidSchemaException where the text is not a JSON Schema, or refers to what is not
    ///   registered, with the place; nothing is added
    /// @throws IllegalArgumentException where the name has another text already
    public OutputSchema register(SchemaReference reference, String json) {
        return register(reference, json, texts.with(reference, json));
    }

    /// As [#register(SchemaReference, String)], with what it refers to from elsewhere: schemas that
    /// refer to each other in a circle can be registered one after the other.
    ///
    /// @param source the schemas it may refer to, by name; this one among them
    public OutputSchema register(SchemaReference reference, String json, SchemaSource source) {
        OutputSchema before = unchanged(reference, json);
        if (before != null) {
            return before;
        }
        OutputSchema schema;
        try {
            schema = OutputSchema.of(reference, SchemaBundle.of(json, source));
            NetworkntValidator.of(schema.json());
        } catch (InvalidSchemaException e) {
            throw new InvalidSchemaException(reference + ": " + e.getMessage(), e);
        }
        return add(schema, json);
    }

    private synchronized OutputSchema add(OutputSchema schema, String json) {
        OutputSchema before = unchanged(schema.reference(), json);
        if (before != null) {
            return before;
        }
        texts.put(schema.reference(), json);
        schemas.put(schema.reference(), schema);
        return schema;
    }

    private synchronized @Nullable OutputSchema unchanged(SchemaReference reference, String json) {
        OutputSchema before = schemas.get(reference);
        if (before != null && !texts.find(reference).orElseThrow().equals(json)) {
            throw new IllegalArgumentException(
                    "schema "
                            + reference
                            + " is registered with another text (SHA-256 "
                            + before.sha256()
                            + "); register the new one under the next version");
        }
        return before;
    }

    /// Takes a schema out; false where there was none. Those that refer to it keep what they have.
    public synchronized boolean remove(SchemaReference reference) {
        texts.remove(reference);
        return schemas.remove(reference) != null;
    }

    /// The schema of that name.
    public Optional<OutputSchema> find(SchemaReference reference) {
        return Optional.ofNullable(schemas.get(reference));
    }

    /// The highest version of an id.
    public Optional<OutputSchema> latest(String id) {
        Map.Entry<SchemaReference, OutputSchema> last =
                schemas.floorEntry(new SchemaReference(id, Integer.MAX_VALUE));
        return last != null && last.getKey().id().equals(id)
                ? Optional.of(last.getValue())
                : Optional.empty();
    }

    /// The schema a person means: `invoice@2`, or `invoice` for its highest version.
    ///
    /// @throws IllegalArgumentException where the text is no reference, or nothing is registered
    ///   under it; the message lists what is
    public OutputSchema resolve(String text) {
        Optional<OutputSchema> found =
                text.contains("@") ? find(SchemaReference.parse(text)) : latest(text);
        return found.orElseThrow(() ->
                new IllegalArgumentException(
                        "schema '" + text + "' is not registered; registered are " + references()));
    }

    /// The registered schemas, as they were written, by the names schemas refer to them by:
    /// `invoice@2`, `invoice` for its highest version.
    public SchemaSource source() {
        return uri -> texts.find(uri);
    }

    /// Every name, in order: a copy.
    public NavigableSet<SchemaReference> references() {
        return new TreeSet<>(schemas.keySet());
    }
}

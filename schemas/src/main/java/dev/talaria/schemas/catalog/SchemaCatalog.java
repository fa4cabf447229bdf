package dev.talaria.schemas.catalog;

import dev.talaria.schemas.task.OutputSchema;
import dev.talaria.schemas.task.SchemaReference;
import dev.talaria.schemas.validation.InvalidSchemaException;
import dev.talaria.schemas.validation.NetworkntValidator;
import dev.talaria.schemas.validation.SchemaSource;

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
/// A version, once registered, means one text for as long as it is there: registering another under
/// the same name is refused, the same text again changes nothing. Never reads the network. Safe for
/// use by many threads.
public final class SchemaCatalog {

    private final NavigableMap<SchemaReference, OutputSchema> schemas =
            new ConcurrentSkipListMap<>();

    /// A catalog of the schema files in a folder: `id@version.json`, and `id.schema.json` or
    /// `id.json` for version 1. Other files, and folders inside it, are left alone.
    ///
    /// @throws InvalidSchemaException where one of them is not a JSON Schema; it names the file
    /// @throws IllegalArgumentException where two files have one name, or a name cannot be one
    public static SchemaCatalog fromFolder(Path folder) {
        return SchemaFiles.fromFolder(folder);
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

    /// Adds a schema.
    ///
    /// @throws InvalidSchemaException where the text is not a JSON Schema, with the place; nothing
    ///   is added
    /// @throws IllegalArgumentException where the name has another text already
    public OutputSchema register(SchemaReference reference, String json) {
        try {
            NetworkntValidator.of(json, source());
        } catch (InvalidSchemaException e) {
            throw new InvalidSchemaException(reference + ": " + e.getMessage(), e);
        }
        OutputSchema schema = OutputSchema.of(reference, json);
        OutputSchema before = schemas.putIfAbsent(reference, schema);
        if (before != null && !before.equals(schema)) {
            throw new IllegalArgumentException(
                    "schema "
                            + reference
                            + " is registered with another text (SHA-256 "
                            + before.sha256()
                            + "); register the new one under the next version");
        }
        return schema;
    }

    /// Takes a schema out; false where there was none.
    public boolean remove(SchemaReference reference) {
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

    /// The registered schemas by the names schemas refer to them by: `invoice@2`, `invoice` for its
    /// highest version. A schema is registered after those it refers to.
    public SchemaSource source() {
        return uri -> {
            try {
                Optional<OutputSchema> named =
                        uri.contains("@") ? find(SchemaReference.parse(uri)) : latest(uri);
                return named.map(OutputSchema::json);
            } catch (IllegalArgumentException notAName) {
                return Optional.empty();
            }
        };
    }

    /// Every name, in order: a copy.
    public NavigableSet<SchemaReference> references() {
        return new TreeSet<>(schemas.keySet());
    }
}

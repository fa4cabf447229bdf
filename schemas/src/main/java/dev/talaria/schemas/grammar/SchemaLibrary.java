package dev.talaria.schemas.grammar;

import dev.talaria.schemas.validation.InvalidSchemaException;
import dev.talaria.schemas.validation.JsonText;
import dev.talaria.schemas.validation.MetaSchemas;
import dev.talaria.schemas.validation.SchemaSource;

import tools.jackson.databind.JsonNode;

import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Every schema resource a compilation knows by its URI: those of the document, the meta-schemas of
/// the drafts, and what the source has, read when something first refers to it.
final class SchemaLibrary {

    private static final int MAX_DOCUMENTS = 1_000;

    private final SchemaSource source;
    private final Map<String, SchemaResource> byUri = new HashMap<>();
    private final Map<JsonNode, SchemaResource> byRoot = new IdentityHashMap<>();
    private final Set<String> ambiguous = new HashSet<>();
    private Dialect unnamed = Dialect.of(Draft.DRAFT_2020_12);
    private int documents;

    SchemaLibrary(SchemaSource source) {
        this.source = MetaSchemas.SOURCE.or(source);
    }

    /// Reads the document that is compiled; its dialect is that of all others that name none.
    SchemaResource open(JsonNode json) {
        return open(json, "");
    }

    /// As [#open(JsonNode)], a document that was found at a URI.
    SchemaResource open(JsonNode json, String uri) {
        unnamed = dialectOf(json, uri + "#");
        return new ResourceScan(this).scan(json, uri, uri + "#", unnamed);
    }

    /// The URIs of all resources known so far: a copy.
    Set<String> uris() {
        return new LinkedHashSet<>(byUri.keySet());
    }

    void register(SchemaResource resource) {
        JsonNode root = resource.root().json();
        // Only objects are told apart by identity.
        if (root.isObject()) {
            byRoot.put(root, resource);
        }
        if (byUri.putIfAbsent(resource.uri(), resource) != null) {
            ambiguous.add(resource.uri());
        }
    }

    /// The resource that begins with that very node; null where none does.
    SchemaResource beginningAt(JsonNode json) {
        return byRoot.get(json);
    }

    /// Whether several schemas call themselves so.
    boolean isAmbiguous(String uri) {
        return ambiguous.contains(uri);
    }

    /// The resource of that URI; null where there is none.
    ///
    /// @throws InvalidSchemaException where the source's text is no schema; it names the URI
    SchemaResource find(String uri) {
        SchemaResource known = byUri.get(uri);
        if (known != null) {
            return known;
        }
        Optional<String> text = source.find(uri);
        return text.isEmpty() ? null : read(uri, text.get());
    }

    private SchemaResource read(String uri, String text) {
        if (++documents > MAX_DOCUMENTS) {
            throw new UnsupportedSchemaException(
                    "$ref",
                    uri,
                    "references lead to more than " + MAX_DOCUMENTS + " documents",
                    "refer to fewer");
        }
        try {
            JsonNode json = JsonText.schema(text);
            SchemaResource resource =
                    new ResourceScan(this).scan(json, uri, uri + "#", dialectOf(json, uri + "#"));
            // Known by where it was found too, whatever it calls itself.
            byUri.putIfAbsent(uri, resource);
            return resource;
        } catch (InvalidSchemaException e) {
            throw new InvalidSchemaException(uri + ": " + e.getMessage(), e);
        }
    }

    private Dialect dialectOf(JsonNode json, String pointer) {
        JsonNode named = json.get("$schema");
        if (named == null) {
            return unnamed;
        }
        if (!named.isString()) {
            throw new InvalidSchemaException(
                    "schema " + pointer + "/$schema: not a string; name a draft");
        }
        Draft draft = Draft.find(named.stringValue());
        return draft == null ? ownDialect(named.stringValue(), pointer) : Dialect.of(draft);
    }

    // A meta-schema of somebody's own: its draft, and the vocabularies it lists.
    private Dialect ownDialect(String uri, String pointer) {
        String place = pointer + "/$schema";
        Optional<String> text = source.find(UriReference.of(uri).resource());
        if (text.isEmpty()) {
            throw Draft.unknown(uri, place);
        }
        JsonNode metaSchema = JsonText.schema(text.get());
        JsonNode named = metaSchema.get("$schema");
        Draft draft = named != null && named.isString() ? Draft.find(named.stringValue()) : null;
        if (draft == null) {
            throw Draft.unknown(uri, place);
        }
        JsonNode vocabularies = metaSchema.get("$vocabulary");
        boolean all = vocabularies == null || draft.isBefore(Draft.DRAFT_2019_09);
        return all ? Dialect.of(draft) : dialect(draft, vocabularies, place);
    }

    private static Dialect dialect(Draft draft, JsonNode vocabularies, String place) {
        Set<String> used = new HashSet<>();
        for (Map.Entry<String, JsonNode> vocabulary : vocabularies.properties()) {
            String name = vocabulary.getKey();
            if (vocabulary.getValue().asBoolean(true) && !Dialect.knows(draft, name)) {
                throw new UnsupportedSchemaException(
                        "$vocabulary",
                        place,
                        "its meta-schema requires the unknown vocabulary '" + name + "'",
                        "name a standard draft, or make the vocabulary optional");
            }
            used.add(name);
        }
        return Dialect.of(draft, used);
    }
}

package dev.talaria.schemas.grammar;

import tools.jackson.databind.JsonNode;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// A schema with a URI of its own, and all below it that has none: what its references are relative
/// to, and what names they can use.
///
/// Filled by [ResourceScan] and not changed afterwards.
final class SchemaResource {

    /// A schema, and where it stands.
    ///
    /// @param resource the innermost resource around it
    /// @param pointer where it stands, as a fragment; after the document's URI where that is
    ///   another than the one compiled
    record Place(SchemaResource resource, String pointer, JsonNode json) {}

    private final String uri;
    private final Dialect dialect;
    private final String pointer;
    private final JsonNode json;
    private final Map<String, Place> anchors = new HashMap<>();
    private final Set<String> dynamicAnchors = new HashSet<>();

    /// @param uri without a fragment; empty where it has none
    SchemaResource(String uri, Dialect dialect, String pointer, JsonNode json) {
        this.uri = uri;
        this.dialect = dialect;
        this.pointer = pointer;
        this.json = json;
    }

    String uri() {
        return uri;
    }

    Dialect dialect() {
        return dialect;
    }

    Draft draft() {
        return dialect.draft();
    }

    /// The resource's own schema.
    Place root() {
        return new Place(this, pointer, json);
    }

    void addAnchor(String name, Place place) {
        anchors.putIfAbsent(name, place);
    }

    void addDynamicAnchor(String name, Place place) {
        anchors.put(name, place);
        dynamicAnchors.add(name);
    }

    /// The schema of that name; null where there is none.
    Place anchor(String name) {
        return anchors.get(name);
    }

    /// The names that mean the outermost schema of their kind. The empty one is that of
    /// `$recursiveAnchor`.
    Set<String> dynamicAnchors() {
        return dynamicAnchors;
    }

    @Override
    public String toString() {
        return uri;
    }
}

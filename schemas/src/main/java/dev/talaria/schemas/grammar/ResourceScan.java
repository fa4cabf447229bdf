package dev.talaria.schemas.grammar;

import dev.talaria.schemas.grammar.SchemaResource.Place;

import tools.jackson.databind.JsonNode;

import java.util.Map;

/// Finds what the schemas of one document call themselves: `$id` (`id` in draft-04), `$anchor`,
/// `$dynamicAnchor` and `$recursiveAnchor`.
///
/// Looks where keywords have schemas and nowhere else: the same names inside `enum`, `const` or
/// under a name no draft knows are values like any other.
final class ResourceScan {

    private final SchemaLibrary library;

    ResourceScan(SchemaLibrary library) {
        this.library = library;
    }

    /// Registers a document and the resources embedded in it.
    ///
    /// @param uri where the document was found
    /// @param pointer of its root
    SchemaResource scan(JsonNode json, String uri, String pointer, Dialect dialect) {
        String base = UriReference.resolve(uri, identifier(json, dialect.draft())).resource();
        SchemaResource document = new SchemaResource(base, dialect, pointer, json);
        library.register(document);
        noteNames(document.root());
        scanInside(document.root(), SchemaPlaces.SCHEMA);
        return document;
    }

    // The text has been read with a limit on its depth, so this recursion has one too.
    private void scan(Place place, SchemaPlaces kind) {
        Place entered = kind == SchemaPlaces.SCHEMA ? entered(place) : place;
        if (kind == SchemaPlaces.SCHEMA) {
            noteNames(entered);
        }
        scanInside(entered, kind);
    }

    private void scanInside(Place place, SchemaPlaces kind) {
        JsonNode json = place.json();
        if (json.isArray()) {
            for (int i = 0; i < json.size(); i++) {
                scanInside(place, kind, String.valueOf(i), json.get(i));
            }
        }
        for (Map.Entry<String, JsonNode> member : json.properties()) {
            scanInside(place, kind, member.getKey(), member.getValue());
        }
    }

    private void scanInside(Place place, SchemaPlaces kind, String name, JsonNode value) {
        SchemaPlaces inside = kind.inside(name, value);
        if (inside == SchemaPlaces.SCHEMA || inside == SchemaPlaces.SCHEMAS) {
            String pointer = place.pointer() + "/" + SchemaDocument.escape(name);
            scan(new Place(place.resource(), pointer, value), inside);
        }
    }

    /// The place as part of the resource it begins, where it begins one.
    private Place entered(Place place) {
        Dialect dialect = place.resource().dialect();
        JsonNode named = place.json().get("$schema");
        if (named != null && named.isString() && Draft.find(named.stringValue()) != null) {
            dialect = Dialect.of(Draft.find(named.stringValue()));
        }
        String id = identifier(place.json(), dialect.draft());
        if (id.isEmpty()) {
            return place;
        }
        String outer = place.resource().uri();
        String uri = UriReference.resolve(outer, id).resource();
        if (uri.equals(outer)) {
            return place;
        }
        SchemaResource inner = new SchemaResource(uri, dialect, place.pointer(), place.json());
        library.register(inner);
        return inner.root();
    }

    private static void noteNames(Place place) {
        JsonNode json = place.json();
        SchemaResource resource = place.resource();
        if (resource.draft().isBefore(Draft.DRAFT_2019_09)) {
            String fragment = UriReference.of(idOf(json, resource.draft())).fragment();
            if (fragment != null && !fragment.isEmpty()) {
                resource.addAnchor(fragment, place);
            }
            return;
        }
        JsonNode anchor = json.get("$anchor");
        if (anchor != null && anchor.isString()) {
            resource.addAnchor(anchor.stringValue(), place);
        }
        JsonNode dynamic = json.get("$dynamicAnchor");
        if (dynamic != null && dynamic.isString() && resource.draft() == Draft.DRAFT_2020_12) {
            resource.addDynamicAnchor(dynamic.stringValue(), place);
        }
        JsonNode recursive = json.get("$recursiveAnchor");
        boolean isRecursive = recursive != null && recursive.asBoolean(false);
        if (isRecursive && resource.draft() == Draft.DRAFT_2019_09 && isRoot(place)) {
            resource.addDynamicAnchor("", place);
        }
    }

    @SuppressWarnings("ReferenceEquality") // the root itself, not its equal
    private static boolean isRoot(Place place) {
        return place.json() == place.resource().root().json();
    }

    /// What a schema calls itself; empty where it has no name. A bare fragment is a mere anchor,
    /// and up to draft-07 what stands beside a reference is not read.
    static String identifier(JsonNode schema, Draft draft) {
        String id = idOf(schema, draft);
        return id.startsWith("#") ? "" : id;
    }

    private static String idOf(JsonNode schema, Draft draft) {
        boolean alone = draft.isBefore(Draft.DRAFT_2019_09) && schema.has("$ref");
        JsonNode id = alone ? null : schema.get(draft == Draft.DRAFT_04 ? "id" : "$id");
        return id != null && id.isString() ? id.stringValue() : "";
    }
}

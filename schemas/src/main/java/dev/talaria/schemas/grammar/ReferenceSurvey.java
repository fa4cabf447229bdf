package dev.talaria.schemas.grammar;

import dev.talaria.schemas.grammar.SchemaResource.Place;
import dev.talaria.schemas.validation.InvalidSchemaException;
import dev.talaria.schemas.validation.SchemaSource;

import tools.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What one schema document calls itself and where its references lead, without following them:
/// what has to be known to put documents together.
///
/// Every reference is listed, whether or not anything leads to the schema it stands in.
public final class ReferenceSurvey {

    private static final Set<String> KEYWORDS = Set.of("$ref", "$dynamicRef");
    private static final Set<String> NOT_SCHEMAS = Set.of("default", "examples");

    private final SchemaLibrary library = new SchemaLibrary(SchemaSource.NONE);
    private final SchemaResource document;
    private final List<Reference> references = new ArrayList<>();

    /// A reference that is more than a fragment.
    ///
    /// @param text as it is written
    /// @param uri what it means where it stands, without the fragment
    /// @param pointer where it stands; after the document's URI where it has one
    /// @param certain false below names no draft knows, where it may be a mere value
    public record Reference(String text, String uri, String pointer, boolean certain) {

        /// Whether the identifiers around it change what it means.
        public boolean isRelativeToIdentifier() {
            return !UriReference.of(text).resource().equals(uri);
        }
    }

    private ReferenceSurvey(JsonNode json, String uri) {
        document = library.open(json, uri);
        collect(document.root(), SchemaPlaces.SCHEMA);
    }

    /// Surveys a document.
    ///
    /// @param uri where it was found; empty where it stands for itself
    /// @throws InvalidSchemaException where its draft is not known
    public static ReferenceSurvey of(JsonNode json, String uri) {
        return new ReferenceSurvey(json, uri);
    }

    /// What the document calls itself, resolved, or else where it was found.
    public String uri() {
        return document.uri();
    }

    /// The name of its draft; 2020-12 where it names none.
    public String draft() {
        return document.draft().toString();
    }

    /// The URIs of the schemas inside the document that have one of their own.
    public Set<String> inside() {
        Set<String> inside = library.uris();
        inside.remove(document.uri());
        return inside;
    }

    /// Its references that are more than a fragment, in the order of the document.
    public List<Reference> references() {
        return List.copyOf(references);
    }

    /// The keyword by which schemas of its draft name themselves.
    public String identifier() {
        return document.draft() == Draft.DRAFT_04 ? "id" : "$id";
    }

    /// The keyword under which its draft keeps schemas for reference.
    public String definitions() {
        return referencesStandAlone() ? "definitions" : "$defs";
    }

    /// Whether its draft reads nothing beside a `$ref`.
    public boolean referencesStandAlone() {
        return document.draft().isBefore(Draft.DRAFT_2019_09);
    }

    /// What a reference at its root means, without the fragment.
    public String resolve(String reference) {
        return UriReference.resolve(document.uri(), reference).resource();
    }

    // The text has been read with a limit on its depth, so this recursion has one too.
    private void collect(Place place, SchemaPlaces kind) {
        JsonNode json = place.json();
        for (int i = 0; json.isArray() && i < json.size(); i++) {
            descend(place, kind, String.valueOf(i), json.get(i));
        }
        for (Map.Entry<String, JsonNode> member : json.properties()) {
            String name = member.getKey();
            JsonNode value = member.getValue();
            boolean schema = kind == SchemaPlaces.SCHEMA || kind == SchemaPlaces.UNKNOWN;
            if (schema && KEYWORDS.contains(name) && value.isString()) {
                note(place, name, value.stringValue(), kind == SchemaPlaces.SCHEMA);
            }
            if (!schema || !NOT_SCHEMAS.contains(name)) {
                descend(place, kind, name, value);
            }
        }
    }

    private void descend(Place place, SchemaPlaces kind, String name, JsonNode value) {
        SchemaPlaces inside = kind.inside(name, value);
        if (inside != SchemaPlaces.VALUES) {
            SchemaResource begun = library.beginningAt(value);
            SchemaResource resource = begun == null ? place.resource() : begun;
            String pointer = place.pointer() + "/" + SchemaDocument.escape(name);
            collect(new Place(resource, pointer, value), inside);
        }
    }

    private void note(Place place, String keyword, String reference, boolean certain) {
        if (!reference.isEmpty() && !reference.startsWith("#")) {
            String uri = UriReference.resolve(place.resource().uri(), reference).resource();
            String pointer = place.pointer() + "/" + keyword;
            references.add(new Reference(reference, uri, pointer, certain));
        }
    }
}

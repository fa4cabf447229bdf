package dev.talaria.schemas.grammar;

import dev.talaria.schemas.grammar.SchemaResource.Place;
import dev.talaria.schemas.validation.InvalidSchemaException;
import dev.talaria.schemas.validation.SchemaSource;

import tools.jackson.databind.JsonNode;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The schemas of one document and of those it refers to, each read when something first leads to
/// it.
///
/// A schema is its place and the dynamic anchors on the way to it, so that every reference means
/// one schema.
final class SchemaDocument {

    private static final int MAX_NODES = 100_000;

    private record Key(String pointer, DynamicScope scope) {}

    private final SchemaLibrary library;
    private final ReferenceReader references;
    private final Map<Key, SchemaNode> nodes = new LinkedHashMap<>();
    private final Deque<SchemaNode> unread = new ArrayDeque<>();
    private final List<SchemaProblem> problems = new ArrayList<>();
    private final List<SchemaProblem> beyondValidation = new ArrayList<>();
    private final SchemaNode root;

    private SchemaDocument(JsonNode json, SchemaSource source) {
        this.library = new SchemaLibrary(source);
        this.references = new ReferenceReader(this, library);
        this.root = node(library.open(json).root(), DynamicScope.NONE);
    }

    /// Reads every schema that can apply to a value.
    ///
    /// @param source what references out of the document lead to
    /// @throws InvalidSchemaException where a keyword has a value it cannot have
    /// @throws UnsupportedSchemaException where keywords are not enforced; it names them all
    static SchemaDocument read(JsonNode json, SchemaSource source) {
        SchemaDocument document = new SchemaDocument(json, source);
        KeywordReader reader = new KeywordReader(document);
        while (!document.unread.isEmpty()) {
            reader.read(document.unread.removeFirst());
        }
        if (!document.problems.isEmpty()) {
            throw new UnsupportedSchemaException(document.problems, document.beyondValidation);
        }
        Circles.check(document.nodes.values());
        return document;
    }

    SchemaNode root() {
        return root;
    }

    ReferenceReader references() {
        return references;
    }

    void report(String keyword, String pointer, String reason, String suggestion) {
        problems.add(new SchemaProblem(keyword, pointer, reason, suggestion));
    }

    /// As [#report], of what means as little to a validator.
    void reportBeyondValidation(String keyword, String pointer, String reason, String suggestion) {
        report(keyword, pointer, reason, suggestion);
        beyondValidation.add(problems.getLast());
    }

    /// The schema below another.
    ///
    /// @param path its pointer from there, with the leading slash
    SchemaNode inside(SchemaNode node, String path, JsonNode schema) {
        return node(new Place(node.place.resource(), node.pointer + path, schema), node.scope);
    }

    /// The schema at that place, on a way that has led through that scope.
    SchemaNode node(Place place, DynamicScope scope) {
        SchemaResource begun = library.beginningAt(place.json());
        SchemaResource resource = begun == null ? place.resource() : begun;
        DynamicScope inside = scope.entering(resource);
        Key key = new Key(place.pointer(), inside);
        SchemaNode known = nodes.get(key);
        if (known != null) {
            return known;
        }
        check(place);
        Place at = new Place(resource, place.pointer(), place.json());
        SchemaNode node = new SchemaNode(at, inside, nodes.size());
        nodes.put(key, node);
        unread.addLast(node);
        return node;
    }

    /// A schema that is not written down, to be filled by the caller.
    ///
    /// @param pointer the place to blame for it
    SchemaNode made(String pointer) {
        SchemaNode made = SchemaNode.made(pointer, nodes.size());
        nodes.put(new Key(pointer + "/" + nodes.size(), DynamicScope.NONE), made);
        return made;
    }

    private void check(Place place) {
        if (nodes.size() >= MAX_NODES) {
            throw new UnsupportedSchemaException(
                    "schema",
                    place.pointer(),
                    "more than " + MAX_NODES + " schemas apply",
                    "split the schema or leave out what is not needed");
        }
        if (!place.json().isObject() && !place.json().isBoolean()) {
            throw new InvalidSchemaException(
                    "schema "
                            + place.pointer()
                            + ": "
                            + place.json().getNodeType()
                            + " is not a schema; write an object, true or false");
        }
    }

    /// A name as a step of a pointer.
    static String escape(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}

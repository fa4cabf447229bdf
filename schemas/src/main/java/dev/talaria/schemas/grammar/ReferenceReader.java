package dev.talaria.schemas.grammar;

import dev.talaria.schemas.grammar.SchemaResource.Place;
import dev.talaria.schemas.validation.InvalidSchemaException;

import tools.jackson.databind.JsonNode;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// Follows `$ref`, `$dynamicRef` and `$recursiveRef` to the schemas they mean: by pointer, by
/// anchor, in the document, in what is embedded in it, and in what the source has.
final class ReferenceReader {

    private final SchemaDocument document;
    private final SchemaLibrary library;

    ReferenceReader(SchemaDocument document, SchemaLibrary library) {
        this.document = document;
        this.library = library;
    }

    /// The schema the keyword of that node leads to; null where it is not enforced, which has been
    /// reported.
    SchemaNode follow(SchemaNode from, String keyword, String reference) {
        Place target = target(from, keyword, reference);
        if (target == null) {
            return null;
        }
        Place meant = keyword.equals("$ref") ? target : outermost(from, reference, target);
        return document.node(meant, from.scope.entering(meant.resource()));
    }

    /// A dynamic reference to a dynamic anchor means the outermost of that name on the way.
    private static Place outermost(SchemaNode from, String reference, Place target) {
        String fragment = UriReference.of(reference).fragment();
        String name = fragment == null ? "" : decoded(fragment);
        if (!target.resource().dynamicAnchors().contains(name)) {
            return target;
        }
        SchemaResource resource = from.scope.find(name);
        return resource == null ? target : resource.anchor(name);
    }

    private Place target(SchemaNode from, String keyword, String reference) {
        String pointer = from.pointer + "/" + keyword;
        SchemaResource resource = resource(from, keyword, reference, pointer);
        if (resource == null) {
            return null;
        }
        String fragment = UriReference.of(reference).fragment();
        if (fragment == null || fragment.isEmpty()) {
            return resource.root();
        }
        if (fragment.startsWith("/")) {
            return step(resource, reference, pointer);
        }
        Place anchored = resource.anchor(decoded(fragment));
        if (anchored == null) {
            throw new InvalidSchemaException(
                    "schema %s: '%s' leads nowhere; no schema of '%s' has the anchor '%s'"
                            .formatted(pointer, reference, resource.uri(), fragment));
        }
        return anchored;
    }

    private SchemaResource resource(
            SchemaNode from, String keyword, String reference, String pointer) {
        SchemaResource around = from.place.resource();
        if (reference.isEmpty() || reference.startsWith("#")) {
            return around;
        }
        String uri = UriReference.resolve(around.uri(), reference).resource();
        if (library.isAmbiguous(uri)) {
            document.reportBeyondValidation(
                    keyword,
                    pointer,
                    "several schemas call themselves '" + uri + "'",
                    "give each its own identifier");
            return null;
        }
        SchemaResource found = uri.equals(around.uri()) ? around : library.find(uri);
        if (found == null) {
            document.reportBeyondValidation(
                    keyword,
                    pointer,
                    "'" + reference + "' leads out of the document, and nothing is fetched",
                    "register a schema of that URI, or copy it into $defs and refer to it there");
        }
        return found;
    }

    /// Walks a pointer, into embedded resources too.
    private Place step(SchemaResource from, String reference, String pointer) {
        Place at = from.root();
        SchemaPlaces kind = SchemaPlaces.SCHEMA;
        String fragment = UriReference.of(reference).fragment();
        for (String step : fragment.substring(1).split("/", -1)) {
            String name = unescape(step, reference, pointer);
            JsonNode inside = at.json().isArray() ? element(at.json(), name) : at.json().get(name);
            String path = at.pointer() + "/" + SchemaDocument.escape(name);
            if (inside == null) {
                throw new InvalidSchemaException(
                        "schema %s: '%s' leads nowhere; nothing is at '%s'"
                                .formatted(pointer, reference, path));
            }
            kind = kind.inside(name, inside);
            SchemaResource begun = library.beginningAt(inside);
            at = new Place(begun == null ? at.resource() : begun, path, inside);
        }
        return isSchema(at, kind, pointer) ? at : null;
    }

    private boolean isSchema(Place target, SchemaPlaces kind, String pointer) {
        if (kind == SchemaPlaces.VALUES) {
            document.reportBeyondValidation(
                    "$ref",
                    pointer,
                    "it leads into enum or const, which hold values and not schemas",
                    "copy the schema into $defs and refer to it there");
            return false;
        }
        boolean names = kind == SchemaPlaces.UNKNOWN && namesItself(target.json(), target, kind);
        if (names) {
            document.reportBeyondValidation(
                    "$ref",
                    pointer,
                    "it leads below a name no draft knows, to schemas with names of their own",
                    "move them into $defs, or leave out their identifiers");
        }
        return !names;
    }

    // What names itself below an unknown name has not been noted, so what is relative to it would
    // be misread.
    private static boolean namesItself(JsonNode json, Place target, SchemaPlaces kind) {
        SchemaPlaces at = kind == SchemaPlaces.UNKNOWN ? SchemaPlaces.SCHEMA : kind;
        Draft draft = target.resource().draft();
        boolean named =
                at == SchemaPlaces.SCHEMA
                        && (!ResourceScan.identifier(json, draft).isEmpty()
                                || json.has("$dynamicAnchor")
                                || json.has("$recursiveAnchor"));
        if (named) {
            return true;
        }
        for (Map.Entry<String, JsonNode> member : json.properties()) {
            SchemaPlaces inside = at.inside(member.getKey(), member.getValue());
            boolean follow = inside == SchemaPlaces.SCHEMA || inside == SchemaPlaces.SCHEMAS;
            if (follow && namesItself(member.getValue(), target, inside)) {
                return true;
            }
        }
        for (int i = 0; json.isArray() && i < json.size(); i++) {
            if (namesItself(json.get(i), target, SchemaPlaces.SCHEMA)) {
                return true;
            }
        }
        return false;
    }

    private static JsonNode element(JsonNode array, String index) {
        boolean number = index.matches("0|[1-9][0-9]{0,8}");
        return number ? array.get(Integer.parseInt(index)) : null;
    }

    private static String unescape(String step, String reference, String pointer) {
        try {
            return decoded(step).replace("~1", "/").replace("~0", "~");
        } catch (IllegalArgumentException e) {
            throw new InvalidSchemaException(
                    "schema " + pointer + ": '" + reference + "' has a broken % escape", e);
        }
    }

    private static String decoded(String fragment) {
        return URLDecoder.decode(fragment.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}

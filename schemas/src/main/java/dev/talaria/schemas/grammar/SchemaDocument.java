package dev.talaria.schemas.grammar;

import dev.talaria.schemas.validation.InvalidSchemaException;

import tools.jackson.databind.JsonNode;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The schemas of one document by their pointers, each read when something first leads to it.
///
/// References lead anywhere inside the document and nowhere else.
final class SchemaDocument {

    private static final int MAX_NODES = 100_000;

    private final JsonNode json;
    private final Draft draft;
    private final String rootId;
    private final Map<String, SchemaNode> nodes = new LinkedHashMap<>();
    private final Deque<SchemaNode> unread = new ArrayDeque<>();
    private final List<SchemaProblem> problems = new ArrayList<>();
    private final SchemaNode root;

    private SchemaDocument(JsonNode json) {
        this.json = json;
        this.draft = draftOf(json);
        this.rootId = identifier(json, draft);
        this.root = node("#", json);
    }

    /// Reads every schema that can apply to a value.
    ///
    /// @throws InvalidSchemaException where a keyword has a value it cannot have
    /// @throws UnsupportedSchemaException where keywords are not enforced; it names them all
    static SchemaDocument read(JsonNode json) {
        SchemaDocument document = new SchemaDocument(json);
        KeywordReader reader = new KeywordReader(document);
        while (!document.unread.isEmpty()) {
            reader.read(document.unread.removeFirst());
        }
        if (!document.problems.isEmpty()) {
            throw new UnsupportedSchemaException(document.problems);
        }
        Circles.check(document.nodes.values());
        return document;
    }

    SchemaNode root() {
        return root;
    }

    Draft draft() {
        return draft;
    }

    void report(String keyword, String pointer, String reason, String suggestion) {
        problems.add(new SchemaProblem(keyword, pointer, reason, suggestion));
    }

    /// The schema at that pointer.
    SchemaNode node(String pointer, JsonNode schema) {
        SchemaNode known = nodes.get(pointer);
        if (known != null) {
            return known;
        }
        if (nodes.size() >= MAX_NODES) {
            throw new UnsupportedSchemaException(
                    "schema",
                    pointer,
                    "more than " + MAX_NODES + " schemas apply",
                    "split the schema or leave out what is not needed");
        }
        if (!schema.isObject() && !schema.isBoolean()) {
            throw new InvalidSchemaException(
                    "schema "
                            + pointer
                            + ": "
                            + schema.getNodeType()
                            + " is not a schema; write an object, true or false");
        }
        SchemaNode node = new SchemaNode(pointer, schema, nodes.size());
        nodes.put(pointer, node);
        unread.addLast(node);
        return node;
    }

    /// A schema that is not written down, to be filled by the caller.
    ///
    /// @param pointer the place to blame for it
    SchemaNode made(String pointer) {
        SchemaNode made = new SchemaNode(pointer, json, nodes.size());
        nodes.put(pointer + "/" + nodes.size(), made);
        return made;
    }

    /// The schema a `$ref` at that place leads to; null where it is not enforced, which has been
    /// reported.
    SchemaNode resolve(String reference, String pointer) {
        int hash = reference.indexOf('#');
        String resource = hash < 0 ? reference : reference.substring(0, hash);
        String fragment = hash < 0 ? "" : reference.substring(hash + 1);
        if (!isThisDocument(resource)) {
            report(
                    "$ref",
                    pointer,
                    "'" + reference + "' leads out of the document",
                    "copy the schema into $defs and refer to it there");
            return null;
        }
        if (!fragment.isEmpty() && !fragment.startsWith("/")) {
            report(
                    "$ref",
                    pointer,
                    "'" + reference + "' names an anchor",
                    "refer by JSON pointer: #/$defs/…");
            return null;
        }
        return follow(reference, fragment, pointer);
    }

    private boolean isThisDocument(String resource) {
        if (resource.isEmpty()) {
            return true;
        }
        try {
            URI base = new URI(rootId);
            return withoutFragment(base.resolve(new URI(resource))).equals(withoutFragment(base));
        } catch (URISyntaxException e) {
            throw new InvalidSchemaException("$ref '" + resource + "' is not a URI reference", e);
        }
    }

    private static String withoutFragment(URI uri) {
        String text = uri.toString();
        int hash = text.indexOf('#');
        return hash < 0 ? text : text.substring(0, hash);
    }

    @SuppressWarnings("ReferenceEquality") // the root itself, not its equal
    private SchemaNode follow(String reference, String fragment, String pointer) {
        JsonNode at = json;
        StringBuilder path = new StringBuilder("#");
        String[] steps = fragment.isEmpty() ? new String[0] : fragment.substring(1).split("/", -1);
        for (String step : steps) {
            if (at != json && !identifier(at, draft).isEmpty()) {
                report("$ref", pointer, "leads into an embedded resource", "leave out its $id");
                return null;
            }
            String name = unescape(step, reference, pointer);
            at = at.isArray() ? element(at, name) : at.get(name);
            if (at == null) {
                throw new InvalidSchemaException(
                        "schema "
                                + pointer
                                + ": '"
                                + reference
                                + "' leads nowhere; nothing is at '"
                                + path.append('/').append(escape(name))
                                + "'");
            }
            path.append('/').append(escape(name));
        }
        return node(path.toString(), at);
    }

    private static JsonNode element(JsonNode array, String index) {
        boolean number = index.matches("0|[1-9][0-9]{0,8}");
        return number ? array.get(Integer.parseInt(index)) : null;
    }

    private static String unescape(String step, String reference, String pointer) {
        try {
            String decoded = URLDecoder.decode(step.replace("+", "%2B"), StandardCharsets.UTF_8);
            return decoded.replace("~1", "/").replace("~0", "~");
        } catch (IllegalArgumentException e) {
            throw new InvalidSchemaException(
                    "schema " + pointer + ": '" + reference + "' has a broken % escape", e);
        }
    }

    /// A name as a step of a pointer.
    static String escape(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }

    /// What a schema calls itself; empty where it has no name. A bare fragment is a mere anchor.
    static String identifier(JsonNode schema, Draft draft) {
        JsonNode id = schema.get(draft == Draft.DRAFT_04 ? "id" : "$id");
        return id != null && id.isString() && !id.stringValue().startsWith("#")
                ? id.stringValue()
                : "";
    }

    private static Draft draftOf(JsonNode json) {
        JsonNode named = json.get("$schema");
        if (named == null) {
            return Draft.DRAFT_2020_12;
        }
        if (!named.isString()) {
            throw new InvalidSchemaException("schema #/$schema: not a string; name a draft");
        }
        return Draft.named(named.stringValue());
    }
}

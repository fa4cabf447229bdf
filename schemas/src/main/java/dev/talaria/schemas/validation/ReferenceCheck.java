package dev.talaria.schemas.validation;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Follows every `$ref` of a schema document before anything is validated, so that one leading
/// nowhere or out of the document is found when the schema is registered and not with the first
/// record that comes across it.
final class ReferenceCheck {

    private static final Set<String> NOT_SCHEMAS = Set.of("enum", "const", "default", "examples");
    private static final Set<String> BY_NAME =
            Set.of(
                    "properties",
                    "patternProperties",
                    "$defs",
                    "definitions",
                    "dependentSchemas",
                    "dependencies");
    private static final String META_SCHEMAS = "https?://json-schema\\.org/draft[-/].*";

    /// A reference, where it stands and what it is relative to.
    private record Reference(String target, String pointer, String base) {}

    private final Map<String, JsonNode> resources = new HashMap<>();
    private final Set<String> anchors = new HashSet<>();
    private final List<Reference> references = new ArrayList<>();

    private final String identifier;

    private final SchemaSource source;

    private ReferenceCheck(String identifier, SchemaSource source) {
        this.identifier = identifier;
        this.source = source;
    }

    /// @param identifier the keyword by which schemas of the document's draft name themselves
    /// @param source other documents that references may lead to; what is inside them is not looked
    ///   at
    /// @throws InvalidSchemaException naming the first reference that leads to neither
    static void check(JsonNode document, String identifier, SchemaSource source) {
        ReferenceCheck check = new ReferenceCheck(identifier, source);
        check.resources.put("", document);
        check.collect(document, "#", "", true);
        check.references.forEach(check::follow);
    }

    // The text has been read with a limit on its depth, so this recursion has one too.
    private void collect(JsonNode node, String pointer, String base, boolean isSchema) {
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                collect(node.get(i), pointer + "/" + i, base, true);
            }
            return;
        }
        String inner = isSchema ? enter(node, pointer, base) : base;
        for (Map.Entry<String, JsonNode> member : node.properties()) {
            String name = member.getKey();
            if (!isSchema || !NOT_SCHEMAS.contains(name)) {
                String place = pointer + "/" + name.replace("~", "~0").replace("/", "~1");
                collect(member.getValue(), place, inner, !isSchema || !BY_NAME.contains(name));
            }
        }
    }

    /// Notes what a schema calls itself and refers to; returns what its references are relative to.
    private String enter(JsonNode schema, String pointer, String base) {
        String inner = base;
        String id = text(schema, identifier);
        if (id != null && id.startsWith("#")) {
            anchors.add(id.substring(1));
        } else if (id != null) {
            inner = withoutFragment(resolve(base, id, pointer));
            resources.putIfAbsent(inner, schema);
        }
        for (String keyword : List.of("$anchor", "$dynamicAnchor")) {
            String anchor = text(schema, keyword);
            if (anchor != null) {
                anchors.add(anchor);
            }
        }
        for (String keyword : List.of("$ref", "$dynamicRef", "$recursiveRef")) {
            String target = text(schema, keyword);
            if (target != null) {
                references.add(new Reference(target, pointer, inner));
            }
        }
        return inner;
    }

    private void follow(Reference reference) {
        String absolute = resolve(reference.base(), reference.target(), reference.pointer());
        String resource = withoutFragment(absolute);
        if (resource.matches(META_SCHEMAS)) {
            return;
        }
        JsonNode at = resources.get(resource);
        if (at == null && source.find(resource).isPresent()) {
            return;
        }
        if (at == null) {
            throw invalid(
                    reference,
                    "leads out of the document; copy the schema into $defs and refer to it there");
        }
        String fragment = absolute.substring(Math.min(resource.length() + 1, absolute.length()));
        if (fragment.isEmpty()) {
            return;
        }
        boolean found = fragment.startsWith("/") ? leads(at, fragment) : anchors.contains(fragment);
        if (!found) {
            throw invalid(reference, "leads nowhere; correct it");
        }
    }

    private static boolean leads(JsonNode resource, String fragment) {
        JsonNode at = resource;
        for (String step : fragment.substring(1).split("/", -1)) {
            String name = unescape(step);
            if (at.isArray()) {
                at = name.matches("0|[1-9][0-9]{0,8}") ? at.get(Integer.parseInt(name)) : null;
            } else {
                at = at.get(name);
            }
            if (at == null) {
                return false;
            }
        }
        return true;
    }

    private static String unescape(String step) {
        try {
            String decoded = URLDecoder.decode(step.replace("+", "%2B"), StandardCharsets.UTF_8);
            return decoded.replace("~1", "/").replace("~0", "~");
        } catch (IllegalArgumentException e) {
            return step;
        }
    }

    private static String resolve(String base, String reference, String pointer) {
        if (reference.startsWith("#")) {
            return base + reference;
        }
        try {
            return new URI(base).resolve(new URI(reference)).toString();
        } catch (URISyntaxException e) {
            throw new InvalidSchemaException(
                    "schema " + pointer + ": '" + reference + "' is not a URI reference", e);
        }
    }

    private static String withoutFragment(String uri) {
        int hash = uri.indexOf('#');
        return hash < 0 ? uri : uri.substring(0, hash);
    }

    private static @Nullable String text(JsonNode schema, String keyword) {
        JsonNode value = schema.get(keyword);
        return value != null && value.isString() ? value.stringValue() : null;
    }

    private static InvalidSchemaException invalid(Reference reference, String finding) {
        return new InvalidSchemaException(
                "schema " + reference.pointer() + "/$ref: '" + reference.target() + "' " + finding);
    }
}

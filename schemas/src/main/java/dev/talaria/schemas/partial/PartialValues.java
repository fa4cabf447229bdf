package dev.talaria.schemas.partial;

import dev.talaria.schemas.grammar.CanonicalJson;
import dev.talaria.schemas.grammar.Spelling;
import dev.talaria.schemas.validation.InvalidSchemaException;
import dev.talaria.schemas.validation.JsonText;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Merges what the parts of a document say of one value, part after part.
///
/// A pure function of the schema and the values in order: of scalars the first that is not null,
/// arrays one behind the other without what is repeated, objects member by member, tuples
/// (`prefixItems`) place by place. Where the kinds differ, the first one's is kept, and null counts
/// as absent. Where all parts have one kind at a place, it does not matter how they are grouped:
/// merging is associative. It is not commutative. Members come in the schema's order.
///
/// Immutable, for any number of threads.
public final class PartialValues {

    private static final int MAX_DEPTH = 100;

    private final JsonNode root;

    private PartialValues(JsonNode root) {
        this.root = root;
    }

    /// The merge of a schema's values.
    ///
    /// @throws InvalidSchemaException where the text is not a schema
    public static PartialValues of(String schemaJson) {
        return new PartialValues(JsonText.schema(schemaJson));
    }

    /// One value for the values of the parts, in the order of the parts.
    ///
    /// @throws IllegalArgumentException where there are none
    public JsonNode merge(List<? extends JsonNode> parts) {
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("no parts to merge");
        }
        return merge(parts, List.of(root), 0);
    }

    /// As [#merge], from texts to a text.
    ///
    /// @param parts JSON, one value each
    /// @param spelling of the merged value
    /// @throws IllegalArgumentException where there are none, or one is not JSON
    public String mergeTexts(List<String> parts, Spelling spelling) {
        JsonNode merged = merge(parts.stream().map(JsonText::value).toList());
        byte[] spelled = CanonicalJson.of(merged, spelling);
        return spelled == null ? merged.toString() : new String(spelled, StandardCharsets.UTF_8);
    }

    private JsonNode merge(List<? extends JsonNode> parts, List<JsonNode> schemas, int depth) {
        List<JsonNode> values = new ArrayList<>();
        for (JsonNode part : parts) {
            if (!part.isNull() && (values.isEmpty() || isAlike(part, values.getFirst()))) {
                values.add(part);
            }
        }
        if (values.isEmpty()) {
            return NullNode.instance;
        }
        List<JsonNode> applied = applied(schemas);
        JsonNode first = values.getFirst();
        if (first.isObject()) {
            return members(values, applied, depth);
        }
        if (first.isArray()) {
            return isTuple(applied) ? places(values, applied, depth) : elements(values);
        }
        return first;
    }

    private static boolean isAlike(JsonNode one, JsonNode other) {
        return one.isObject() == other.isObject() && one.isArray() == other.isArray();
    }

    private JsonNode members(List<JsonNode> objects, List<JsonNode> schemas, int depth) {
        ObjectNode merged = JsonNodeFactory.instance.objectNode();
        for (String name : names(objects, schemas)) {
            List<JsonNode> values = new ArrayList<>();
            for (JsonNode object : objects) {
                if (object.has(name)) {
                    values.add(object.get(name));
                }
            }
            boolean deep = depth > MAX_DEPTH;
            merged.set(
                    name,
                    deep ? values.getFirst() : merge(values, below(schemas, name), depth + 1));
        }
        return merged;
    }

    // Those the schema names first, in its order, then the others as they come.
    private static Set<String> names(List<JsonNode> objects, List<JsonNode> schemas) {
        Set<String> there = new LinkedHashSet<>();
        objects.forEach(object -> there.addAll(object.propertyNames()));
        Set<String> names = new LinkedHashSet<>();
        for (JsonNode schema : schemas) {
            for (String name : schema.path("properties").propertyNames()) {
                if (there.contains(name)) {
                    names.add(name);
                }
            }
        }
        names.addAll(there);
        return names;
    }

    private static List<JsonNode> below(List<JsonNode> schemas, String name) {
        List<JsonNode> below = new ArrayList<>();
        for (JsonNode schema : schemas) {
            JsonNode property = schema.path("properties").get(name);
            JsonNode other = schema.get("additionalProperties");
            if (property != null) {
                below.add(property);
            } else if (other != null) {
                below.add(other);
            }
        }
        return below;
    }

    private static boolean isTuple(List<JsonNode> schemas) {
        return schemas.stream()
                .anyMatch(schema -> schema.has("prefixItems") || schema.path("items").isArray());
    }

    private JsonNode places(List<JsonNode> arrays, List<JsonNode> schemas, int depth) {
        int length = arrays.stream().mapToInt(JsonNode::size).max().orElse(0);
        ArrayNode merged = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < length; i++) {
            List<JsonNode> values = new ArrayList<>();
            for (JsonNode array : arrays) {
                if (i < array.size()) {
                    values.add(array.get(i));
                }
            }
            List<JsonNode> below = new ArrayList<>();
            for (JsonNode schema : schemas) {
                JsonNode place = schema.path("prefixItems").get(i);
                if (place != null) {
                    below.add(place);
                }
            }
            merged.add(depth > MAX_DEPTH ? values.getFirst() : merge(values, below, depth + 1));
        }
        return merged;
    }

    private static JsonNode elements(List<JsonNode> arrays) {
        ArrayNode merged = JsonNodeFactory.instance.arrayNode();
        Set<String> seen = new HashSet<>();
        for (JsonNode array : arrays) {
            for (JsonNode element : array) {
                String identity = CanonicalJson.identity(element);
                if (seen.add(identity == null ? element.toString() : identity)) {
                    merged.add(element);
                }
            }
        }
        return merged;
    }

    /// These schemas and those they apply to the same value, as far as references stay inside.
    private List<JsonNode> applied(List<JsonNode> schemas) {
        Set<JsonNode> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        List<JsonNode> applied = new ArrayList<>();
        schemas.forEach(schema -> add(schema, applied, seen));
        return applied;
    }

    private void add(JsonNode schema, List<JsonNode> to, Set<JsonNode> seen) {
        if (!schema.isObject() || !seen.add(schema)) {
            return;
        }
        to.add(schema);
        JsonNode target = target(schema.path("$ref").asString(""));
        if (target != null) {
            add(target, to, seen);
        }
        for (String keyword : List.of("allOf", "anyOf", "oneOf")) {
            for (JsonNode branch : schema.path(keyword)) {
                add(branch, to, seen);
            }
        }
    }

    private @Nullable JsonNode target(String reference) {
        if (reference.equals("#")) {
            return root;
        }
        return reference.startsWith("#/") ? root.at(reference.substring(1)) : null;
    }
}

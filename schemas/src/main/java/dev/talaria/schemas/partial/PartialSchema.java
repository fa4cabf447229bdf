package dev.talaria.schemas.partial;

import dev.talaria.schemas.validation.InvalidSchemaException;
import dev.talaria.schemas.validation.JsonText;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// The schema of what one part of a document says of a value.
///
/// Whatever a part may lack is not asked for: members, and a number of elements. That goes for the
/// objects that are merged member by member, from the root on; an element of an array comes from
/// one part as a whole, so it has to satisfy its schema as a whole. Conditions, exclusions and the
/// demand that one branch alone holds may depend on what is absent and are left to the merged
/// value. Every part of a value of the schema, with some members and elements left out, is a value
/// of the partial schema, except of values that `enum` or `const` lists: these come as a whole.
public final class PartialSchema {

    // What asks for something to be there, or means something else where it is not.
    private static final Set<String> LEFT_OUT =
            Set.of(
                    "required",
                    "minProperties",
                    "minItems",
                    "contains",
                    "minContains",
                    "maxContains",
                    "dependentRequired",
                    "dependentSchemas",
                    "dependencies",
                    "if",
                    "then",
                    "else",
                    "not",
                    "unevaluatedProperties",
                    "unevaluatedItems");

    private static final Set<String> BY_NAME = Set.of("properties", "patternProperties");
    private static final Set<String> OF_ALL = Set.of("allOf", "anyOf", "oneOf");

    private final JsonNode root;
    private final String definitions;
    private final Map<String, String> names = new HashMap<>();
    private final ObjectNode added = JsonNodeFactory.instance.objectNode();

    private PartialSchema(JsonNode root) {
        this.root = root;
        this.definitions = root.has("$defs") || !root.has("definitions") ? "$defs" : "definitions";
    }

    /// The partial schema of a schema.
    ///
    /// @param json a schema that stands alone
    /// @throws InvalidSchemaException where it is not one
    public static String of(String json) {
        JsonNode root = JsonText.schema(json);
        if (!root.isObject()) {
            return json;
        }
        PartialSchema partial = new PartialSchema(root);
        ObjectNode relaxed = partial.relaxed(root);
        if (!partial.added.isEmpty()) {
            ObjectNode all = JsonNodeFactory.instance.objectNode();
            JsonNode before = root.get(partial.definitions);
            if (before != null) {
                before.properties().forEach(each -> all.set(each.getKey(), each.getValue()));
            }
            partial.added.properties().forEach(each -> all.set(each.getKey(), each.getValue()));
            relaxed.set(partial.definitions, all);
        }
        return relaxed.toString();
    }

    private ObjectNode relaxed(JsonNode schema) {
        ObjectNode relaxed = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> each : schema.properties()) {
            String keyword = each.getKey();
            JsonNode value = each.getValue();
            if (LEFT_OUT.contains(keyword)) {
                continue;
            }
            if (BY_NAME.contains(keyword) && value.isObject()) {
                relaxed.set(keyword, members(value));
            } else if (OF_ALL.contains(keyword) && value.isArray()) {
                addBranches(relaxed, keyword, value);
            } else if (keyword.equals("additionalProperties") && value.isObject()) {
                relaxed.set(keyword, inside(value));
            } else if (keyword.equals("$ref") && value.isString()) {
                relaxed.put(keyword, reference(value.stringValue()));
            } else {
                relaxed.set(keyword, value);
            }
        }
        return relaxed;
    }

    private ObjectNode members(JsonNode schemas) {
        ObjectNode members = JsonNodeFactory.instance.objectNode();
        schemas.properties().forEach(each -> members.set(each.getKey(), inside(each.getValue())));
        return members;
    }

    // Two branches may hold of a part where one alone holds of the whole.
    private void addBranches(ObjectNode to, String keyword, JsonNode schemas) {
        ArrayNode branches = JsonNodeFactory.instance.arrayNode();
        schemas.forEach(each -> branches.add(inside(each)));
        if (keyword.equals("oneOf") && to.has("anyOf")) {
            ArrayNode all =
                    to.get("allOf") instanceof ArrayNode before ? before : to.putArray("allOf");
            all.addObject().set("anyOf", branches);
        } else {
            to.set(keyword.equals("oneOf") ? "anyOf" : keyword, branches);
        }
    }

    // What names itself resolves its references by that name: it stays as it is.
    private JsonNode inside(JsonNode schema) {
        boolean own = schema.has("$id") || schema.has("id") && schema.get("id").isString();
        return schema.isObject() && !own ? relaxed(schema) : schema;
    }

    /// A reference to the relaxed copy of what a reference inside the document leads to.
    private String reference(String target) {
        if (!target.startsWith("#/") && !target.equals("#")) {
            return target;
        }
        String known = names.get(target);
        if (known != null) {
            return known;
        }
        JsonNode meant = target.equals("#") ? root : root.at(target.substring(1));
        if (!meant.isObject() || target.contains("%")) {
            return target;
        }
        if (target.equals("#")) {
            return "#";
        }
        String name = "partial-" + (names.size() + 1);
        while (root.path(definitions).has(name)) {
            name += "_";
        }
        String reference = "#/" + definitions + "/" + name;
        names.put(target, reference);
        added.set(name, inside(meant));
        return reference;
    }
}

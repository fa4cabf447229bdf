package dev.talaria.eval.extraction;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The schema that the gold fields of a set have in common, where it has none of its own.
///
/// Members are those of all documents in the order they are met; required is what every document
/// has. Types are those of the values, null aside; nothing else is allowed. It tells a model the
/// names of the fields and no value.
public final class GoldSchema {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Set<String> types = new LinkedHashSet<>();
    private final Map<String, GoldSchema> members = new LinkedHashMap<>();
    private final Map<String, Integer> timesThere = new LinkedHashMap<>();
    private final List<GoldSchema> elements = new ArrayList<>();
    private int objects;

    private GoldSchema() {}

    /// @throws IllegalArgumentException where there is no gold field
    public static JsonNode of(List<JsonNode> golds) {
        GoldSchema schema = new GoldSchema();
        golds.forEach(schema::see);
        if (schema.types.isEmpty()) {
            throw new IllegalArgumentException("no gold field to derive a schema from");
        }
        return schema.json();
    }

    private void see(JsonNode value) {
        if (value.isObject()) {
            types.add("object");
            objects++;
            for (Map.Entry<String, JsonNode> member : value.properties()) {
                members.computeIfAbsent(member.getKey(), _ -> new GoldSchema())
                        .see(member.getValue());
                timesThere.merge(member.getKey(), member.getValue().isNull() ? 0 : 1, Integer::sum);
            }
        } else if (value.isArray()) {
            types.add("array");
            if (elements.isEmpty()) {
                elements.add(new GoldSchema());
            }
            value.forEach(elements.getFirst()::see);
        } else if (value.isBoolean()) {
            types.add("boolean");
        } else if (value.isNumber()) {
            types.add(value.isIntegralNumber() ? "integer" : "number");
        } else if (!value.isNull()) {
            types.add("string");
        }
    }

    private ObjectNode json() {
        if (types.contains("number")) {
            types.remove("integer");
        }
        List<ObjectNode> choices = new ArrayList<>();
        types.forEach(type -> choices.add(json(type)));
        return switch (choices.size()) {
            case 0 -> JSON.objectNode().put("type", "string");
            case 1 -> choices.getFirst();
            default -> {
                ObjectNode any = JSON.objectNode();
                choices.forEach(any.putArray("anyOf")::add);
                yield any;
            }
        };
    }

    private ObjectNode json(String type) {
        ObjectNode schema = JSON.objectNode().put("type", type);
        if (type.equals("object")) {
            ObjectNode properties = schema.putObject("properties");
            members.forEach((name, member) -> properties.set(name, member.json()));
            ArrayNode required = JSON.arrayNode();
            timesThere.forEach((name, times) -> {
                if (times == objects) {
                    required.add(name);
                }
            });
            if (!required.isEmpty()) {
                schema.set("required", required);
            }
            schema.put("additionalProperties", false);
        } else if (type.equals("array")) {
            schema.set("items", elements.getFirst().json());
        }
        return schema;
    }
}

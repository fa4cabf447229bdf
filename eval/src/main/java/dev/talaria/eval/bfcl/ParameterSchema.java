package dev.talaria.eval.bfcl;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.util.Map;

/// The leaderboard's types of parameters as JSON Schema has them, as the leaderboard converts them
/// for models: a float gets a format and a sentence, what has no known type is a string.
///
/// The leaderboard converts two levels of lists and objects inside each other; here all are.
final class ParameterSchema {

    private static final String STRING = "string";

    private static final Map<String, String> TYPES =
            Map.ofEntries(
                    Map.entry("integer", "integer"),
                    Map.entry("number", "number"),
                    Map.entry("float", "number"),
                    Map.entry(STRING, STRING),
                    Map.entry("boolean", "boolean"),
                    Map.entry("bool", "boolean"),
                    Map.entry("array", "array"),
                    Map.entry("list", "array"),
                    Map.entry("dict", "object"),
                    Map.entry("object", "object"),
                    Map.entry("tuple", "array"),
                    Map.entry("any", STRING));

    private ParameterSchema() {}

    /// The schema of a function's arguments.
    ///
    /// @param parameters as the function's description has them
    static ObjectNode of(JsonNode parameters) {
        ObjectNode schema =
                parameters instanceof ObjectNode object
                        ? object.deepCopy()
                        : JsonNodeFactory.instance.objectNode();
        schema.put("type", "object");
        if (schema.path("properties").isObject()) {
            convertAll(schema.get("properties"));
        } else {
            schema.putObject("properties");
        }
        return schema;
    }

    private static void convertAll(JsonNode properties) {
        for (JsonNode property : properties) {
            if (property instanceof ObjectNode schema) {
                if (schema.path("type").asString("").equals("float")) {
                    describeFloat(schema);
                }
                convert(schema);
            }
        }
    }

    private static void describeFloat(ObjectNode schema) {
        schema.put("format", "float");
        String description = schema.path("description").asString("");
        schema.put("description", description + " This is a float type value.");
    }

    private static void convert(ObjectNode schema) {
        schema.put("type", TYPES.getOrDefault(schema.path("type").asString(""), STRING));
        if (schema.path("properties").isObject()) {
            convertAll(schema.get("properties"));
        } else if (schema.path("items") instanceof ObjectNode items) {
            convert(items);
        }
    }
}

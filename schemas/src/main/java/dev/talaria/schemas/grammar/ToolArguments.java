package dev.talaria.schemas.grammar;

import dev.talaria.schemas.chat.ToolDefinition;
import dev.talaria.schemas.validation.JsonText;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a tool may be called with: an object, also where its schema does not say so.
final class ToolArguments {

    private ToolArguments() {}

    /// The schema of a tool's arguments.
    ///
    /// @throws UnsupportedSchemaException where no object satisfies it by its type
    static String schema(ToolDefinition tool) {
        if (!(JsonText.schema(tool.parameters()) instanceof ObjectNode schema)) {
            return tool.parameters();
        }
        JsonNode type = schema.path("type");
        if (type.isString() && type.stringValue().equals("object")) {
            return tool.parameters();
        }
        if (type.isMissingNode() || holdsObject(type)) {
            return schema.put("type", "object").toString();
        }
        if (type.isString() || type.isArray()) {
            throw new UnsupportedSchemaException(
                    "type",
                    "#/type",
                    "a tool is called with an object",
                    "write \"type\": \"object\"");
        }
        return tool.parameters();
    }

    private static boolean holdsObject(JsonNode types) {
        for (JsonNode type : types) {
            if (type.isString() && type.stringValue().equals("object")) {
                return true;
            }
        }
        return false;
    }
}

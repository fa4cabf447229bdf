package dev.talaria.schemas.chat;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.util.ArrayList;
import java.util.List;

/// The JSON of tools and calls, checked.
final class ToolJson {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String NO_PARAMETERS = "{\"type\": \"object\", \"properties\": {}}";

    private ToolJson() {}

    static void requireObject(String what, String json) {
        if (!read(what, json).isObject()) {
            throw new IllegalArgumentException(what + " are no JSON object");
        }
    }

    static List<ToolDefinition> tools(String json) {
        JsonNode list = read("the tools", json);
        if (!list.isArray()) {
            throw new IllegalArgumentException("the tools are no JSON array; write [{…}]");
        }
        List<ToolDefinition> tools = new ArrayList<>();
        for (JsonNode entry : list) {
            tools.add(tool(entry.path("function").isObject() ? entry.get("function") : entry));
        }
        return tools;
    }

    private static ToolDefinition tool(JsonNode node) {
        JsonNode name = node.path("name");
        if (!name.isString()) {
            throw new IllegalArgumentException("a tool has no string 'name'; give it one");
        }
        JsonNode parameters = node.path("parameters");
        return new ToolDefinition(
                name.stringValue(),
                node.path("description").asString(""),
                parameters.isMissingNode() ? NO_PARAMETERS : parameters.toString());
    }

    private static JsonNode read(String what, String json) {
        try {
            return JSON.readTree(json);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    what + " are not JSON: " + e.getOriginalMessage(), e);
        }
    }
}

package dev.talaria.eval.bfcl;

import static java.util.Objects.requireNonNull;

import dev.talaria.schemas.chat.ToolDefinition;

import tools.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A function as the leaderboard describes it.
///
/// @param name with the dots it may have
/// @param properties of its parameters, by name
record FunctionDoc(
        String name,
        String description,
        JsonNode parameters,
        Map<String, JsonNode> properties,
        List<String> required) {

    // The leaderboard says it of every function.
    private static final String HINT = " Note that the provided function is in Python 3 syntax.";

    FunctionDoc {
        requireNonNull(name, "name");
        requireNonNull(description, "description");
        requireNonNull(parameters, "parameters");
        properties = Map.copyOf(properties);
        required = List.copyOf(required);
    }

    /// @throws IllegalArgumentException where the object describes none
    static FunctionDoc of(JsonNode node) {
        JsonNode name = node.path("name");
        if (!name.isString()) {
            throw new IllegalArgumentException("a function has no string 'name'");
        }
        JsonNode parameters = node.path("parameters");
        Map<String, JsonNode> properties = new LinkedHashMap<>();
        parameters
                .path("properties")
                .properties()
                .forEach(it -> properties.put(it.getKey(), it.getValue()));
        List<String> required = new ArrayList<>();
        parameters.path("required").forEach(it -> required.add(it.asString("")));
        return new FunctionDoc(
                name.stringValue(),
                node.path("description").asString(""),
                parameters,
                properties,
                required);
    }

    /// The function as the model is told of it.
    ToolDefinition tool(NameStyle names) {
        return new ToolDefinition(
                names.shown(name), description + HINT, ParameterSchema.of(parameters).toString());
    }
}

package dev.talaria.schemas.chat;

import static java.util.Objects.requireNonNull;

import java.util.List;

/// A tool that a model may call.
///
/// @param description what it does, for the model
/// @param parameters a JSON Schema of its arguments, an object
public record ToolDefinition(String name, String description, String parameters) {

    public ToolDefinition {
        requireNonNull(name, "name");
        requireNonNull(description, "description");
        requireNonNull(parameters, "parameters");
        ToolJson.requireObject("the parameters of '" + name + "'", parameters);
    }

    /// The tools of a JSON array, in OpenAI's layout (`{"type": "function", "function": {…}}`) or
    /// each as its `name`, `description` and `parameters` alone.
    ///
    /// @throws IllegalArgumentException where the text is nothing of that kind
    public static List<ToolDefinition> listOf(String json) {
        return ToolJson.tools(json);
    }
}

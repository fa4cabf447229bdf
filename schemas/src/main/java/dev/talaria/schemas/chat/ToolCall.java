package dev.talaria.schemas.chat;

import static java.util.Objects.requireNonNull;

/// A tool's name and what it is called with.
///
/// @param arguments a JSON object
public record ToolCall(String name, String arguments) {

    public ToolCall {
        requireNonNull(name, "name");
        requireNonNull(arguments, "arguments");
        ToolJson.requireObject("the arguments of '" + name + "'", arguments);
    }
}

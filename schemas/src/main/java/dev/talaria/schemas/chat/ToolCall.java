package dev.talaria.schemas.chat;

import static java.util.Objects.requireNonNull;

import java.util.List;

/// A tool's name and what it is called with.
///
/// @param arguments a JSON object
public record ToolCall(String name, String arguments) {

    public ToolCall {
        requireNonNull(name, "name");
        requireNonNull(arguments, "arguments");
        ToolJson.requireObject("the arguments of '" + name + "'", arguments);
    }

    /// The calls at the beginning of an answer, as Hermes models write them: `<tool_call>`, an
    /// object with `name` and `arguments`, `</tool_call>`. Ends before the first that is not whole;
    /// arguments keep their spelling.
    public static List<ToolCall> listOf(String answer) {
        return ToolCallReader.calls(answer);
    }
}

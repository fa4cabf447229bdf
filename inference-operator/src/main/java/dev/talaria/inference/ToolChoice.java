package dev.talaria.inference;

import static java.util.Objects.requireNonNull;

/// Whether a model calls its tools. But for [Free], the answer is held to it token by token: what
/// is called is one of the tools, with arguments that satisfy its schema, and every call that is
/// begun is finished within the token limit.
public sealed interface ToolChoice {

    /// The model decides: calls, or free text instead.
    record Auto() implements ToolChoice {}

    /// At least one call.
    record Required() implements ToolChoice {}

    /// Free text, no call.
    record None() implements ToolChoice {}

    /// At least one call, all of this tool.
    record Named(String name) implements ToolChoice {

        public Named {
            requireNonNull(name, "name");
        }
    }

    /// Whatever the model writes: nothing is enforced, and calls are not looked for.
    record Free() implements ToolChoice {}

    /// The choice as command lines and other programs write it: `auto`, `required`, `none`, `free`
    /// or the name of a tool.
    static ToolChoice of(String text) {
        return switch (text) {
            case "auto" -> new Auto();
            case "required" -> new Required();
            case "none" -> new None();
            case "free" -> new Free();
            default -> new Named(text);
        };
    }
}

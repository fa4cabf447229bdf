package dev.talaria.inference;

import static java.util.Objects.requireNonNull;

import dev.talaria.schemas.chat.ChatMessage;
import dev.talaria.schemas.chat.ToolDefinition;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// A conversation around a prompt.
///
/// @param format how it is laid out
/// @param tools that the model may call
/// @param toolChoice whether it calls them; without tools there is nothing to choose
/// @param mostCalls in one answer
/// @param earlier turns before the prompt, the first of them first
public record ChatOptions(
        ChatFormat format,
        List<ToolDefinition> tools,
        ToolChoice toolChoice,
        int mostCalls,
        List<ChatMessage> earlier) {

    /// Calls in one answer where nothing else is said.
    public static final int USUAL_MOST_CALLS = 16;

    /// No tools, no earlier turns, and the format that suits the model.
    public static final ChatOptions DEFAULT =
            new ChatOptions(ChatFormat.AUTO, List.of(), List.of());

    /// Tools that the model calls as it sees fit.
    public ChatOptions(ChatFormat format, List<ToolDefinition> tools, List<ChatMessage> earlier) {
        this(format, tools, new ToolChoice.Auto(), USUAL_MOST_CALLS, earlier);
    }

    public ChatOptions {
        requireNonNull(format, "format");
        tools = List.copyOf(tools);
        requireNonNull(toolChoice, "toolChoice");
        earlier = List.copyOf(earlier);
        if (mostCalls < 1) {
            throw new IllegalArgumentException(
                    "%d calls at most leave none; to have none, choose none of the tools"
                            .formatted(mostCalls));
        }
        Set<String> names = new HashSet<>();
        for (ToolDefinition tool : tools) {
            if (!names.add(tool.name())) {
                throw new IllegalArgumentException(
                        "two tools are called '" + tool.name() + "'; rename one");
            }
        }
        if (toolChoice instanceof ToolChoice.Required && tools.isEmpty()) {
            throw new IllegalArgumentException("a call is required and there are no tools");
        }
        if (toolChoice instanceof ToolChoice.Named(String name) && !names.contains(name)) {
            throw new IllegalArgumentException(
                    "the tool '%s' is none of %s".formatted(name, List.copyOf(names)));
        }
    }

    /// The same with another choice of tools.
    public ChatOptions withToolChoice(ToolChoice choice, int most) {
        return new ChatOptions(format, tools, choice, most, earlier);
    }

    /// Whether an answer must be calls.
    boolean requiresCall() {
        return switch (toolChoice) {
            case ToolChoice.Required _, ToolChoice.Named _ -> true;
            case ToolChoice.Auto _, ToolChoice.None _, ToolChoice.Free _ -> false;
        };
    }
}

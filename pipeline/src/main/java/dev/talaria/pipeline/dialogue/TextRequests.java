package dev.talaria.pipeline.dialogue;

import dev.talaria.connectors.kafka.ChatRequest;
import dev.talaria.inference.ChatFormat;
import dev.talaria.inference.ChatOptions;
import dev.talaria.inference.TextRequest;
import dev.talaria.inference.ToolChoice;
import dev.talaria.pipeline.task.TaskDefaults;
import dev.talaria.pipeline.task.TaskResolver;
import dev.talaria.schemas.chat.ChatMessage;

import java.util.List;
import java.util.Optional;

/// Makes a generator's requests of those in records; what they leave open, the defaults decide.
final class TextRequests {

    private final TaskDefaults defaults;
    private final int mostCalls;

    /// @param mostCalls of tools in one answer
    TextRequests(TaskDefaults defaults, int mostCalls) {
        this.defaults = defaults;
        this.mostCalls = mostCalls;
    }

    /// The request as its record has it.
    TextRequest of(ChatRequest request) {
        return of(request, request.messages(), choice(request));
    }

    /// The request with other turns, and another choice of tools.
    ///
    /// @param messages the last is the user's or a tool's
    TextRequest of(ChatRequest request, List<ChatMessage> messages, ToolChoice choice) {
        boolean endsWithUser = messages.getLast() instanceof ChatMessage.User;
        int earlier = endsWithUser ? messages.size() - 1 : messages.size();
        ChatOptions chat =
                request.raw()
                        ? ChatOptions.DEFAULT
                        : new ChatOptions(
                                ChatFormat.AUTO,
                                request.tools(),
                                choice,
                                mostCalls,
                                messages.subList(0, earlier));
        return new TextRequest(
                messages.getLast() instanceof ChatMessage.User(String text) ? text : "",
                request.raw(),
                Optional.empty(),
                request.responseSchema(),
                TaskResolver.sampling(request.options(), defaults.sampling()),
                chat,
                defaults.grammar());
    }

    /// Whether the record wants tools called.
    static ToolChoice choice(ChatRequest request) {
        return switch (request.toolChoice().orElse("auto")) {
            case "auto" -> new ToolChoice.Auto();
            case "required" -> new ToolChoice.Required();
            case "none" -> new ToolChoice.None();
            case String tool -> new ToolChoice.Named(tool);
        };
    }
}

package dev.talaria.inference.embedded;

import dev.talaria.inference.ChatFormat;
import dev.talaria.inference.TextRequest;
import dev.talaria.inference.tokenizer.chat.ChatMl;
import dev.talaria.inference.tokenizer.chat.ChatTemplate;
import dev.talaria.inference.tokenizer.chat.HermesJsonMode;
import dev.talaria.inference.tokenizer.chat.HermesToolUse;
import dev.talaria.inference.tokenizer.chat.HermesToolUse.ToolSpelling;
import dev.talaria.inference.tokenizer.chat.Piece;

import java.util.List;
import java.util.stream.Collectors;

/// What a model sees of a request as text, for people: a tag is shown as its characters, whether or
/// not a model has a token of its own for it.
public final class PromptText {

    private PromptText() {}

    /// The text of a request that is raw, or whose format is the same for every model.
    ///
    /// @throws IllegalArgumentException where the format depends on the model
    public static String of(TextRequest request) {
        if (request.raw()) {
            return request.prompt();
        }
        return text(
                template(request.chat().format())
                        .prompt(ChatPrompts.messages(request), request.chat().tools()));
    }

    private static ChatTemplate template(ChatFormat format) {
        return switch (format) {
            case CHATML, HERMES_JSON -> ChatMl.TEMPLATE;
            case HERMES_TOOLS -> new HermesToolUse(ToolSpelling.PYTHON_OBJECTS);
            case HERMES_TOOLS_JSON -> new HermesToolUse(ToolSpelling.JSON_ARRAY);
            case HERMES_TOOLS_EVALUATOR -> new HermesToolUse(ToolSpelling.EVALUATOR);
            case AUTO, HERMES_TOOLS_LLAMA3, LLAMA3, MODEL ->
                    throw new IllegalArgumentException(
                            "the text of a prompt in format '%s' depends on the model"
                                    .formatted(format.text()));
        };
    }

    /// The system turn of Hermes JSON mode for a schema whose text goes in as it is.
    public static String jsonMode(String schema) {
        return text(HermesJsonMode.system(schema).content());
    }

    private static String text(List<Piece> pieces) {
        return pieces.stream().map(Piece::text).collect(Collectors.joining());
    }
}

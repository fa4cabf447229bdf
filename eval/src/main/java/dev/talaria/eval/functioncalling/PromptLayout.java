package dev.talaria.eval.functioncalling;

import dev.talaria.inference.ChatFormat;
import dev.talaria.inference.tokenizer.chat.HermesToolUse;
import dev.talaria.inference.tokenizer.chat.HermesToolUse.ToolSpelling;

import java.util.Locale;

/// How the tools are told to the model.
public enum PromptLayout {
    /// As the card of Hermes 2 Pro Mistral words it, in one paragraph.
    CARD(ChatFormat.HERMES_TOOLS_JSON, ToolSpelling.JSON_ARRAY),
    /// As the published evaluator words it, on lines of their own.
    EVALUATOR(ChatFormat.HERMES_TOOLS_EVALUATOR, ToolSpelling.EVALUATOR);

    private final ChatFormat format;
    private final ToolSpelling spelling;

    PromptLayout(ChatFormat format, ToolSpelling spelling) {
        this.format = format;
        this.spelling = spelling;
    }

    ChatFormat format() {
        return format;
    }

    HermesToolUse template() {
        return new HermesToolUse(spelling);
    }

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}

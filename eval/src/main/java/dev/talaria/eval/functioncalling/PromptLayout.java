package dev.talaria.eval.functioncalling;

import dev.talaria.inference.ChatFormat;

import java.util.Locale;

/// How the tools are told to the model.
public enum PromptLayout {
    /// As the card of Hermes 2 Pro Mistral words it, in one paragraph.
    CARD(ChatFormat.HERMES_TOOLS_JSON),
    /// As the published evaluator words it, on lines of their own.
    EVALUATOR(ChatFormat.HERMES_TOOLS_EVALUATOR);

    private final ChatFormat format;

    PromptLayout(ChatFormat format) {
        this.format = format;
    }

    ChatFormat format() {
        return format;
    }

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}

package dev.talaria.inference.tokenizer.chat;

import java.util.Locale;

/// Who speaks a turn.
public enum Role {
    SYSTEM,
    USER,
    ASSISTANT,
    /// A tool's answer.
    TOOL;

    /// The role as prompts spell it.
    public String spelling() {
        return name().toLowerCase(Locale.ROOT);
    }
}

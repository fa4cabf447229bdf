package dev.talaria.inference;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// How a conversation is laid out for the model.
public enum ChatFormat {
    /// What the model's vocabulary and its conversation suggest.
    AUTO,
    /// Turns between `<|im_start|>` and `<|im_end|>`.
    CHATML,
    /// ChatML whose system turn holds the answer's schema, as Hermes was trained for JSON.
    HERMES_JSON,
    /// Tool use as on the card of Hermes 2 Pro Mistral.
    HERMES_TOOLS,
    /// The same with the tools as a JSON array, as in the evaluator of that model.
    HERMES_TOOLS_JSON,
    /// That evaluator's later wording, on several lines.
    HERMES_TOOLS_EVALUATOR,
    /// Tool use as in the template of Hermes 2 Pro Llama-3.
    HERMES_TOOLS_LLAMA3,
    /// Llama 3's own turns.
    LLAMA3,
    /// The template that came with the model.
    MODEL;

    /// The name on command lines, such as `hermes-tools`.
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// The format of that name.
    public static Optional<ChatFormat> named(String text) {
        return Arrays.stream(values()).filter(format -> format.text().equals(text)).findFirst();
    }
}

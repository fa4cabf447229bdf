package dev.talaria.eval.choice;

import static java.util.Objects.requireNonNull;

/// One choice of a question, as the model is asked about it.
///
/// @param text the choice itself; its length normalises `acc_norm`
/// @param context what the model reads first
/// @param continuation what is scored behind it
record Choice(String text, String context, String continuation) {

    Choice {
        requireNonNull(text, "text");
        requireNonNull(context, "context");
        requireNonNull(continuation, "continuation");
    }

    /// A choice that follows the context with a space between them.
    static Choice after(String context, String text) {
        return new Choice(text, context, " " + text);
    }
}

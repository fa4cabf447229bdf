package dev.talaria.inference.engine;

import static java.util.Objects.requireNonNull;

/// What the engine is asked for: how probable is this continuation of these tokens.
///
/// @param context at least one token; not changed by anyone afterwards
/// @param continuation at least one token; not changed by anyone afterwards
public record ScoreRequest(int[] context, int[] continuation) {

    public ScoreRequest {
        requireNonNull(context, "context");
        requireNonNull(continuation, "continuation");
        if (context.length == 0 || continuation.length == 0) {
            throw new IllegalArgumentException(
                    "a context of %d and a continuation of %d tokens: each needs one"
                            .formatted(context.length, continuation.length));
        }
    }

    /// What is read: the last token of the continuation is not, as nothing follows it.
    int[] prompt() {
        int[] prompt = new int[mostTokens()];
        System.arraycopy(context, 0, prompt, 0, context.length);
        System.arraycopy(continuation, 0, prompt, context.length, continuation.length - 1);
        return prompt;
    }

    /// Tokens that are read.
    int mostTokens() {
        return Math.addExact(context.length, continuation.length - 1);
    }
}

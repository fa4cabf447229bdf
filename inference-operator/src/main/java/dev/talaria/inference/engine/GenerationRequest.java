package dev.talaria.inference.engine;

import static java.util.Objects.requireNonNull;

import dev.talaria.inference.decode.TokenConstraint;
import dev.talaria.schemas.task.SamplingOptions;

import java.util.Optional;
import java.util.function.IntConsumer;

/// What the engine is asked for: continue these tokens.
///
/// @param prompt at least one token; not changed by anyone afterwards
/// @param constraint what may be written; empty for free text. Belongs to the request alone
/// @param sampling token choice and limit
/// @param listener told every token as it is chosen, on the engine's thread; must be quick
public record GenerationRequest(
        int[] prompt,
        Optional<TokenConstraint> constraint,
        SamplingOptions sampling,
        IntConsumer listener) {

    public GenerationRequest {
        requireNonNull(prompt, "prompt");
        requireNonNull(constraint, "constraint");
        requireNonNull(sampling, "sampling");
        requireNonNull(listener, "listener");
        if (prompt.length == 0) {
            throw new IllegalArgumentException("the prompt has no token");
        }
    }

    /// Tokens the request may come to: prompt and answer.
    int mostTokens() {
        return Math.addExact(prompt.length, sampling.maxTokens());
    }
}

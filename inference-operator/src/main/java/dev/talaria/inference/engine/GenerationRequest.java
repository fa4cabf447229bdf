package dev.talaria.inference.engine;

import static java.util.Objects.requireNonNull;

import dev.talaria.inference.decode.TokenConstraint;
import dev.talaria.schemas.task.SamplingOptions;

import java.time.Duration;
import java.util.Optional;
import java.util.function.IntConsumer;

/// What the engine is asked for: continue these tokens.
///
/// Stop strings of the sampling are the listener's business: the engine knows no text.
///
/// @param prompt at least one token; not changed by anyone afterwards
/// @param constraint what may be written; empty for free text. Belongs to the request alone
/// @param sampling token choice and limit
/// @param timeout from submission, after which the answer is cut off; empty for the engine's usual
/// @param listener told every token
public record GenerationRequest(
        int[] prompt,
        Optional<TokenConstraint> constraint,
        SamplingOptions sampling,
        Optional<Duration> timeout,
        TokenListener listener) {

    public GenerationRequest {
        requireNonNull(prompt, "prompt");
        requireNonNull(constraint, "constraint");
        requireNonNull(sampling, "sampling");
        requireNonNull(timeout, "timeout");
        requireNonNull(listener, "listener");
        if (prompt.length == 0) {
            throw new IllegalArgumentException("the prompt has no token");
        }
        if (timeout.isPresent() && (timeout.get().isNegative() || timeout.get().isZero())) {
            throw new IllegalArgumentException(
                    "a time-out of %s leaves no time".formatted(timeout.get()));
        }
    }

    /// Without a time-out of its own, for a listener that only listens.
    public GenerationRequest(
            int[] prompt,
            Optional<TokenConstraint> constraint,
            SamplingOptions sampling,
            IntConsumer listener) {
        this(
                prompt,
                constraint,
                sampling,
                Optional.empty(),
                token -> {
                    listener.accept(token.token());
                    return true;
                });
    }

    /// Tokens the request may come to: prompt and answer.
    int mostTokens() {
        return Math.addExact(prompt.length, sampling.maxTokens());
    }
}

package dev.talaria.inference;

import static java.util.Objects.requireNonNull;

import java.util.List;

/// Continuations of one context, to be scored.
///
/// @param context may be empty: then the continuations follow the token that begins a text
/// @param continuations at least one, none of them empty
/// @param begin whether a token that begins a text stands before the context
public record ScoringRequest(String context, List<String> continuations, BeginToken begin) {

    /// Whether a text gets the token that begins one.
    public enum BeginToken {
        /// Where the model's files ask for one.
        AS_MODEL,
        /// Never, as older versions of lm-evaluation-harness have it.
        NONE
    }

    public ScoringRequest {
        requireNonNull(context, "context");
        continuations = List.copyOf(continuations);
        requireNonNull(begin, "begin");
        if (continuations.isEmpty()) {
            throw new IllegalArgumentException("there is no continuation to score");
        }
        if (continuations.contains("")) {
            throw new IllegalArgumentException(
                    "continuation %d of %d is empty; there is nothing to score"
                            .formatted(continuations.indexOf("") + 1, continuations.size()));
        }
    }
}

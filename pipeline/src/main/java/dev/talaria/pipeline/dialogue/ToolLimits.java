package dev.talaria.pipeline.dialogue;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/// What a conversation may take.
///
/// @param rounds of calls; the answer after the last of them calls no more
/// @param calls in one round
/// @param timeout from the moment the request is read to the answer, by the wall clock
/// @param maxBytes of what is remembered of it
public record ToolLimits(int rounds, int calls, Duration timeout, int maxBytes) {

    public ToolLimits {
        requireNonNull(timeout, "timeout");
    }
}

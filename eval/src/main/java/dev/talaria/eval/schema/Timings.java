package dev.talaria.eval.schema;

import java.util.List;

/// What a run of masks took.
///
/// @param firstMask from a schema's text to its first mask
/// @param mask computing a mask that was not asked for before
/// @param maskWork the same without what others did meanwhile: of all rounds, and of wall time and
///   processor time, the least
/// @param maskAgain computing the masks of the same answers once more
/// @param commit appending a token
/// @param slowest the places where [#maskWork] is largest
/// @param allocatedBytes what computing the same masks and appending the same tokens once more
///   allocated
/// @param tokens that were appended once more
record Timings(
        Durations firstMask,
        Durations mask,
        Durations maskWork,
        Durations maskAgain,
        Durations commit,
        List<SlowMasks.Place> slowest,
        long allocatedBytes,
        long tokens) {

    double bytesPerToken() {
        return tokens == 0 ? 0 : (double) allocatedBytes / tokens;
    }
}

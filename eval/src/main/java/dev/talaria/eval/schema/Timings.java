package dev.talaria.eval.schema;

/// What a run of masks took.
///
/// @param firstMask from a schema's text to its first mask
/// @param mask computing a mask that was not asked for before
/// @param maskAgain computing the masks of the same answers once more
/// @param commit appending a token
/// @param allocatedBytes what computing the same masks and appending the same tokens once more
///   allocated
/// @param tokens that were appended once more
record Timings(
        Durations firstMask,
        Durations mask,
        Durations maskAgain,
        Durations commit,
        long allocatedBytes,
        long tokens) {

    double bytesPerToken() {
        return tokens == 0 ? 0 : (double) allocatedBytes / tokens;
    }
}

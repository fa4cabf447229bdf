package dev.talaria.pipeline.batch;

import java.util.Optional;

/// That a split is done: what was committed of it.
///
/// @param split its index
/// @param rows of the input that it has
/// @param wanted of these, those that the filter left
/// @param rejected of these, those without an extraction
/// @param promptTokens of all answers
/// @param completionTokens of all answers
/// @param part name of the file with its extractions; empty where there are none
/// @param rejectedPart name of the file with its rejected rows; empty where there are none
/// @param partBytes size of the former
/// @param rejectedBytes size of the latter
public record SplitRecord(
        int split,
        long rows,
        long wanted,
        long rejected,
        long promptTokens,
        long completionTokens,
        Optional<String> part,
        Optional<String> rejectedPart,
        long partBytes,
        long rejectedBytes) {}

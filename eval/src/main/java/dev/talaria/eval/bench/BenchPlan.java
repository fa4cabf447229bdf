package dev.talaria.eval.bench;

import java.util.List;

/// What to measure.
///
/// @param promptTokens of the prompt
/// @param decodeTokens each sequence writes
/// @param sequences that decode together, one measurement each
/// @param rounds of each measurement
record BenchPlan(int promptTokens, int decodeTokens, List<Integer> sequences, int rounds) {

    BenchPlan {
        sequences = List.copyOf(sequences);
        positive("--prompt", promptTokens);
        positive("--decode", decodeTokens);
        positive("--rounds", rounds);
        for (int count : sequences) {
            if (count < 1 || count > 255) {
                throw new IllegalArgumentException(
                        "--sequences: " + count + " is not within 1 to 255");
            }
        }
    }

    private static void positive(String option, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(option + ": " + value + " is below 1");
        }
    }
}

package dev.talaria.eval.suite;

import static java.util.Objects.requireNonNull;

/// One question asked once.
///
/// @param row the number of the row in the dataset
/// @param seed of the model's random numbers; of recorded outputs, which of those of its row
public record Trial(long row, long seed, Mode mode) {

    public Trial {
        requireNonNull(mode, "mode");
    }

    @Override
    public String toString() {
        return "row %d, seed %d, %s".formatted(row, seed, mode.text());
    }
}

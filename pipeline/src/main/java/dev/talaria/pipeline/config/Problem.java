package dev.talaria.pipeline.config;

import static java.util.Objects.requireNonNull;

/// What is wrong with one setting.
///
/// @param place the file and its line, or the variable, and the setting
/// @param finding what is wrong, and the remedy
public record Problem(String place, String finding) {

    public Problem {
        requireNonNull(place, "place");
        requireNonNull(finding, "finding");
    }

    @Override
    public String toString() {
        return place + ": " + finding;
    }
}

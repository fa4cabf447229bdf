package dev.talaria.eval.suite;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// How answers come about.
public enum Mode {
    /// The model writes what it likes.
    UNCONSTRAINED,
    /// The model is held to what the row's schema allows.
    CONSTRAINED,
    /// The answers were recorded before.
    REPLAY;

    /// The name in files and tables.
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The mode of that name.
    public static Optional<Mode> named(String text) {
        return Arrays.stream(values()).filter(mode -> mode.text().equals(text)).findFirst();
    }
}

package dev.talaria.eval.suite;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// Whether an answer is right.
public enum Verdict {
    PASSED,
    FAILED;

    /// The name in files and tables.
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The verdict of that name.
    public static Optional<Verdict> named(String text) {
        return Arrays.stream(values()).filter(each -> each.text().equals(text)).findFirst();
    }

    static Verdict of(boolean hasPassed) {
        return hasPassed ? PASSED : FAILED;
    }
}

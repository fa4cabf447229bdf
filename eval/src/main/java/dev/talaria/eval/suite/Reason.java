package dev.talaria.eval.suite;

import static java.util.Objects.requireNonNull;

/// One thing that was found out about an answer.
///
/// @param kind what failures are counted by, a few words joined by hyphens (`wrong-value`); empty
///   for a remark that is no failure
/// @param text for people
public record Reason(String kind, String text) {

    public Reason {
        requireNonNull(kind, "kind");
        requireNonNull(text, "text");
    }

    /// A remark, which no failure is counted by.
    public static Reason remark(String text) {
        return new Reason("", text);
    }

    /// Whether it is a remark only.
    public boolean isRemark() {
        return kind.isEmpty();
    }
}

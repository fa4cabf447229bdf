package dev.talaria.schemas.grammar;

import java.util.List;

/// A regular expression, parsed.
sealed interface Regex {

    /// One character of a set.
    record Characters(CodePoints of) implements Regex {}

    /// One after the other; none is the empty text.
    record Sequence(List<Regex> parts) implements Regex {}

    /// One of several.
    record Choice(List<Regex> branches) implements Regex {}

    /// Something several times.
    ///
    /// @param most -1 where there is no bound
    record Repeat(Regex part, int least, int most) implements Regex {}

    /// The beginning of the text.
    record Beginning() implements Regex {}

    /// The end of the text.
    record Ending() implements Regex {}

    /// What follows begins with the part, or does not.
    record Ahead(Regex part, boolean negative) implements Regex {}

    /// What comes before ends with the part, or does not.
    record Behind(Regex part, boolean negative) implements Regex {}

    /// A regular expression that cannot be enforced, and why.
    final class UnsupportedRegexException extends Exception {

        private static final long serialVersionUID = 1L;

        UnsupportedRegexException(String message) {
            super(message);
        }
    }
}

package dev.talaria.schemas.grammar;

/// The white space of a spelling, as states read it: at each place between two tokens a number of
/// bytes.
///
/// What need not be there is not read while a value is searched for: every value has a spelling
/// without it, and that is the shortest.
///
/// @param least bytes after `,` and `:` that have to be there, all of them spaces
/// @param afterSeparator the most bytes after `,` and `:`
/// @param elsewhere the most bytes at the other places
record Gaps(int least, int afterSeparator, int elsewhere) {

    /// None anywhere.
    static final Gaps NONE = new Gaps(0, 0, 0);

    static Gaps of(Spelling spelling) {
        return switch (spelling) {
            case Spelling.SingleSpace() -> new Gaps(1, 1, 0);
            case Spelling.Compact() -> NONE;
            case Spelling.Flexible(int most) -> new Gaps(0, most, most);
        };
    }

    /// Whether there is a choice anywhere.
    boolean isFlexible() {
        return elsewhere > 0;
    }

    /// Bytes of `,` or `:` with the white space that has to follow.
    int separator() {
        return 1 + least;
    }

    /// Bytes that have to come yet after `,` or `:`.
    int missing(int read) {
        return Math.max(0, least - read);
    }

    /// Whether the byte is white space that may come after `,` or `:` and so many of it.
    boolean takeAfterSeparator(int octet, int read, Steps steps) {
        if (read < least) {
            return octet == ' ';
        }
        return read < afterSeparator && isBlank(octet) && !steps.isSearching();
    }

    /// Whether the byte is white space that may come at another place after so many of it.
    boolean takeElsewhere(int octet, int read, Steps steps) {
        return read < elsewhere && isBlank(octet) && !steps.isSearching();
    }

    private static boolean isBlank(int octet) {
        return octet == ' ' || octet == '\n' || octet == '\t';
    }
}

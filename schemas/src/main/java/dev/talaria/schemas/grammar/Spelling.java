package dev.talaria.schemas.grammar;

/// How much white space stands between the tokens of a JSON text. There is never any before the
/// first or after the last of them.
public sealed interface Spelling {

    /// One space after every `,` and `:`, and none elsewhere: how Hermes models write JSON, and so
    /// the usual spelling.
    Spelling SINGLE_SPACE = new SingleSpace();

    /// None.
    Spelling COMPACT = new Compact();

    /// As the writer likes it, up to so much at each place between two tokens.
    ///
    /// @param most bytes at one place, 0 to [Flexible#LARGEST]
    static Spelling flexible(int most) {
        return new Flexible(most);
    }

    /// The spelling of that name: `single-space`, `compact` or `flexible`.
    ///
    /// @param most bytes at one place, where it is flexible
    /// @throws IllegalArgumentException where there is none of that name, or the bound is out of
    ///   range
    static Spelling named(String name, int most) {
        return switch (name) {
            case "single-space" -> SINGLE_SPACE;
            case "compact" -> COMPACT;
            case "flexible" -> flexible(most);
            default ->
                    throw new IllegalArgumentException(
                            "'" + name + "' is neither single-space nor compact nor flexible");
        };
    }

    /// See [#SINGLE_SPACE].
    record SingleSpace() implements Spelling {

        @Override
        public String separation() {
            return " ";
        }
    }

    /// See [#COMPACT].
    record Compact() implements Spelling {

        @Override
        public String separation() {
            return "";
        }
    }

    /// Spaces, line feeds and tabs, wherever JSON allows them between two tokens, but never more
    /// than `most` at one place: a text without end is not possible.
    ///
    /// @param most bytes at one place
    record Flexible(int most) implements Spelling {

        /// Enough for a line break and the usual indentation of seven levels.
        public static final int USUAL = 16;

        /// The largest bound there may be.
        public static final int LARGEST = 64;

        public Flexible {
            if (most < 0 || most > LARGEST) {
                throw new IllegalArgumentException(
                        "white space of %d bytes is not within 0 to %d".formatted(most, LARGEST));
            }
        }

        @Override
        public String separation() {
            return "";
        }
    }

    /// What the shortest text of this spelling has after every `,` and `:`.
    String separation();
}

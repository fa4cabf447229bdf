package dev.talaria.eval.extraction;

/// How `1.234` and `1,234` are read, where nothing else in the spelling tells.
public enum DecimalMark {
    /// A single point begins the fraction; a single comma before exactly three digits groups
    /// thousands.
    POINT('.'),
    /// The other way round.
    COMMA(',');

    private final char character;

    DecimalMark(char character) {
        this.character = character;
    }

    char character() {
        return character;
    }
}

package dev.talaria.inference.x86;

/// When a conditional jump jumps, after a comparison of `a` with `b`. The order is that of the
/// conditions' numbers.
public enum Condition {
    OVERFLOW("o"),
    NO_OVERFLOW("no"),
    /// `a < b`, unsigned.
    BELOW("b"),
    /// `a >= b`, unsigned.
    ABOVE_OR_EQUAL("ae"),
    EQUAL("e"),
    NOT_EQUAL("ne"),
    /// `a <= b`, unsigned.
    BELOW_OR_EQUAL("be"),
    /// `a > b`, unsigned.
    ABOVE("a"),
    NEGATIVE("s"),
    NOT_NEGATIVE("ns"),
    PARITY_EVEN("p"),
    PARITY_ODD("np"),
    /// `a < b`, signed.
    LESS("l"),
    /// `a >= b`, signed.
    GREATER_OR_EQUAL("ge"),
    /// `a <= b`, signed.
    LESS_OR_EQUAL("le"),
    /// `a > b`, signed.
    GREATER("g");

    private final String suffix;

    Condition(String suffix) {
        this.suffix = suffix;
    }

    /// What follows the `j` of the jump's name.
    public String suffix() {
        return suffix;
    }
}

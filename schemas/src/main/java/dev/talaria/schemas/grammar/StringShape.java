package dev.talaria.schemas.grammar;

/// Strings of a length.
///
/// @param minimum code points at least
/// @param maximum code points at most; [#UNBOUNDED] where there is no bound
record StringShape(long minimum, long maximum) {

    static final long UNBOUNDED = Long.MAX_VALUE;
    static final StringShape ANY = new StringShape(0, UNBOUNDED);

    /// Fewer than there are of one character.
    static final long CHARACTERS = 1_000_000;

    private static final TextState[] ANY_STATES = anyStates();

    private static TextState[] anyStates() {
        TextState[] states = new TextState[14];
        for (int place = 0; place < states.length; place++) {
            states[place] = new TextState(ANY, place, 0);
        }
        return states;
    }

    /// The lengths of both; possibly none.
    StringShape and(StringShape other) {
        return new StringShape(Math.max(minimum, other.minimum), Math.min(maximum, other.maximum));
    }

    boolean isEmpty() {
        return minimum > maximum;
    }

    boolean isBounded() {
        return maximum != UNBOUNDED;
    }

    long cost() {
        boolean reachable = minimum <= maximum && minimum < Value.UNREACHABLE;
        return reachable ? minimum + 2 : Value.UNREACHABLE;
    }

    /// A lower bound of how many there are.
    long completions() {
        return cost() >= Value.UNREACHABLE ? 0 : maximum > 0 ? CHARACTERS : 1;
    }

    /// Reads the opening quote.
    void open(Branch[] returns, Steps steps) {
        steps.emit(new Branch(state(StringSpelling.PLAIN, 0, steps), returns));
    }

    /// As [#state(int, long)], where the steps may count the characters.
    TextState state(int place, long count, Steps steps) {
        boolean far = isBounded() && count >= minimum && count <= maximum - Recognizer.FAR;
        return far && steps.countsCharacters()
                ? new TextState(this, place, TextState.COUNTED_ELSEWHERE)
                : state(place, count);
    }

    /// The state at that place with `count` characters begun. Without a bound, characters beyond
    /// the minimum are not told apart.
    TextState state(int place, long count) {
        if (minimum == 0 && !isBounded()) {
            return ANY_STATES[place];
        }
        return new TextState(this, place, isBounded() ? count : Math.min(count, minimum));
    }
}

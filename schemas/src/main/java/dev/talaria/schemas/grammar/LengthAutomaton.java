package dev.talaria.schemas.grammar;

/// Builds the automaton of the strings of another that have a length.
final class LengthAutomaton extends AutomatonBuilder<LengthAutomaton.Counted> {

    private static final int MAX_STATES = 50_000;

    /// A state of the other, and the characters so far as far as they matter.
    record Counted(int state, long count) {}

    private final Automaton anyLength;
    private final boolean[] endsCharacter;
    private final StringShape length;

    private LengthAutomaton(
            Automaton anyLength, boolean[] endsCharacter, StringShape length, SchemaProblem place) {
        super(anyLength.classes(), anyLength.classCount(), MAX_STATES, place);
        this.anyLength = anyLength;
        this.endsCharacter = endsCharacter;
        this.length = length;
    }

    /// The automaton; null where no string will do.
    ///
    /// @param endsCharacter for each state whether the byte that leads to it ends a character
    /// @param place where to blame it if there are too many states
    /// @throws UnsupportedSchemaException where there are
    static Automaton of(
            Automaton anyLength, boolean[] endsCharacter, StringShape length, SchemaProblem place) {
        boolean reachesTop = longest(anyLength, endsCharacter) > length.maximum();
        StringShape needed =
                reachesTop ? length : new StringShape(length.minimum(), StringShape.UNBOUNDED);
        return new LengthAutomaton(anyLength, endsCharacter, needed, place)
                .build(new Counted(anyLength.start(), 0));
    }

    @Override
    Counted next(Counted at, int octetClass) {
        int next = anyLength.nextByClass(at.state(), octetClass);
        if (next == Automaton.DEAD) {
            return null;
        }
        if (anyLength.accepts(next)) {
            return at.count() < length.minimum() ? null : new Counted(next, 0);
        }
        long count = at.count() + (endsCharacter[next] ? 1 : 0);
        if (count > length.maximum()) {
            return null;
        }
        return new Counted(next, length.isBounded() ? count : Math.min(count, length.minimum()));
    }

    @Override
    boolean accepts(Counted at) {
        return anyLength.accepts(at.state());
    }

    // The longest way, or no bound where some way leads in a circle: states are removed once
    // nothing leads to them any more, and those of a circle never are.
    private static long longest(Automaton automaton, boolean[] endsCharacter) {
        int[] leading = new int[automaton.size()];
        for (int state = 0; state < automaton.size(); state++) {
            for (int c = 0; c < automaton.classCount(); c++) {
                int next = automaton.nextByClass(state, c);
                if (next != Automaton.DEAD) {
                    leading[next]++;
                }
            }
        }
        long[] longest = new long[automaton.size()];
        int[] free = new int[automaton.size()];
        int count = 0;
        for (int state = 0; state < automaton.size(); state++) {
            if (leading[state] == 0) {
                free[count++] = state;
            }
        }
        long best = 0;
        for (int i = 0; i < count; i++) {
            for (int c = 0; c < automaton.classCount(); c++) {
                int next = automaton.nextByClass(free[i], c);
                if (next != Automaton.DEAD) {
                    long reached = longest[free[i]] + (endsCharacter[next] ? 1 : 0);
                    longest[next] = Math.max(longest[next], reached);
                    best = Math.max(best, reached);
                    if (--leading[next] == 0) {
                        free[count++] = next;
                    }
                }
            }
        }
        return count == automaton.size() ? best : StringShape.UNBOUNDED;
    }
}

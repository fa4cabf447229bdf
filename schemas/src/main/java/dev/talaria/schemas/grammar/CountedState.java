package dev.talaria.schemas.grammar;

/// Inside a string that an automaton and its length describe, quotes included.
///
/// @param text the string
/// @param place the automaton's state
/// @param count characters whole; [#COUNTED_ELSEWHERE] where these are enough and the upper bound
///   is out of reach
record CountedState(CountedText text, int place, long count) implements State {

    static void open(CountedText text, int octet, Branch[] returns, Steps steps) {
        int next = text.automaton().next(text.automaton().start(), octet);
        if (next != Automaton.DEAD) {
            steps.emit(new Branch(of(text, next, 0, steps), returns));
        }
    }

    static final long COUNTED_ELSEWHERE = -1;

    private static CountedState of(CountedText text, int place, long characters, Steps steps) {
        boolean far = text.isFar(characters) && steps.countsCharacters();
        return new CountedState(text, place, far ? COUNTED_ELSEWHERE : text.kept(characters));
    }

    private boolean isFar() {
        return count == COUNTED_ELSEWHERE;
    }

    // Far from the upper bound any count will do that is enough.
    private long whole() {
        return isFar() ? text.minimum() : count;
    }

    @Override
    public void step(Branch at, int octet, Steps steps) {
        int next = text.automaton().next(place, octet);
        if (next == Automaton.DEAD) {
            return;
        }
        long before = isFar() ? steps.characters() - (isBetweenCharacters() ? 0 : 1) : count;
        long characters = text.endsCharacter(place, next) ? before + 1 : before;
        if (text.cost(next, characters) == CountedText.FAR) {
            return;
        }
        if (text.isWhole(next)) {
            steps.emitAll(at.returns());
        } else {
            CountedState state = of(text, next, characters, steps);
            steps.emit(equals(state) ? at : at.to(state));
        }
    }

    @Override
    public long farUntil() {
        return isFar() ? text.farUntil() : -1;
    }

    @Override
    public long farFrom() {
        return text.minimum();
    }

    @Override
    public boolean isBetweenCharacters() {
        return text.isBetweenCharacters(place);
    }

    @Override
    public long cost(Steps steps) {
        return text.cost(place, whole());
    }

    @Override
    public int cheapest(Steps steps) {
        int wanted = text.cost(place, whole()) - 1;
        for (int octet = 0x20; octet < 0x100; octet++) {
            int next = text.automaton().next(place, octet);
            if (next != Automaton.DEAD) {
                long characters = text.endsCharacter(place, next) ? whole() + 1 : whole();
                if (text.cost(next, characters) == wanted) {
                    return octet;
                }
            }
        }
        throw new IllegalStateException("no way on from a state with cost " + (wanted + 1));
    }

    @Override
    public State within(int octets) {
        if (isFar()) {
            return octets <= Recognizer.FAR ? this : null;
        }
        long alike = text.alike(count, octets);
        return alike == count ? this : new CountedState(text, place, alike);
    }
}

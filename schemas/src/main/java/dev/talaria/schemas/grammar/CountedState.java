package dev.talaria.schemas.grammar;

/// Inside a string that an automaton and its length describe, quotes included.
///
/// @param text the string
/// @param place the automaton's state
/// @param count characters whole
record CountedState(CountedText text, int place, long count) implements State {

    static void open(CountedText text, int octet, Branch[] returns, Steps steps) {
        int next = text.automaton().next(text.automaton().start(), octet);
        if (next != Automaton.DEAD) {
            steps.emit(new Branch(new CountedState(text, next, 0), returns));
        }
    }

    @Override
    public void step(Branch at, int octet, Steps steps) {
        int next = text.automaton().next(place, octet);
        if (next == Automaton.DEAD) {
            return;
        }
        long characters = text.endsCharacter(place, next) ? count + 1 : count;
        if (text.cost(next, characters) == CountedText.FAR) {
            return;
        }
        if (text.isWhole(next)) {
            steps.emitAll(at.returns());
        } else {
            steps.emit(at.to(new CountedState(text, next, characters)));
        }
    }

    @Override
    public long cost(Steps steps) {
        return text.cost(place, count);
    }

    @Override
    public int cheapest(Steps steps) {
        int wanted = text.cost(place, count) - 1;
        for (int octet = 0x20; octet < 0x100; octet++) {
            int next = text.automaton().next(place, octet);
            if (next != Automaton.DEAD) {
                long characters = text.endsCharacter(place, next) ? count + 1 : count;
                if (text.cost(next, characters) == wanted) {
                    return octet;
                }
            }
        }
        throw new IllegalStateException("no way on from a state with cost " + (wanted + 1));
    }

    @Override
    public State within(int octets) {
        long alike = text.alike(count, octets);
        return alike == count ? this : new CountedState(text, place, alike);
    }
}

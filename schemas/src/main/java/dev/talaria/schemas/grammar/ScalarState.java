package dev.talaria.schemas.grammar;

/// Inside a scalar that an automaton describes, quotes included.
///
/// @param automaton the scalar's spelling
/// @param place its state
record ScalarState(Automaton automaton, int place) implements State {

    static void open(Automaton automaton, int octet, Branch[] returns, Steps steps) {
        int next = automaton.next(automaton.start(), octet);
        if (next != Automaton.DEAD) {
            go(automaton, next, returns, steps);
        }
    }

    private static void go(Automaton automaton, int next, Branch[] returns, Steps steps) {
        if (automaton.isLast(next)) {
            steps.emitAll(returns);
        } else {
            steps.emit(new Branch(new ScalarState(automaton, next), returns));
        }
    }

    @Override
    public void step(Branch at, int octet, Steps steps) {
        int next = automaton.next(place, octet);
        if (next == place) {
            steps.emit(at);
        } else if (next != Automaton.DEAD) {
            go(automaton, next, at.returns(), steps);
        }
        if (automaton.accepts(place)) {
            for (Branch outer : at.returns()) {
                outer.state().step(outer, octet, steps);
            }
        }
    }

    @Override
    public boolean mayEnd() {
        return automaton.accepts(place);
    }

    @Override
    public long freeCharacters() {
        return automaton.takesAnyCharacter(place) ? Long.MAX_VALUE : 0;
    }

    @Override
    public long cost(Steps steps) {
        return automaton.cost(place);
    }

    @Override
    public long completions() {
        return automaton.words(place);
    }

    @Override
    public boolean staysOpen(int octets, long many) {
        return automaton.isText() && automaton.leastWords() > many;
    }

    @Override
    public int cheapest(Steps steps) {
        return automaton.cheapest(place);
    }
}

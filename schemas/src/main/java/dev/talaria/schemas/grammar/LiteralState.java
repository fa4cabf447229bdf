package dev.talaria.schemas.grammar;

/// Inside one of finitely many values: the members from `low` to `high` begin with the `depth`
/// bytes read.
///
/// @param literals the values
/// @param low first member that begins so
/// @param high one past the last
/// @param depth bytes read
record LiteralState(LiteralSet literals, int low, int high, int depth) implements State {

    static void open(LiteralSet literals, int octet, Branch[] returns, Steps steps) {
        narrow(literals, 0, literals.size(), 0, octet, returns, steps);
    }

    private static void narrow(
            LiteralSet literals,
            int low,
            int high,
            int depth,
            int octet,
            Branch[] returns,
            Steps steps) {
        int from = literals.firstAtLeast(low, high, depth, octet);
        int to = literals.firstAtLeast(from, high, depth, octet + 1);
        if (from == to) {
            return;
        }
        if (to - from == 1 && literals.member(from).length == depth + 1) {
            steps.emitAll(returns);
            return;
        }
        steps.emit(new Branch(new LiteralState(literals, from, to, depth + 1), returns));
    }

    @Override
    public void step(Branch at, int octet, Steps steps) {
        narrow(literals, low, high, depth, octet, at.returns(), steps);
        if (mayEnd()) {
            for (Branch outer : at.returns()) {
                outer.state().step(outer, octet, steps);
            }
        }
    }

    @Override
    public boolean mayEnd() {
        return literals.member(low).length == depth;
    }

    @Override
    public long cost(Steps steps) {
        return (long) literals.member(literals.shortestOf(low, high)).length - depth;
    }

    // Objects that are equal may be spelled twice.
    @Override
    public long completions() {
        return literals.member(low)[0] == '{' || literals.member(low)[0] == '[' ? 1 : high - low;
    }

    @Override
    public int cheapest(Steps steps) {
        return literals.member(literals.shortestOf(low, high))[depth] & 0xFF;
    }
}

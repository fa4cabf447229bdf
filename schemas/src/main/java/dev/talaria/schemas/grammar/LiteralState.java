package dev.talaria.schemas.grammar;

/// Inside one of finitely many values: the members from `low` to `high` begin with the `depth`
/// bytes read.
///
/// @param literals the values
/// @param low first member that begins so
/// @param high one past the last
/// @param depth bytes read, without white space
/// @param gap bytes of white space read last
record LiteralState(LiteralSet literals, int low, int high, int depth, int gap) implements State {

    private static final String MARKS = ",:]}";

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
        steps.emit(new Branch(new LiteralState(literals, from, to, depth + 1, 0), returns));
    }

    @Override
    public void step(Branch at, int octet, Steps steps) {
        if (literals.gaps().takeElsewhere(octet, gap, steps)) {
            space(at, steps);
        }
        narrow(literals, low, high, depth, octet, at.returns(), steps);
        if (mayEnd()) {
            for (Branch outer : at.returns()) {
                outer.state().step(outer, octet, steps);
            }
        }
    }

    // All that begin so have the same tokens before here, but not the same next one.
    private void space(Branch at, Steps steps) {
        switch (literals.boundary(low, depth)) {
            case NONE -> {}
            case CERTAIN ->
                    steps.emit(at.to(new LiteralState(literals, low, high, depth, gap + 1)));
            case BEFORE_MARK -> {
                for (int i = 0; i < MARKS.length(); i++) {
                    int from = literals.firstAtLeast(low, high, depth, MARKS.charAt(i));
                    int to = literals.firstAtLeast(from, high, depth, MARKS.charAt(i) + 1);
                    if (from < to) {
                        steps.emit(at.to(new LiteralState(literals, from, to, depth, gap + 1)));
                    }
                }
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
        return literals.isStructure(low) ? 1 : high - low;
    }

    @Override
    public int cheapest(Steps steps) {
        return literals.member(literals.shortestOf(low, high))[depth] & 0xFF;
    }
}

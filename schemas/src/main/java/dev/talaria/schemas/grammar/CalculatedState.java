package dev.talaria.schemas.grammar;

/// Inside a number that is told by calculation.
///
/// @param digits what has been read of it
record CalculatedState(CalculatedNumbers.Digits digits) implements State {

    static void open(CalculatedNumbers numbers, int octet, Branch[] returns, Steps steps) {
        if (octet == '-') {
            CalculatedNumbers.Digits negative = numbers.start(true);
            if (negative.exists()) {
                steps.emit(new Branch(new CalculatedState(negative), returns));
            }
        } else {
            go(numbers.start(false).next(octet), returns, steps);
        }
    }

    private static void go(CalculatedNumbers.Digits next, Branch[] returns, Steps steps) {
        if (next == null) {
            return;
        }
        if (next.goesOn()) {
            steps.emit(new Branch(new CalculatedState(next), returns));
        } else {
            steps.emitAll(returns);
        }
    }

    @Override
    public void step(Branch at, int octet, Steps steps) {
        go(digits.next(octet), at.returns(), steps);
        if (digits.isWhole()) {
            for (Branch outer : at.returns()) {
                outer.state().step(outer, octet, steps);
            }
        }
    }

    @Override
    public boolean mayEnd() {
        return digits.isWhole();
    }

    @Override
    public long cost(Steps steps) {
        return digits.cost();
    }

    @Override
    public int cheapest(Steps steps) {
        return digits.cheapest();
    }

    @Override
    public long completions() {
        return digits.completions();
    }
}

package dev.talaria.schemas.grammar;

/// Inside an array, between its elements.
///
/// @param shape the array
/// @param opened whether the bracket is the last thing read
/// @param count elements so far
record ArrayState(ArrayShape shape, boolean opened, long count) implements State {

    @Override
    public void step(Branch at, int octet, Steps steps) {
        if (octet == ']') {
            if (count >= shape.minimum()) {
                steps.emitAll(at.returns());
            }
        } else if (count < shape.maximum()) {
            if (opened) {
                shape.element(0).open(octet, after(at), steps);
            } else if (octet == ',') {
                steps.emit(new Branch(new Before(shape.element(count), 1), after(at)));
            }
        }
    }

    private Branch[] after(Branch at) {
        return new Branch[] {new Branch(shape.after(count + 1), at.returns())};
    }

    @Override
    public long cost(Steps steps) {
        long cost = shape.costAfter(count);
        return opened && shape.minimum() > 0 ? cost - 2 : cost;
    }

    @Override
    public int cheapest(Steps steps) {
        if (count >= shape.minimum()) {
            return ']';
        }
        return opened ? shape.element(0).cheapest() : ',';
    }

    /// Where the upper bound is out of reach, elements beyond the minimum are not told apart.
    @Override
    public State within(int octets) {
        long settled = Math.max(shape.minimum(), shape.prefix().size());
        boolean far = shape.maximum() - count > octets;
        return !opened && far && count > settled ? new ArrayState(shape, false, settled) : this;
    }
}

package dev.talaria.schemas.grammar;

/// What goes on after an element that is read apart from its array: nothing, but it tells when.
enum ItemEnd implements State {
    /// The element is whole with the byte read.
    WHOLE,
    /// The element was whole before the byte read, which is the array's.
    BEFORE;

    private static final Branch[] RETURNS = {new Branch(WHOLE, new Branch[0])};
    private static final Branch ENDED_BEFORE = new Branch(BEFORE, new Branch[0]);

    /// The returns of an element read apart.
    static Branch[] returns() {
        return RETURNS;
    }

    @Override
    public void step(Branch at, int octet, Steps steps) {
        steps.emit(ENDED_BEFORE);
    }

    @Override
    public boolean mayEnd() {
        return true;
    }

    @Override
    public long cost(Steps steps) {
        return 0;
    }

    @Override
    public int cheapest(Steps steps) {
        throw new IllegalStateException("the element is whole");
    }
}

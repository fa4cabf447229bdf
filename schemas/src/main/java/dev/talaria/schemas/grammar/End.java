package dev.talaria.schemas.grammar;

/// After the whole document: nothing follows.
enum End implements State {
    END;

    @Override
    public void step(Branch at, int octet, Steps steps) {
        // No reading goes on.
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
        throw new IllegalStateException("the document is whole");
    }
}

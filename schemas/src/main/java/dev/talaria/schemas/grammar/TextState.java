package dev.talaria.schemas.grammar;

/// Inside a string that only its length restricts.
///
/// @param shape the string
/// @param place where inside a character, see [StringSpelling]
/// @param count characters begun
record TextState(StringShape shape, int place, long count) implements State {

    @Override
    public void step(Branch at, int octet, Steps steps) {
        if (place != StringSpelling.PLAIN) {
            go(at, octet, count, steps);
        } else if (octet == '"') {
            if (count >= shape.minimum()) {
                steps.emitAll(at.returns());
            }
        } else if (count < shape.maximum()) {
            go(at, octet, count + 1, steps);
        }
    }

    private void go(Branch at, int octet, long characters, Steps steps) {
        int next = StringSpelling.next(place, octet);
        if (next != StringSpelling.DEAD) {
            steps.emit(at.to(shape.state(next, characters)));
        }
    }

    @Override
    public long cost(Steps steps) {
        return StringSpelling.cost(place) + Math.max(0, shape.minimum() - count) + 1;
    }

    @Override
    public long completions() {
        return count < shape.maximum() ? StringShape.CHARACTERS : 1;
    }

    @Override
    public boolean staysOpen(int octets, long many) {
        return shape.maximum() - count > octets && many < StringShape.CHARACTERS;
    }

    @Override
    public int cheapest(Steps steps) {
        boolean closes = place == StringSpelling.PLAIN && count >= shape.minimum();
        return closes ? '"' : StringSpelling.cheapest(place);
    }

    /// Where neither bound is within reach, the count does not matter.
    @Override
    public State within(int octets) {
        boolean farBelow = shape.minimum() - count > octets;
        boolean enough = count >= shape.minimum();
        boolean farFromTop = shape.maximum() - count > octets;
        if (farFromTop && enough) {
            return StringShape.ANY.state(place, 0);
        }
        return farFromTop && farBelow ? new TextState(FAR_BELOW, place, 0) : this;
    }

    @Override
    public long freeCharacters() {
        return place == StringSpelling.PLAIN ? shape.maximum() - count : 0;
    }

    @Override
    public boolean isCommon() {
        return true;
    }

    private static final StringShape FAR_BELOW =
            new StringShape(Long.MAX_VALUE, StringShape.UNBOUNDED);
}

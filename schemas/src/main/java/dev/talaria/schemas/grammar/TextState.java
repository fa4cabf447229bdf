package dev.talaria.schemas.grammar;

/// Inside a string that only its length restricts.
///
/// @param shape the string
/// @param place where inside a character, see [StringSpelling]
/// @param count characters begun; [#COUNTED_ELSEWHERE] where these are enough and the upper bound
///   is out of reach
record TextState(StringShape shape, int place, long count) implements State {

    static final long COUNTED_ELSEWHERE = -1;

    private boolean isFar() {
        return count == COUNTED_ELSEWHERE;
    }

    // Far from the upper bound any count will do that is enough.
    private long begun() {
        return isFar() ? shape.minimum() : count;
    }

    @Override
    public void step(Branch at, int octet, Steps steps) {
        if (place == StringSpelling.PLAIN && octet == '"') {
            if (begun() >= shape.minimum()) {
                steps.emitAll(at.returns());
            }
            return;
        }
        long before = isFar() ? steps.characters() : count;
        if (place != StringSpelling.PLAIN) {
            go(at, octet, before, steps);
        } else if (before < shape.maximum()) {
            go(at, octet, before + 1, steps);
        }
    }

    private void go(Branch at, int octet, long characters, Steps steps) {
        int next = StringSpelling.next(place, octet);
        if (next != StringSpelling.DEAD) {
            TextState state = shape.state(next, characters, steps);
            steps.emit(equals(state) ? at : at.to(state));
        }
    }

    /// Characters that may come for certain.
    private long room() {
        return isFar() ? Recognizer.FAR : shape.maximum() - count;
    }

    @Override
    public long farUntil() {
        return isFar() ? shape.maximum() - Recognizer.FAR : -1;
    }

    @Override
    public long farFrom() {
        return shape.minimum();
    }

    @Override
    public boolean isBetweenCharacters() {
        return place == StringSpelling.PLAIN;
    }

    @Override
    public long cost(Steps steps) {
        return StringSpelling.cost(place) + Math.max(0, shape.minimum() - begun()) + 1;
    }

    @Override
    public long completions() {
        return begun() < shape.maximum() ? StringShape.CHARACTERS : 1;
    }

    @Override
    public boolean staysOpen(int octets, long many) {
        return room() > octets && many < StringShape.CHARACTERS;
    }

    @Override
    public int cheapest(Steps steps) {
        boolean closes = place == StringSpelling.PLAIN && begun() >= shape.minimum();
        return closes ? '"' : StringSpelling.cheapest(place);
    }

    /// Where neither bound is within reach, the count does not matter.
    @Override
    public State within(int octets) {
        boolean farBelow = shape.minimum() - begun() > octets;
        boolean enough = begun() >= shape.minimum();
        boolean farFromTop = room() > octets;
        if (farFromTop && enough) {
            return StringShape.ANY.state(place, 0);
        }
        if (isFar()) {
            return null;
        }
        return farFromTop && farBelow ? new TextState(FAR_BELOW, place, 0) : this;
    }

    @Override
    public long freeCharacters() {
        return place == StringSpelling.PLAIN ? room() : 0;
    }

    @Override
    public boolean isCommon() {
        return true;
    }

    private static final StringShape FAR_BELOW =
            new StringShape(Long.MAX_VALUE, StringShape.UNBOUNDED);
}

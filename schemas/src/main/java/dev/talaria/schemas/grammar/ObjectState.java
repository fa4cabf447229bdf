package dev.talaria.schemas.grammar;

/// Inside an object, between its members.
///
/// @param shape the object
/// @param phase the last thing read
/// @param position the first declared member that may still come
/// @param used undeclared keys so far; null where there are none
record ObjectState(ObjectShape shape, Phase phase, int position, UsedKeys used) implements State {

    /// The last thing read.
    enum Phase {
        OPENED,
        MEMBER,
        COMMA,
        SPACE
    }

    @Override
    public void step(Branch at, int octet, Steps steps) {
        switch (phase) {
            case OPENED, MEMBER -> {
                if (octet == '}' && mayClose()) {
                    steps.emitAll(at.returns());
                } else if (phase == Phase.OPENED) {
                    openKey(at, octet, steps);
                } else if (octet == ',' && shape.allowsMember(position)) {
                    steps.emit(at.to(in(Phase.COMMA)));
                }
            }
            case COMMA -> {
                if (octet == ' ') {
                    steps.emit(at.to(in(Phase.SPACE)));
                }
            }
            case SPACE -> openKey(at, octet, steps);
        }
    }

    private boolean mayClose() {
        return shape.nextRequired(position) == shape.size();
    }

    private void openKey(Branch at, int octet, Steps steps) {
        if (octet == '"' && shape.allowsMember(position)) {
            steps.emit(at.to(KeyState.opened(this, steps.length() + 1)));
        }
    }

    private ObjectState in(Phase next) {
        return new ObjectState(shape, next, position, used);
    }

    /// After one more member.
    ObjectState after(int next, UsedKeys nowUsed) {
        return new ObjectState(shape, Phase.MEMBER, next, nowUsed);
    }

    @Override
    public long cost(Steps steps) {
        return switch (phase) {
            case OPENED -> mayClose() ? 1 : shape.costAfter(position) - 2;
            case MEMBER -> shape.costAfter(position);
            case COMMA -> 2 + keyCost();
            case SPACE -> 1 + keyCost();
        };
    }

    private long keyCost() {
        return KeyState.opened(this, 0).costOfNothingRead();
    }

    @Override
    public int cheapest(Steps steps) {
        return switch (phase) {
            case OPENED -> mayClose() ? '}' : '"';
            case MEMBER -> mayClose() ? '}' : ',';
            case COMMA -> ' ';
            case SPACE -> '"';
        };
    }

    @SuppressWarnings("ReferenceEquality") // unchanged keys come back as they are
    @Override
    public State within(int octets) {
        UsedKeys kept = UsedKeys.within(used, octets);
        return kept == used ? this : new ObjectState(shape, phase, position, kept);
    }
}

package dev.talaria.schemas.grammar;

import java.util.List;

/// Inside an object, between its members.
///
/// @param shape the object
/// @param phase the last thing read
/// @param progress its members so far
record ObjectState(ObjectShape shape, Phase phase, ObjectProgress progress) implements State {

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
                if (octet == '}' && shape.mayClose(progress)) {
                    steps.emitAll(at.returns());
                } else if (phase == Phase.OPENED) {
                    openKey(at, octet, steps);
                } else if (octet == ',' && allowsMember()) {
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

    private boolean allowsMember() {
        if (shape.allowsDeclared(progress)) {
            return true;
        }
        if (shape.allowsOthers(progress)) {
            for (KeyClass kind : shape.others()) {
                if (OtherKeyState.opened(this, kind).isPossible(OtherKeyState.NOTHING, 0, 0)) {
                    return true;
                }
            }
        }
        return false;
    }

    private void openKey(Branch at, int octet, Steps steps) {
        if (octet != '"') {
            return;
        }
        if (shape.allowsDeclared(progress)) {
            steps.emit(at.to(DeclaredKeyState.opened(this)));
        }
        if (shape.allowsOthers(progress)) {
            for (KeyClass kind : shape.others()) {
                OtherKeyState key = OtherKeyState.opened(this, kind);
                if (key.isPossible(OtherKeyState.NOTHING, 0, 0)) {
                    steps.emit(at.to(key));
                }
            }
        }
    }

    private ObjectState in(Phase next) {
        return new ObjectState(shape, next, progress);
    }

    /// The same with other progress.
    ObjectState with(ObjectProgress other) {
        return new ObjectState(shape, phase, other);
    }

    /// After one more member.
    ObjectState after(ObjectProgress next) {
        return new ObjectState(shape, Phase.MEMBER, next);
    }

    @Override
    public long cost(Steps steps) {
        return switch (phase) {
            case OPENED -> shape.mayClose(progress) ? 1 : shape.costAfter(progress) - 2;
            case MEMBER -> shape.costAfter(progress);
            case COMMA -> 2 + keyCost();
            case SPACE -> 1 + keyCost();
        };
    }

    private long keyCost() {
        long cost =
                shape.allowsDeclared(progress)
                        ? DeclaredKeyState.opened(this).cost(null)
                        : Value.UNREACHABLE;
        if (shape.allowsOthers(progress)) {
            for (KeyClass kind : shape.others()) {
                OtherKeyState key = OtherKeyState.opened(this, kind);
                cost = Math.min(cost, key.cost(OtherKeyState.NOTHING, 0, 0));
            }
        }
        return cost;
    }

    @Override
    public int cheapest(Steps steps) {
        return switch (phase) {
            case OPENED -> shape.mayClose(progress) ? '}' : '"';
            case MEMBER -> shape.mayClose(progress) ? '}' : ',';
            case COMMA -> ' ';
            case SPACE -> '"';
        };
    }

    /// Without the keys used, which are [#excluded], and without the number of members where the
    /// upper bound is out of reach.
    @Override
    public State within(int octets) {
        ObjectProgress kept = progress;
        if (shape.forgetsKeys()) {
            kept = kept.with(null);
        }
        long settled = shape.minimum() + shape.size();
        boolean far = shape.maximum() - settled - octets > kept.count();
        if (far && kept.count() >= shape.minimum()) {
            kept = kept.counting(shape.minimum());
        }
        return kept.equals(progress) ? this : new ObjectState(shape, phase, kept);
    }

    @Override
    public List<byte[]> excluded(Steps steps) {
        UsedKeys used = progress.used();
        if (used == null || !shape.forgetsKeys()) {
            return List.of();
        }
        byte[] lead =
                switch (phase) {
                    case OPENED, SPACE -> QUOTE;
                    case COMMA -> SPACE_AND_QUOTE;
                    case MEMBER -> COMMA_TO_QUOTE;
                };
        return UsedKeys.continuations(used, lead, QUOTE, 0, 0);
    }

    private static final byte[] QUOTE = {'"'};
    private static final byte[] SPACE_AND_QUOTE = {' ', '"'};
    private static final byte[] COMMA_TO_QUOTE = {',', ' ', '"'};
}

package dev.talaria.schemas.grammar;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// Inside an object, between its members.
///
/// @param shape the object
/// @param phase the last thing read
/// @param gap bytes of white space read after that
/// @param progress its members so far
record ObjectState(ObjectShape shape, Phase phase, int gap, ObjectProgress progress)
        implements State {

    /// The last thing read.
    enum Phase {
        OPENED,
        MEMBER,
        COMMA
    }

    @Override
    public void step(Branch at, int octet, Steps steps) {
        if (takesSpace(octet, steps)) {
            steps.emit(at.to(new ObjectState(shape, phase, gap + 1, progress)));
            return;
        }
        switch (phase) {
            case OPENED, MEMBER -> {
                if (octet == '}' && shape.mayClose(progress)) {
                    steps.emitAll(at.returns());
                } else if (phase == Phase.OPENED) {
                    openKey(at, octet, steps);
                } else if (octet == ',' && allowsMember()) {
                    steps.emit(at.to(new ObjectState(shape, Phase.COMMA, 0, progress)));
                }
            }
            case COMMA -> {
                if (missing() == 0) {
                    openKey(at, octet, steps);
                }
            }
        }
    }

    private boolean takesSpace(int octet, Steps steps) {
        return phase == Phase.COMMA
                ? shape.gaps().takeAfterSeparator(octet, gap, steps)
                : shape.gaps().takeElsewhere(octet, gap, steps);
    }

    private int missing() {
        return shape.gaps().missing(gap);
    }

    private boolean allowsMember() {
        if (shape.allowsDeclared(progress)) {
            return true;
        }
        if (shape.allowsOthers(progress)) {
            for (KeyClass kind : shape.others()) {
                if (OtherKeyState.opened(this, kind).isPossible()) {
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
        ObjectProgress now = steps.isSearching() ? progress.inOrder() : progress;
        // Inside a key it does not matter what came before it.
        ObjectState around = new ObjectState(shape, Phase.COMMA, 0, now);
        if (shape.allowsDeclared(now)) {
            steps.emit(at.to(DeclaredKeyState.opened(around)));
        }
        if (shape.allowsOthers(now)) {
            for (KeyClass kind : shape.others()) {
                if (OtherKeyState.opened(around, kind).isPossible()) {
                    steps.emit(at.to(OtherKeyState.opened(around, kind, steps)));
                }
            }
        }
    }

    /// The same with other progress.
    ObjectState with(ObjectProgress other) {
        return new ObjectState(shape, phase, gap, other);
    }

    /// After one more member.
    ObjectState after(ObjectProgress next) {
        return new ObjectState(shape, Phase.MEMBER, 0, next);
    }

    @Override
    public long cost(Steps steps) {
        return switch (phase) {
            case OPENED ->
                    shape.mayClose(progress)
                            ? 1
                            : shape.costAfter(progress) - shape.gaps().separator();
            case MEMBER -> shape.costAfter(progress);
            // The opening quote.
            case COMMA -> missing() + 1 + keyCost();
        };
    }

    private long keyCost() {
        long cost =
                shape.allowsDeclared(progress)
                        ? DeclaredKeyState.opened(this).cost(null)
                        : Value.UNREACHABLE;
        // One that has to come anyway is never dearer than another before it.
        if (shape.allowsOthers(progress) && !(shape.isPlain() && shape.lacksRequired(progress))) {
            for (KeyClass kind : shape.others()) {
                OtherKeyState key = OtherKeyState.opened(this, kind);
                cost = Math.min(cost, key.cost(null));
            }
        }
        return cost;
    }

    @Override
    public int cheapest(Steps steps) {
        return switch (phase) {
            case OPENED -> shape.mayClose(progress) ? '}' : '"';
            case MEMBER -> shape.mayClose(progress) ? '}' : ',';
            case COMMA -> missing() > 0 ? ' ' : '"';
        };
    }

    /// Without the keys used, which are [#excluded], and without the number of members where the
    /// upper bound is out of reach.
    @Override
    public State within(int octets) {
        ObjectProgress kept = progress;
        if (excludesKeys()) {
            kept = kept.with(null);
        }
        long settled = shape.minimum() + shape.size();
        boolean far = shape.maximum() - settled - octets > kept.count();
        if (far && kept.count() >= shape.minimum()) {
            kept = kept.counting(shape.minimum());
        }
        return kept.equals(progress) ? this : new ObjectState(shape, phase, gap, kept);
    }

    @Override
    public List<byte[]> excluded() {
        UsedKeys used = progress.used();
        if (used == null || !excludesKeys()) {
            return List.of();
        }
        String lead =
                switch (phase) {
                    case OPENED -> "\"";
                    case COMMA -> " ".repeat(missing()) + "\"";
                    case MEMBER -> "," + " ".repeat(shape.gaps().least()) + "\"";
                };
        byte[] octets = lead.getBytes(StandardCharsets.US_ASCII);
        return UsedKeys.continuations(used, octets, OtherKeyState.NOTHING);
    }

    // Where there may be any white space before a key, the bytes that lead to it are too many.
    private boolean excludesKeys() {
        return shape.forgetsKeys() && !shape.gaps().isFlexible();
    }
}

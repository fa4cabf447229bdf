package dev.talaria.schemas.grammar;

import java.util.List;
import java.util.Map;

/// Inside a key that is not declared, of one class, and not used yet.
///
/// @param object where the key stands
/// @param kind the class
/// @param place state of the class's automaton
/// @param low rank of the first declared name that begins with the bytes read: it must not become
///   that one
/// @param high one past the last
/// @param depth bytes read, while any declared name begins so
/// @param read the bytes read; null where they are only tried and what they are does not matter
record OtherKeyState(
        ObjectState object, KeyClass kind, int place, int low, int high, int depth, Prefix read)
        implements State {

    static final byte[] NOTHING = {};

    static OtherKeyState opened(ObjectState object, KeyClass kind) {
        int size = object.shape().size();
        return new OtherKeyState(object, kind, kind.keys().start(), 0, size, 0, Prefix.EMPTY);
    }

    /// As [#opened(ObjectState, KeyClass)], with as much of the bytes as those steps need.
    static OtherKeyState opened(ObjectState object, KeyClass kind, Steps steps) {
        OtherKeyState opened = opened(object, kind);
        boolean keeps = steps.keepsKeys() || !object.shape().forgetsKeys();
        return keeps || object.progress().used() != null ? opened : opened.in(object, null);
    }

    private OtherKeyState in(ObjectState other, Prefix kept) {
        return new OtherKeyState(other, kind, place, low, high, depth, kept);
    }

    private ObjectShape shape() {
        return object.shape();
    }

    private ObjectProgress progress() {
        return object.progress();
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // nothing new is made where nothing changed
    public void step(Branch at, int octet, Steps steps) {
        int next = kind.keys().automaton().next(place, octet);
        if (next == Automaton.DEAD) {
            return;
        }
        if (kind.keys().automaton().accepts(next)) {
            close(at, steps);
            return;
        }
        OtherKeyState key = further(octet, next);
        if (key == this) {
            steps.emit(at);
        } else if (key.isFree()) {
            steps.emit(at.to(key));
        }
    }

    private OtherKeyState further(int octet, int next) {
        Prefix longer = read == null ? null : read.with(octet);
        if (low == high) {
            boolean same = next == place && longer == null;
            return same ? this : new OtherKeyState(object, kind, next, 0, 0, 0, longer);
        }
        int from = DeclaredKeyState.firstAtLeast(shape(), octet, low, high, depth);
        int to = DeclaredKeyState.firstAtLeast(shape(), octet + 1, from, high, depth);
        return from == to
                ? new OtherKeyState(object, kind, next, 0, 0, 0, longer)
                : new OtherKeyState(object, kind, next, from, to, depth + 1, longer);
    }

    // Whether some key that begins so is left.
    private boolean isFree() {
        return kind.keys().isEndless(place)
                || progress().used() == null && low == high
                || !free(1, text()).isEmpty();
    }

    // Keys that are not kept are none of those used.
    private byte[] text() {
        return read == null || progress().used() == null ? NOTHING : read.octets();
    }

    private List<Integer> free(int most, byte[] text) {
        Map<Integer, Integer> taken =
                ObjectCosts.taken(shape(), kind, progress().used(), depth, text, low, high);
        return kind.keys().free(place, most, taken);
    }

    private void close(Branch at, Steps steps) {
        boolean declared = low < high && shape().nameAt(low).length == depth;
        if (declared) {
            return;
        }
        UsedKeys used = progress().used();
        if (read != null) {
            byte[] key = read.octets();
            if (UsedKeys.contains(used, key)) {
                return;
            }
            if (steps.keepsKeys() || !shape().forgetsKeys()) {
                used = new UsedKeys(kind, key, used);
            }
        }
        for (MemberValue value : kind.values()) {
            ObjectProgress after = shape().after(used, value.settled(), progress());
            if (allows(value, after)) {
                Branch[] returns = {new Branch(object.after(after), at.returns())};
                steps.emit(new Branch(Before.colon(value.value(), shape().gaps()), returns));
            }
        }
    }

    private boolean allows(MemberValue value, ObjectProgress after) {
        return value.isReachable() && value.fits(progress().open()) && shape().canFinish(after);
    }

    /// Whether any key can come of it.
    boolean isPossible() {
        if (shape().countsNothing()) {
            return kind.keys().isEndless(place) || !free(1, text()).isEmpty();
        }
        return cost(null) < Value.UNREACHABLE;
    }

    @Override
    public long cost(Steps steps) {
        List<Integer> free = free(1, text());
        int octets = read == null ? 0 : read.length();
        return free.isEmpty() ? Value.UNREACHABLE : costOf(free.getFirst(), octets);
    }

    // Behind the shortest key all is as short as behind any other: keys of a class are alike.
    private long costOf(int length, int read) {
        UsedKeys used = UsedKeys.some(kind, read + length - 1, progress().used());
        long best = Value.UNREACHABLE;
        for (MemberValue value : kind.values()) {
            ObjectProgress after = shape().after(used, value.settled(), progress());
            if (allows(value, after)) {
                // The colon; the quote is part of the length.
                long rest = value.value().cost() + shape().costAfter(after);
                best = Math.min(best, length + shape().gaps().separator() + rest);
            }
        }
        return best;
    }

    @Override
    public int cheapest(Steps steps) {
        int length = free(1, text()).getFirst();
        if (length == 1) {
            return '"';
        }
        for (int octet = 0x20; octet < 0x100; octet++) {
            int next = kind.keys().automaton().next(place, octet);
            if (next != Automaton.DEAD && !kind.keys().automaton().accepts(next)) {
                OtherKeyState key = further(octet, next);
                List<Integer> free = key.free(1, key.text());
                if (!free.isEmpty() && free.getFirst() == length - 1) {
                    return octet;
                }
            }
        }
        throw new IllegalStateException("no key of " + length + " more bytes is free");
    }

    /// Without the keys used, which are [#excluded], and wherever among the declared members:
    /// behind this one there come no more.
    @Override
    public State within(int octets) {
        ObjectProgress kept = progress().with(null).behind(shape().size());
        return shape().forgetsKeys() ? in(object.with(kept), null) : null;
    }

    @Override
    public List<byte[]> excluded() {
        UsedKeys used = progress().used();
        if (used == null || !shape().forgetsKeys()) {
            return List.of();
        }
        return UsedKeys.continuations(used, NOTHING, text());
    }

    @Override
    public long freeCharacters() {
        return kind.keys().automaton().takesAnyCharacter(place) ? Long.MAX_VALUE : 0;
    }
}

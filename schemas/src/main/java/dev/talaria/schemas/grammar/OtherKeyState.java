package dev.talaria.schemas.grammar;

import java.util.Arrays;
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
record OtherKeyState(ObjectState object, KeyClass kind, int place, int low, int high, int depth)
        implements State {

    static final byte[] NOTHING = {};

    static OtherKeyState opened(ObjectState object, KeyClass kind) {
        int size = object.shape().size();
        return new OtherKeyState(object, kind, kind.keys().start(), 0, size, 0);
    }

    private ObjectShape shape() {
        return object.shape();
    }

    private ObjectProgress progress() {
        return object.progress();
    }

    @Override
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
        } else if (key.isFree(octet, steps)) {
            steps.emit(at.to(key));
        }
    }

    private OtherKeyState further(int octet, int next) {
        if (low == high) {
            return next == place ? this : new OtherKeyState(object, kind, next, 0, 0, 0);
        }
        int from = DeclaredKeyState.firstAtLeast(shape(), octet, low, high, depth);
        int to = DeclaredKeyState.firstAtLeast(shape(), octet + 1, from, high, depth);
        return from == to
                ? new OtherKeyState(object, kind, next, 0, 0, 0)
                : new OtherKeyState(object, kind, next, from, to, depth + 1);
    }

    // Whether some key that begins so is left; the byte is not part of the text yet.
    private boolean isFree(int octet, Steps steps) {
        if (kind.keys().isEndless(place) || progress().used() == null && low == high) {
            return true;
        }
        byte[] text = steps.text();
        int end = steps.length();
        int start = StringSpelling.start(text, end);
        byte[] read = Arrays.copyOfRange(text, start, end + 1);
        read[end - start] = (byte) octet;
        return !free(1, read, 0, read.length).isEmpty();
    }

    private List<Integer> free(int most, byte[] text, int from, int to) {
        Map<Integer, Integer> taken =
                ObjectCosts.taken(
                        shape(), kind, progress().used(), depth, text, from, to, low, high);
        return kind.keys().free(place, most, taken);
    }

    private void close(Branch at, Steps steps) {
        boolean declared = low < high && shape().nameAt(low).length == depth;
        if (declared) {
            return;
        }
        UsedKeys used = progress().used();
        boolean keeps = steps.keepsKeys() || !shape().forgetsKeys();
        if (keeps || used != null) {
            byte[] text = steps.text();
            int end = steps.length();
            int start = StringSpelling.start(text, end);
            if (UsedKeys.contains(used, text, start, end)) {
                return;
            }
            if (keeps) {
                used = new UsedKeys(kind, Arrays.copyOfRange(text, start, end), used);
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

    /// Whether any key can come of it, that text being read.
    boolean isPossible(byte[] text, int from, int to) {
        if (shape().isPlain()) {
            return kind.keys().isEndless(place) || !free(1, text, from, to).isEmpty();
        }
        return cost(text, from, to) < Value.UNREACHABLE;
    }

    @Override
    public long cost(Steps steps) {
        if (progress().used() == null && shape().isPlain()) {
            return cost(NOTHING, 0, 0);
        }
        byte[] text = steps.text();
        int end = steps.length();
        return cost(text, StringSpelling.start(text, end), end);
    }

    /// As [#cost(Steps)], that text being read.
    long cost(byte[] text, int from, int to) {
        List<Integer> free = free(1, text, from, to);
        return free.isEmpty() ? Value.UNREACHABLE : costOf(free.getFirst(), to - from);
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
        byte[] text = steps.text();
        int end = steps.length();
        int start = StringSpelling.start(text, end);
        int length = free(1, text, start, end).getFirst();
        if (length == 1) {
            return '"';
        }
        byte[] read = Arrays.copyOfRange(text, start, end + 1);
        for (int octet = 0x20; octet < 0x100; octet++) {
            int next = kind.keys().automaton().next(place, octet);
            if (next != Automaton.DEAD && !kind.keys().automaton().accepts(next)) {
                read[end - start] = (byte) octet;
                List<Integer> free = further(octet, next).free(1, read, 0, read.length);
                if (!free.isEmpty() && free.getFirst() == length - 1) {
                    return octet;
                }
            }
        }
        throw new IllegalStateException("no key of " + length + " more bytes is free");
    }

    /// Without the keys used, which are [#excluded].
    @Override
    public State within(int octets, Steps steps) {
        if (!shape().forgetsKeys()) {
            return null;
        }
        if (progress().used() == null) {
            return this;
        }
        ObjectState without = object.with(progress().with(null));
        return new OtherKeyState(without, kind, place, low, high, depth);
    }

    @Override
    public List<byte[]> excluded(Steps steps) {
        UsedKeys used = progress().used();
        if (used == null || !shape().forgetsKeys()) {
            return List.of();
        }
        byte[] text = steps.text();
        int end = steps.length();
        int start = StringSpelling.start(text, end);
        return UsedKeys.continuations(used, NOTHING, text, start, end);
    }

    @Override
    public long freeCharacters() {
        return kind.keys().automaton().takesAnyCharacter(place) ? Long.MAX_VALUE : 0;
    }
}

package dev.talaria.schemas.grammar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Inside a key: one of the declared names that begin so, or an undeclared one that is none of them
/// and not used yet.
///
/// @param object where the key stands
/// @param place where inside a character, see [StringSpelling]
/// @param low rank of the first declared name that begins with the bytes read
/// @param high one past the last
/// @param depth bytes read, while any declared name begins so
/// @param start offset of the key's first byte in the text; -1 where no undeclared key may come
record KeyState(ObjectState object, int place, int low, int high, int depth, int start)
        implements State {

    private static final byte[] NO_TEXT = {};

    static KeyState opened(ObjectState object, int start) {
        ObjectShape shape = object.shape();
        boolean others = shape.allowsOthers(object.position());
        return new KeyState(object, StringSpelling.PLAIN, 0, shape.size(), 0, others ? start : -1);
    }

    private ObjectShape shape() {
        return object.shape();
    }

    private boolean mayBeUndeclared() {
        return start >= 0;
    }

    @Override
    public void step(Branch at, int octet, Steps steps) {
        if (octet == '"' && place == StringSpelling.PLAIN) {
            close(at, steps);
            return;
        }
        int next = StringSpelling.next(place, octet);
        if (next == StringSpelling.DEAD) {
            return;
        }
        int from = firstAtLeast(octet, low);
        int to = firstAtLeast(octet + 1, from);
        if (from == to && mayBeUndeclared()) {
            boolean same = low == high && next == place;
            steps.emit(same ? at : at.to(new KeyState(object, next, 0, 0, 0, start)));
        } else if (mayBeUndeclared() || shape().allowsAny(from, to, object.position())) {
            steps.emit(at.to(new KeyState(object, next, from, to, depth + 1, start)));
        }
    }

    private int firstAtLeast(int octet, int from) {
        int low = from;
        int to = high;
        while (low < to) {
            int middle = low + to >>> 1;
            byte[] name = shape().nameAt(middle);
            int there = depth < name.length ? name[depth] & 0xFF : -1;
            if (there < octet) {
                low = middle + 1;
            } else {
                to = middle;
            }
        }
        return low;
    }

    private void close(Branch at, Steps steps) {
        if (low < high && shape().nameAt(low).length == depth) {
            int member = shape().memberAt(low);
            if (shape().allows(member, object.position())) {
                Value value = shape().members().get(member).value();
                goOn(at, value, object.after(member + 1, object.used()), steps);
            }
        } else if (mayBeUndeclared()) {
            byte[] text = steps.text();
            int end = steps.length();
            if (!UsedKeys.contains(object.used(), text, start, end)) {
                byte[] key = Arrays.copyOfRange(text, start, end);
                UsedKeys used = new UsedKeys(key, object.used());
                goOn(at, shape().others(), object.after(shape().size(), used), steps);
            }
        }
    }

    private static void goOn(Branch at, Value value, ObjectState after, Steps steps) {
        Branch[] returns = {new Branch(after, at.returns())};
        steps.emit(new Branch(new Before(value, 2), returns));
    }

    @Override
    public long cost(Steps steps) {
        long declared = declaredCost();
        return mayBeUndeclared() ? Math.min(declared, undeclaredCost(freshKey(steps))) : declared;
    }

    /// The cost where the quote is not read yet, so that no text is needed.
    long costOfNothingRead() {
        long declared = shape().keyCost(object.position());
        return mayBeUndeclared()
                ? Math.min(declared, undeclaredCost(freshKey(NO_TEXT, 0, 0)))
                : declared;
    }

    private long declaredCost() {
        int member = shape().cheapestMember(low, high, object.position());
        return member < 0 ? Value.UNREACHABLE : shape().costThrough(member, depth);
    }

    // The closing quote, the colon with its space, the value and the closing brace.
    private long undeclaredCost(byte[] more) {
        return more.length + 3 + shape().others().cost() + 1;
    }

    private byte[] freshKey(Steps steps) {
        return freshKey(steps.text(), start, steps.length());
    }

    private byte[] freshKey(byte[] text, int from, int to) {
        List<byte[]> taken = new ArrayList<>();
        for (int rank = low; rank < high; rank++) {
            byte[] name = shape().nameAt(rank);
            taken.add(Arrays.copyOfRange(name, depth, name.length));
        }
        UsedKeys.suffixes(object.used(), text, from, to, taken);
        return FreshKey.shortest(place, taken);
    }

    @Override
    public int cheapest(Steps steps) {
        int member = shape().cheapestMember(low, high, object.position());
        if (mayBeUndeclared()) {
            byte[] more = freshKey(steps);
            if (member < 0 || undeclaredCost(more) < shape().costThrough(member, depth)) {
                return more.length == 0 ? '"' : more[0] & 0xFF;
            }
        }
        byte[] name = shape().members().get(member).name();
        return depth == name.length ? '"' : name[depth] & 0xFF;
    }

    /// A key that may be undeclared comes once: nothing to cache.
    @Override
    public State within(int octets) {
        return mayBeUndeclared() ? null : this;
    }
}

package dev.talaria.schemas.grammar;

/// Inside a key that is one of the declared names that begin so.
///
/// @param object where the key stands
/// @param low rank of the first declared name that begins with the bytes read
/// @param high one past the last
/// @param depth bytes read
record DeclaredKeyState(ObjectState object, int low, int high, int depth) implements State {

    static DeclaredKeyState opened(ObjectState object) {
        return new DeclaredKeyState(object, 0, object.shape().size(), 0);
    }

    private ObjectShape shape() {
        return object.shape();
    }

    private ObjectProgress progress() {
        return object.progress();
    }

    @Override
    public void step(Branch at, int octet, Steps steps) {
        int from = firstAtLeast(shape(), octet, low, high, depth);
        int to = firstAtLeast(shape(), octet + 1, from, high, depth);
        if (from < to) {
            if (shape().allowsAny(from, to, progress())) {
                steps.emit(at.to(new DeclaredKeyState(object, from, to, depth + 1)));
            }
        } else if (octet == '"' && shape().nameAt(low).length == depth) {
            // A name never ends inside an escape, so this quote is not part of one.
            close(at, steps);
        }
    }

    /// The first rank in a range whose name has at `depth` at least that byte; names that end there
    /// come before all others.
    static int firstAtLeast(ObjectShape shape, int octet, int from, int high, int depth) {
        int low = from;
        int to = high;
        while (low < to) {
            int middle = low + to >>> 1;
            byte[] name = shape.nameAt(middle);
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
        int member = shape().memberAt(low);
        for (MemberValue value : shape().members().get(member).values()) {
            if (shape().allows(member, value, progress())) {
                ObjectProgress after = shape().after(member, value.settled(), progress());
                Branch[] returns = {new Branch(object.after(after), at.returns())};
                steps.emit(new Branch(Before.colon(value.value(), shape().gaps()), returns));
            }
        }
    }

    @Override
    public long cost(Steps steps) {
        if (isUnbounded()) {
            boolean none = shape().cheapestOf(low, high, progress()) < 0;
            return none ? Value.UNREACHABLE : shape().costInside(low, high, depth, progress());
        }
        long[] best = {Value.UNREACHABLE};
        shape().anyNext(
                        low,
                        high,
                        progress(),
                        rank -> {
                            best[0] = Math.min(best[0], costThrough(rank));
                            return false;
                        });
        return best[0];
    }

    // Then neither every name nor what comes after it has to be looked at.
    private boolean isUnbounded() {
        return !progress().ordered() && shape().isPlain();
    }

    // Of a member that may come next.
    private long costThrough(int rank) {
        long best = Value.UNREACHABLE;
        int member = shape().memberAt(rank);
        for (MemberValue value : shape().members().get(member).values()) {
            if (value.isReachable() && value.fits(progress().open())) {
                ObjectProgress after = shape().after(member, value.settled(), progress());
                long rest = value.value().cost() + shape().costAfter(after);
                // The closing quote and the colon.
                int key = shape().nameAt(rank).length - depth + 1 + shape().gaps().separator();
                best = Math.min(best, key + rest);
            }
        }
        return best;
    }

    /// Whatever key comes after this one is the second.
    @Override
    public State within(int octets) {
        if (progress().used() == null || !shape().forgetsKeys()) {
            return this;
        }
        return new DeclaredKeyState(object.with(progress().with(null)), low, high, depth);
    }

    @Override
    public int cheapest(Steps steps) {
        if (isUnbounded()) {
            return octet(shape().cheapestOf(low, high, progress()));
        }
        long best = cost(steps);
        int[] cheapest = {low};
        shape().anyNext(
                        low,
                        high,
                        progress(),
                        rank -> {
                            cheapest[0] = rank;
                            return costThrough(rank) == best;
                        });
        return octet(cheapest[0]);
    }

    private int octet(int rank) {
        byte[] name = shape().nameAt(rank);
        return depth == name.length ? '"' : name[depth] & 0xFF;
    }
}

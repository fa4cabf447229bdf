package dev.talaria.schemas.grammar;

import java.util.List;

/// Arrays: elements of their own kind first, then as many of one kind.
///
/// Filled while the schema is compiled and never changed after [#seal].
final class ArrayShape {

    static final long UNBOUNDED = Long.MAX_VALUE;

    private final List<Value> prefix;
    private final Value rest;
    private final long minimum;
    private final long declaredMaximum;
    private long maximum;

    /// @param prefix the first elements, one by one
    /// @param rest the elements after them; null where there are none
    ArrayShape(List<Value> prefix, Value rest, long minimum, long maximum) {
        this.prefix = prefix;
        this.rest = rest;
        this.minimum = minimum;
        this.declaredMaximum = maximum;
        this.maximum = maximum;
    }

    boolean isSameAs(ArrayShape other) {
        return prefix.equals(other.prefix)
                && rest == other.rest
                && minimum == other.minimum
                && declaredMaximum == other.declaredMaximum;
    }

    List<Value> prefix() {
        return prefix;
    }

    Value rest() {
        return rest;
    }

    long minimum() {
        return minimum;
    }

    long maximum() {
        return maximum;
    }

    /// The element at that index; null where there is none.
    Value element(long index) {
        return index < prefix.size() ? prefix.get((int) index) : rest;
    }

    long cost() {
        long elements = costAfter(0);
        if (minimum > declaredMaximum || elements >= Value.UNREACHABLE) {
            return Value.UNREACHABLE;
        }
        return 1 + elements - (minimum > 0 ? 2 : 0);
    }

    /// Bytes until the array is whole, with that many elements there.
    long costAfter(long count) {
        long cost = 1;
        for (long i = count; i < Math.min(minimum, prefix.size()); i++) {
            cost = Math.min(Value.UNREACHABLE, cost + 2 + prefix.get((int) i).cost());
        }
        long more = minimum - Math.max(count, prefix.size());
        if (more <= 0) {
            return cost;
        }
        if (rest == null || !rest.isReachable() || more > Value.UNREACHABLE) {
            return Value.UNREACHABLE;
        }
        return Math.min(Value.UNREACHABLE, cost + more * (2 + rest.cost()));
    }

    /// No element beyond the first that does not exist.
    void seal() {
        long last = rest != null && rest.isReachable() ? declaredMaximum : prefix.size();
        maximum = Math.min(declaredMaximum, last);
        for (int i = 0; i < prefix.size(); i++) {
            if (!prefix.get(i).isReachable()) {
                maximum = Math.min(maximum, i);
            }
        }
    }

    ArrayState opened() {
        return new ArrayState(this, true, 0);
    }

    /// After that many elements. Where their number does not matter any more it is not kept.
    ArrayState after(long count) {
        boolean counts = maximum != UNBOUNDED;
        long kept = counts ? count : Math.min(count, Math.max(minimum, prefix.size()));
        return new ArrayState(this, false, kept);
    }
}

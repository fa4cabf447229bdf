package dev.talaria.schemas.grammar;

import java.util.ArrayList;
import java.util.List;

/// Arrays: elements of their own kinds first, then as many of the same kinds; how many there are,
/// how many of them are counted by `contains`, and whether they all differ.
///
/// Filled while the schema is compiled and never changed after [#seal].
final class ArrayShape {

    static final long UNBOUNDED = Long.MAX_VALUE;

    /// Elements of one kind.
    ///
    /// @param value what they may be
    /// @param counts the counts they add to, as bits
    record Kind(Value value, int counts) {}

    private final List<List<Kind>> prefix;
    private final List<Kind> rest;
    private final long minimum;
    private final long declaredMaximum;
    private final ElementCounts counts;
    private final boolean unique;
    private final Gaps gaps;
    private long maximum;
    private ElementCosts costs;
    private DistinctElements distinct;
    private long distinctCost = Value.UNREACHABLE;

    /// @param prefix the kinds of the first elements, one by one
    /// @param rest the kinds of the elements after them
    /// @param gaps the white space between elements
    ArrayShape(
            List<List<Kind>> prefix,
            List<Kind> rest,
            long minimum,
            long maximum,
            ElementCounts counts,
            boolean unique,
            Gaps gaps) {
        this.prefix = prefix;
        this.rest = rest;
        this.minimum = minimum;
        this.declaredMaximum = maximum;
        this.maximum = maximum;
        this.counts = counts;
        this.unique = unique;
        this.gaps = gaps;
    }

    /// Any number of those; none where the value is null.
    static ArrayShape of(Value value, Gaps gaps) {
        List<Kind> rest = value == null ? List.of() : List.of(new Kind(value, 0));
        return new ArrayShape(List.of(), rest, 0, UNBOUNDED, ElementCounts.NONE, false, gaps);
    }

    boolean isSameAs(ArrayShape other) {
        return prefix.equals(other.prefix)
                && rest.equals(other.rest)
                && minimum == other.minimum
                && declaredMaximum == other.declaredMaximum
                && counts.equals(other.counts)
                && unique == other.unique;
    }

    /// How many elements have kinds of their own.
    int prefixSize() {
        return prefix.size();
    }

    /// Every value an element may be.
    List<Value> elements() {
        List<Value> elements = new ArrayList<>();
        prefix.forEach(kinds -> kinds.forEach(kind -> elements.add(kind.value())));
        rest.forEach(kind -> elements.add(kind.value()));
        return elements;
    }

    long minimum() {
        return minimum;
    }

    long maximum() {
        return maximum;
    }

    ElementCounts counts() {
        return counts;
    }

    Gaps gaps() {
        return gaps;
    }

    DistinctElements distinct() {
        return distinct;
    }

    /// The kinds of the element at that index.
    List<Kind> kinds(long index) {
        return index < prefix.size() ? prefix.get((int) index) : rest;
    }

    /// An element that must be there and cannot; null where that is not the fault.
    Value blamed() {
        for (long i = 0; i < Math.min(minimum, prefix.size() + 1L); i++) {
            if (kinds(i).stream().noneMatch(kind -> kind.value().isReachable())) {
                return kinds(i).isEmpty() ? null : kinds(i).getFirst().value();
            }
        }
        return null;
    }

    /// Whether the shortest array takes several values that differ, so that its cost is not the sum
    /// of costs.
    boolean needsDistinct() {
        return unique && Math.max(minimum, counts.least()) > 1;
    }

    long cost() {
        if (needsDistinct()) {
            return distinctCost;
        }
        if (minimum > declaredMaximum) {
            return Value.UNREACHABLE;
        }
        long more = new ElementCosts(this, declaredMaximum).more(0, 0);
        return opening(more);
    }

    private long opening(long more) {
        return more >= Value.UNREACHABLE ? Value.UNREACHABLE : 1 + closing(more, true);
    }

    /// Computes the cost of several different values anew; those of the elements are as [#seal]
    /// last found them.
    ///
    /// @return whether it has fallen
    boolean lowerDistinctCost() {
        if (!needsDistinct() || minimum > declaredMaximum) {
            return false;
        }
        long before = distinctCost;
        long more = distinct.more(0, 0, UsedItems.NONE);
        distinctCost = Math.min(distinctCost, opening(more));
        return distinctCost < before;
    }

    /// No element beyond the first that does not exist. Again whenever costs have changed.
    void seal() {
        boolean more = rest.stream().anyMatch(kind -> kind.value().isReachable());
        maximum = Math.min(declaredMaximum, more ? declaredMaximum : prefix.size());
        for (int i = 0; i < prefix.size(); i++) {
            if (prefix.get(i).stream().noneMatch(kind -> kind.value().isReachable())) {
                maximum = Math.min(maximum, i);
            }
        }
        costs = new ElementCosts(this, maximum);
        distinct = unique ? new DistinctElements(this) : null;
    }

    /// Bytes of the elements still needed, each with the separator before it, with `count` there
    /// and `hits` counted.
    long more(long count, long hits) {
        return costs.more(count, hits);
    }

    /// Bytes until the array is whole.
    ///
    /// @param more bytes of the elements still needed, each with the separator before it
    /// @param opened whether the bracket is the last thing read, so that the first has none
    long closing(long more, boolean opened) {
        return 1 + more - (opened && more > 0 ? gaps.separator() : 0);
    }

    /// Whether the array may end there.
    boolean mayClose(long count, long hits) {
        return count >= minimum && counts.areSettled(hits);
    }

    /// The kinds of which an element may come there.
    List<Kind> allowed(long count, long hits) {
        List<Kind> kinds = kinds(count);
        if (count >= maximum) {
            return List.of();
        }
        if (counts.isEmpty()) {
            return kinds.getFirst().value().isReachable() ? kinds : List.of();
        }
        List<Kind> allowed = new ArrayList<>();
        for (Kind kind : kinds) {
            if (kind.value().isReachable()
                    && counts.admits(kind.counts(), hits)
                    && !isCoveredByAnother(kind, kinds, hits)
                    && more(count + 1, counts.after(kind.counts(), hits)) < Value.UNREACHABLE) {
                allowed.add(kind);
            }
        }
        return allowed;
    }

    // Once enough are counted, what is not counted says the same.
    private boolean isCoveredByAnother(Kind kind, List<Kind> kinds, long hits) {
        int needed = kind.counts() & ~counts.indifferent(hits);
        return needed != kind.counts()
                && kinds.stream().anyMatch(other -> other.counts() == needed);
    }

    State opened() {
        return unique
                ? new DistinctState(this, DistinctState.Phase.OPENED, 0, 0, 0, UsedItems.NONE)
                : new ArrayState(this, true, 0, 0, 0);
    }

    /// After that many elements. Where their number does not matter any more it is not kept.
    ArrayState after(long count, long hits) {
        return new ArrayState(this, false, 0, kept(count), hits);
    }

    /// As much of a number of elements as matters.
    long kept(long count) {
        boolean matters = maximum != UNBOUNDED;
        return matters ? count : Math.min(count, Math.max(minimum, prefix.size()));
    }
}

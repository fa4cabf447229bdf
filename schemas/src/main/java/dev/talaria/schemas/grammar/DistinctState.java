package dev.talaria.schemas.grammar;

import dev.talaria.schemas.grammar.ArrayShape.Kind;

import java.util.ArrayList;
import java.util.List;

/// Inside an array whose elements all differ, between them.
///
/// @param shape the array
/// @param phase the last thing read
/// @param count elements so far
/// @param hits elements counted so far, see [ElementCounts]
/// @param used the elements so far
record DistinctState(ArrayShape shape, Phase phase, long count, long hits, UsedItems used)
        implements State {

    /// The last thing read.
    enum Phase {
        OPENED,
        ELEMENT,
        COMMA,
        SPACE
    }

    @Override
    public void step(Branch at, int octet, Steps steps) {
        switch (phase) {
            case OPENED -> {
                if (octet == ']') {
                    close(at, steps);
                } else {
                    open(at, octet, steps);
                }
            }
            case ELEMENT -> {
                if (octet == ']') {
                    close(at, steps);
                } else if (octet == ',' && !allowed(steps).isEmpty()) {
                    steps.emit(at.to(in(Phase.COMMA)));
                }
            }
            case COMMA -> {
                if (octet == ' ') {
                    steps.emit(at.to(in(Phase.SPACE)));
                }
            }
            case SPACE -> open(at, octet, steps);
        }
    }

    private void close(Branch at, Steps steps) {
        if (shape.mayClose(count, hits)) {
            steps.emitAll(at.returns());
        }
    }

    private void open(Branch at, int octet, Steps steps) {
        for (Kind kind : allowed(steps)) {
            DistinctItemState.open(this, kind, at, octet, steps);
        }
    }

    private DistinctState in(Phase next) {
        return new DistinctState(shape, next, count, hits, used);
    }

    /// After one more element.
    DistinctState after(Kind kind, byte[] identity) {
        return after(kind, used.with(identity));
    }

    /// After one more element that takes nothing from those still needed.
    DistinctState afterAny(Kind kind) {
        return after(kind, used);
    }

    private DistinctState after(Kind kind, UsedItems now) {
        return new DistinctState(
                shape,
                Phase.ELEMENT,
                shape.kept(count + 1),
                shape.counts().after(kind.counts(), hits),
                now);
    }

    private List<Kind> allowed(Steps steps) {
        return steps.isSearching() ? shape.allowed(count, hits) : allowed();
    }

    /// The kinds of which another element can come, and all that is needed after it.
    private List<Kind> allowed() {
        List<Kind> allowed = new ArrayList<>();
        for (Kind kind : shape.allowed(count, hits)) {
            if (shape.distinct().hasUnused(kind.value(), used) && leavesEnough(kind)) {
                allowed.add(kind);
            }
        }
        return allowed;
    }

    private boolean leavesEnough(Kind kind) {
        long after = shape.counts().after(kind.counts(), hits);
        return shape.mayClose(count + 1, after) || costThrough(kind) < Value.UNREACHABLE;
    }

    /// Bytes until the array is whole, beginning with the shortest element of that kind.
    private long costThrough(Kind kind) {
        byte[] shortest = shape.distinct().shortestUnused(kind.value(), used);
        if (shortest == null) {
            return Value.UNREACHABLE;
        }
        byte[] identity = ItemIdentity.of(shortest, 0, shortest.length);
        return Math.min(Value.UNREACHABLE, shortest.length + after(kind, identity).cost(null));
    }

    private Kind best() {
        Kind best = null;
        long least = Long.MAX_VALUE;
        for (Kind kind : allowed()) {
            long cost = costThrough(kind);
            if (cost < least) {
                best = kind;
                least = cost;
            }
        }
        return best;
    }

    /// Bytes the array takes at least, whether its elements differ or not.
    long leastCost() {
        long more = shape.more(count, hits);
        if (phase == Phase.OPENED || phase == Phase.ELEMENT) {
            return 1 + more - (phase == Phase.OPENED && more > 0 ? 2 : 0);
        }
        long least = Value.UNREACHABLE;
        for (Kind kind : shape.allowed(count, hits)) {
            long after = shape.more(count + 1, shape.counts().after(kind.counts(), hits));
            least = Math.min(least, kind.value().cost() + 1 + after);
        }
        return least + (phase == Phase.COMMA ? 1 : 0);
    }

    @Override
    public long cost(Steps steps) {
        if (steps != null && steps.isSearching()) {
            return leastCost();
        }
        return switch (phase) {
            case OPENED -> {
                long more = shape.distinct().more(count, hits, used);
                yield 1 + more - (more > 0 ? 2 : 0);
            }
            case ELEMENT -> 1 + shape.distinct().more(count, hits, used);
            case COMMA -> 1 + costThrough(best());
            case SPACE -> costThrough(best());
        };
    }

    @Override
    public int cheapest(Steps steps) {
        return switch (phase) {
            case OPENED -> shape.mayClose(count, hits) ? ']' : firstOfShortest();
            case ELEMENT -> shape.mayClose(count, hits) ? ']' : ',';
            case COMMA -> ' ';
            case SPACE -> firstOfShortest();
        };
    }

    private int firstOfShortest() {
        return shape.distinct().shortestUnused(best().value(), used)[0] & 0xFF;
    }

    /// With elements there, what may follow depends on all of them.
    @Override
    public State within(int octets) {
        return used.isEmpty() ? this : null;
    }
}

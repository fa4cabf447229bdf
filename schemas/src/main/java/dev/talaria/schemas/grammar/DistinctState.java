package dev.talaria.schemas.grammar;

import dev.talaria.schemas.grammar.ArrayShape.Kind;

import java.util.ArrayList;
import java.util.List;

/// Inside an array whose elements all differ, between them.
///
/// @param shape the array
/// @param phase the last thing read
/// @param gap bytes of white space read after that
/// @param count elements so far
/// @param hits elements counted so far, see [ElementCounts]
/// @param used the elements so far
record DistinctState(ArrayShape shape, Phase phase, int gap, long count, long hits, UsedItems used)
        implements State {

    /// The last thing read.
    enum Phase {
        OPENED,
        ELEMENT,
        COMMA
    }

    @Override
    public void step(Branch at, int octet, Steps steps) {
        if (takesSpace(octet, steps)) {
            steps.emit(at.to(in(phase, gap + 1)));
            return;
        }
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
                    steps.emit(at.to(in(Phase.COMMA, 0)));
                }
            }
            case COMMA -> {
                if (missing() == 0) {
                    open(at, octet, steps);
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

    private DistinctState in(Phase next, int nextGap) {
        return new DistinctState(shape, next, nextGap, count, hits, used);
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
                0,
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

    /// Whether the array may end here and behind every further element, and these are strings of
    /// which there is no end.
    boolean takesAnyStrings(int octets) {
        for (Kind kind : shape.allowed(count, hits)) {
            long after = shape.counts().after(kind.counts(), hits);
            if (!shape.mayClose(count + 1, after)
                    || !kind.value().isAnyStrings(octets, used.size() + 1L)) {
                return false;
            }
        }
        return true;
    }

    /// Bytes the array takes at least, whether its elements differ or not.
    long leastCost() {
        long more = shape.more(count, hits);
        if (phase == Phase.OPENED || phase == Phase.ELEMENT) {
            return shape.closing(more, phase == Phase.OPENED);
        }
        long least = Value.UNREACHABLE;
        for (Kind kind : shape.allowed(count, hits)) {
            long after = shape.more(count + 1, shape.counts().after(kind.counts(), hits));
            least = Math.min(least, kind.value().cost() + 1 + after);
        }
        return least + missing();
    }

    @Override
    public long cost(Steps steps) {
        if (steps != null && steps.isSearching()) {
            return leastCost();
        }
        return switch (phase) {
            case OPENED, ELEMENT ->
                    shape.closing(shape.distinct().more(count, hits, used), phase == Phase.OPENED);
            case COMMA -> missing() + costThrough(best());
        };
    }

    @Override
    public int cheapest(Steps steps) {
        return switch (phase) {
            case OPENED -> shape.mayClose(count, hits) ? ']' : firstOfShortest();
            case ELEMENT -> shape.mayClose(count, hits) ? ']' : ',';
            case COMMA -> missing() > 0 ? ' ' : firstOfShortest();
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

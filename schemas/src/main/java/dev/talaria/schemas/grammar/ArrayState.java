package dev.talaria.schemas.grammar;

import dev.talaria.schemas.grammar.ArrayShape.Kind;

import java.util.List;

/// Inside an array whose elements may be alike, between them.
///
/// Where elements are counted, each is read as one of its kinds: side by side, until its value
/// tells which.
///
/// @param shape the array
/// @param opened whether the bracket is the last thing read
/// @param gap bytes of white space read last
/// @param count elements so far
/// @param hits elements counted so far, see [ElementCounts]
record ArrayState(ArrayShape shape, boolean opened, int gap, long count, long hits)
        implements State {

    @Override
    public void step(Branch at, int octet, Steps steps) {
        if (octet == ']') {
            if (shape.mayClose(count, hits)) {
                steps.emitAll(at.returns());
            }
        } else if (shape.gaps().takeElsewhere(octet, gap, steps)) {
            steps.emit(at.to(new ArrayState(shape, opened, gap + 1, count, hits)));
        } else if (opened || octet == ',') {
            List<Kind> kinds = shape.allowed(count, hits);
            for (int i = 0; i < kinds.size(); i++) {
                Kind kind = kinds.get(i);
                if (opened) {
                    kind.value().open(octet, after(at, kind), steps);
                } else {
                    Before element = Before.afterSeparator(kind.value(), shape.gaps());
                    steps.emit(new Branch(element, after(at, kind)));
                }
            }
        }
    }

    private Branch[] after(Branch at, Kind kind) {
        long after = shape.counts().after(kind.counts(), hits);
        return new Branch[] {new Branch(shape.after(count + 1, after), at.returns())};
    }

    @Override
    public long cost(Steps steps) {
        return shape.closing(shape.more(count, hits), opened);
    }

    @Override
    public int cheapest(Steps steps) {
        if (shape.mayClose(count, hits)) {
            return ']';
        }
        return opened ? best().value().cheapest() : ',';
    }

    private Kind best() {
        Kind best = null;
        long least = Long.MAX_VALUE;
        for (Kind kind : shape.allowed(count, hits)) {
            long after = shape.counts().after(kind.counts(), hits);
            long cost = kind.value().cost() + shape.more(count + 1, after);
            if (cost < least) {
                best = kind;
                least = cost;
            }
        }
        return best;
    }

    /// Where the upper bound is out of reach, elements beyond the minimum are not told apart.
    @Override
    public State within(int octets) {
        long settled = Math.max(shape.minimum(), shape.prefixSize());
        boolean far = shape.maximum() - count > octets && shape.mayClose(count, hits);
        return !opened && far && count > settled
                ? new ArrayState(shape, false, gap, settled, hits)
                : this;
    }
}

package dev.talaria.schemas.grammar;

import dev.talaria.schemas.grammar.ArrayShape.Kind;

import java.util.Arrays;
import java.util.List;

/// Inside an element of an array whose elements all differ.
///
/// The element is read apart from its array, so that the byte that makes it whole is refused where
/// it would repeat another, and so is every byte after which it could only become a repetition.
final class DistinctItemState implements State {

    private final DistinctState array;
    private final Kind kind;
    private final List<Branch> readings;
    private final int start;

    // The rest with which the array is shortest; null until it is known.
    private byte[] completion;

    /// @param array where the element stands
    /// @param start offset of the element's first byte in the text
    private DistinctItemState(
            DistinctState array, Kind kind, List<Branch> readings, int start, byte[] completion) {
        this.array = array;
        this.kind = kind;
        this.readings = readings;
        this.start = start;
        this.completion = completion;
    }

    /// Reads an element's first byte.
    ///
    /// @param at the branch of the array
    static void open(DistinctState array, Kind kind, Branch at, int octet, Steps steps) {
        ItemReadings next = ItemReadings.in(steps);
        next.open(kind.value(), octet);
        new DistinctItemState(array, kind, List.of(), steps.length(), null)
                .goOn(at, octet, next, steps);
    }

    @Override
    public void step(Branch at, int octet, Steps steps) {
        ItemReadings next = ItemReadings.in(steps);
        next.step(readings, octet);
        goOn(at, octet, next, steps);
    }

    private void goOn(Branch at, int octet, ItemReadings next, Steps steps) {
        if (next.hasEndedBefore()) {
            byte[] identity = ItemIdentity.of(steps.text(), start, steps.length());
            if (isUnused(identity)) {
                DistinctState after = array.after(kind, identity);
                after.step(at.to(after), octet, steps);
            }
        }
        if (!next.isWhole() && next.readings().isEmpty()) {
            return;
        }
        if (steps.isSearching() && !next.isWhole()) {
            steps.emit(at.to(new DistinctItemState(array, kind, next.readings(), start, null)));
            return;
        }
        boolean follows = completion != null && completion.length > 0;
        if (follows && !next.isWhole() && (completion[0] & 0xFF) == octet) {
            byte[] tail = Arrays.copyOfRange(completion, 1, completion.length);
            steps.emit(at.to(new DistinctItemState(array, kind, next.readings(), start, tail)));
            return;
        }
        if (next.isWhole()) {
            byte[] item = Arrays.copyOfRange(steps.text(), start, steps.length() + 1);
            item[item.length - 1] = (byte) octet;
            byte[] identity = ItemIdentity.of(item, 0, item.length);
            if (isUnused(identity)) {
                steps.emit(at.to(array.after(kind, identity)));
            }
        }
        boolean free = !next.readings().isEmpty() && steps.isSearching();
        if (free || hasManyCompletions(next.readings())) {
            steps.emit(at.to(new DistinctItemState(array, kind, next.readings(), start, null)));
        } else if (!next.readings().isEmpty()) {
            byte[] text = Arrays.copyOf(steps.text(), steps.length() + 1);
            text[steps.length()] = (byte) octet;
            byte[] rest = bestRest(next.readings(), text, text.length);
            if (rest != null) {
                steps.emit(at.to(new DistinctItemState(array, kind, next.readings(), start, rest)));
            }
        }
    }

    private boolean hasManyCompletions(List<Branch> of) {
        int taken = array.used().size();
        if (taken == 0 && !of.isEmpty()) {
            return true;
        }
        for (int i = 0; i < of.size(); i++) {
            if (of.get(i).completions() > taken) {
                return true;
            }
        }
        return false;
    }

    /// The rest of an unused element with which the array is shortest; null where there is none.
    private byte[] bestRest(List<Branch> of, byte[] text, int length) {
        if (of.stream().allMatch(DistinctItemState::isLiteral)) {
            return shortestLiteral(of);
        }
        UnusedItem search = UnusedItem.from(of, text, length, start);
        byte[] first = search.shortest();
        if (first != null && isUnused(search.identity(first)) && search.isShortest(first)) {
            return first;
        }
        return bestOf(search);
    }

    // An element in its shortest spelling is at least as good as every longer one: what it takes
    // from the elements still needed is no longer than itself. Other elements are compared.
    private byte[] bestOf(UnusedItem search) {
        long without = array.afterAny(kind).cost(null);
        byte[] best = null;
        long least = Long.MAX_VALUE;
        byte[] rest = search.next(this::isUnused);
        while (rest != null && rest.length + without < least) {
            long cost = rest.length + array.after(kind, search.identity(rest)).cost(null);
            if (cost < least) {
                best = rest;
                least = cost;
            }
            rest = search.isShortest(rest) ? null : search.next(this::isUnused);
        }
        return best;
    }

    private boolean isUnused(byte[] identity) {
        return !array.used().contains(identity);
    }

    @SuppressWarnings("ReferenceEquality") // the returns of elements are one array
    private static boolean isLiteral(Branch reading) {
        return reading.state() instanceof LiteralState && reading.returns() == ItemEnd.returns();
    }

    // Looking at each value is quicker than looking for it byte by byte.
    private byte[] shortestLiteral(List<Branch> of) {
        byte[] shortest = null;
        for (Branch reading : of) {
            LiteralState state = (LiteralState) reading.state();
            for (int i = state.low(); i < state.high(); i++) {
                byte[] literal = state.literals().member(i);
                int rest = literal.length - state.depth();
                boolean shorter = shortest == null || rest < shortest.length;
                if (shorter && isUnused(ItemIdentity.of(literal, 0, literal.length))) {
                    shortest = Arrays.copyOfRange(literal, state.depth(), literal.length);
                }
            }
        }
        return shortest;
    }

    private byte[] completion(Steps steps) {
        if (completion == null) {
            completion = bestRest(readings, steps.text(), steps.length());
        }
        if (completion == null) {
            throw new IllegalStateException("no way on inside an element");
        }
        return completion;
    }

    private DistinctState after(Steps steps, byte[] rest) {
        byte[] text = Arrays.copyOfRange(steps.text(), start, steps.length() + rest.length);
        System.arraycopy(rest, 0, text, steps.length() - start, rest.length);
        return array.after(kind, ItemIdentity.of(text, 0, text.length));
    }

    @Override
    public long cost(Steps steps) {
        if (steps.isSearching()) {
            long least = Long.MAX_VALUE;
            for (Branch reading : readings) {
                least = Math.min(least, reading.cost(steps));
            }
            return least + array.afterAny(kind).leastCost();
        }
        byte[] rest = completion(steps);
        return rest.length + after(steps, rest).cost(null);
    }

    @Override
    public int cheapest(Steps steps) {
        byte[] rest = completion(steps);
        return rest.length > 0 ? rest[0] & 0xFF : after(steps, rest).cheapest(null);
    }

    /// What may follow depends on all the elements there, and on this one.
    @Override
    public State within(int octets) {
        return null;
    }
}

package dev.talaria.schemas.grammar;

import dev.talaria.schemas.grammar.ArrayShape.Kind;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Inside an element of an array whose elements all differ.
///
/// The element is read apart from its array, so that the byte that makes it whole is refused where
/// it would repeat another, and so is every byte after which it could only become a repetition.
final class DistinctItemState implements State {

    private static final byte[] NO_ELEMENT = {};

    private final DistinctState array;
    private final Kind kind;
    private final List<Branch> readings;
    private final Prefix read;

    // The rest with which the array is shortest; null until it is known.
    private volatile byte[] completion;

    /// @param array where the element stands
    /// @param read the element's bytes so far
    private DistinctItemState(
            DistinctState array, Kind kind, List<Branch> readings, Prefix read, byte[] completion) {
        this.array = array;
        this.kind = kind;
        this.readings = readings;
        this.read = read;
        this.completion = completion;
    }

    /// Reads an element's first byte.
    ///
    /// @param at the branch of the array
    static void open(DistinctState array, Kind kind, Branch at, int octet, Steps steps) {
        ItemReadings next = ItemReadings.in(steps);
        next.open(kind.value(), octet);
        new DistinctItemState(array, kind, List.of(), Prefix.EMPTY, null)
                .goOn(at, octet, next, steps);
    }

    @Override
    public void step(Branch at, int octet, Steps steps) {
        ItemReadings next = ItemReadings.in(steps);
        next.step(readings, octet);
        goOn(at, octet, next, steps);
    }

    private void goOn(Branch at, int octet, ItemReadings next, Steps steps) {
        if (next.hasEndedBefore() && isUnused(identity(read))) {
            DistinctState after = array.after(kind, identity(read));
            after.step(at.to(after), octet, steps);
        }
        if (!next.isWhole() && next.readings().isEmpty()) {
            return;
        }
        Prefix longer = read.with(octet);
        if (steps.isSearching() && !next.isWhole()) {
            steps.emit(at.to(with(next, longer, null)));
            return;
        }
        byte[] known = completion;
        boolean follows = known != null && known.length > 0;
        if (follows && !next.isWhole() && (known[0] & 0xFF) == octet) {
            byte[] tail = Arrays.copyOfRange(known, 1, known.length);
            steps.emit(at.to(with(next, longer, tail)));
            return;
        }
        if (next.isWhole() && isUnused(identity(longer))) {
            steps.emit(at.to(array.after(kind, identity(longer))));
        }
        boolean free = !next.readings().isEmpty() && steps.isSearching();
        if (free || hasManyCompletions(next.readings())) {
            steps.emit(at.to(with(next, longer, null)));
        } else if (!next.readings().isEmpty()) {
            byte[] rest = bestRest(next.readings(), longer);
            if (rest != null) {
                steps.emit(at.to(with(next, longer, rest)));
            }
        }
    }

    private DistinctItemState with(ItemReadings next, Prefix longer, byte[] rest) {
        return new DistinctItemState(array, kind, next.readings(), longer, rest);
    }

    private static byte[] identity(Prefix item) {
        return ItemIdentity.of(item.octets(), 0, item.length());
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
    private byte[] bestRest(List<Branch> of, Prefix item) {
        if (of.stream().allMatch(DistinctItemState::isLiteral)) {
            return shortestLiteral(of);
        }
        UnusedItem search = UnusedItem.from(of, item.octets());
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

    private byte[] completion() {
        byte[] known = completion;
        if (known == null) {
            known = bestRest(readings, read);
            completion = known;
        }
        if (known == null) {
            throw new IllegalStateException("no way on inside an element");
        }
        return known;
    }

    private DistinctState after(byte[] rest) {
        byte[] text = read.followedBy(rest);
        return array.after(kind, ItemIdentity.of(text, 0, text.length));
    }

    @Override
    public long cost(Steps steps) {
        if (steps != null && steps.isSearching()) {
            long least = Long.MAX_VALUE;
            for (Branch reading : readings) {
                least = Math.min(least, reading.cost(steps));
            }
            return least + array.afterAny(kind).leastCost();
        }
        byte[] rest = completion();
        return rest.length + after(rest).cost(null);
    }

    @Override
    public int cheapest(Steps steps) {
        byte[] rest = completion();
        return rest.length > 0 ? rest[0] & 0xFF : after(rest).cheapest(null);
    }

    List<Branch> readings() {
        return readings;
    }

    /// Whether the element is inside a string, and can become one that is not used yet whatever up
    /// to `octets` bytes follow that do not end the string.
    boolean staysInText(int octets) {
        for (Branch reading : readings) {
            if (!reading.state().staysOpen(octets, array.used().size())) {
                return false;
            }
        }
        return !readings.isEmpty();
    }

    /// Whether the string is the element.
    @SuppressWarnings("ReferenceEquality") // the returns of elements are one array
    boolean isString(Branch reading) {
        return reading.returns() == ItemEnd.returns();
    }

    /// Whether it does not matter to further elements which this one is, unless they repeat it.
    boolean hasIndifferentArray(int octets) {
        return array.afterAny(kind).takesAnyStrings(octets);
    }

    /// The array after the element, whichever it is.
    DistinctState afterAny() {
        return array.after(kind, NO_ELEMENT);
    }

    /// What makes the element one that is used.
    List<byte[]> repetitions() {
        return array.used().continuations(read.octets());
    }

    /// What ends the string that one of the readings is in so that the element can only repeat
    /// another: each then has that very string somewhere.
    ///
    /// @param at the branch of the array
    List<byte[]> deadEnds(Branch at, Branch reading) {
        byte[] text = read.octets();
        int start = StringSpelling.start(text, text.length) - 1;
        byte[] string = Arrays.copyOfRange(text, start, text.length);
        List<byte[]> dead = new ArrayList<>();
        for (byte[] end : array.used().endsOfStrings(string)) {
            if (after(at, reading, end, end.length).length == 0) {
                dead.add(end);
            }
        }
        return dead;
    }

    /// What follows one of the readings once these bytes have ended the string it is in.
    ///
    /// @param at the branch of the array
    Branch[] after(Branch at, Branch reading, byte[] octets, int count) {
        Prefix longer = read;
        for (int i = 0; i < count; i++) {
            longer = longer.with(octets[i]);
        }
        if (isString(reading)) {
            boolean unused = isUnused(identity(longer));
            DistinctState after = unused ? array.after(kind, identity(longer)) : null;
            return unused ? new Branch[] {at.to(after)} : new Branch[0];
        }
        List<Branch> next = List.of(reading.returns());
        byte[] rest = hasManyCompletions(next) ? null : bestRest(next, longer);
        return rest == null && !hasManyCompletions(next)
                ? new Branch[0]
                : new Branch[] {at.to(new DistinctItemState(array, kind, next, longer, rest))};
    }

    /// What may follow depends on all the elements there, and on this one.
    @Override
    public State within(int octets) {
        return null;
    }

    /// What it may become follows from the bytes read, and from where the array stands.
    @Override
    public boolean equals(Object object) {
        return object == this
                || object instanceof DistinctItemState other
                        && kind.equals(other.kind)
                        && read.equals(other.read)
                        && array.equals(other.array);
    }

    @Override
    public int hashCode() {
        return 31 * read.hashCode() + array.hashCode();
    }
}

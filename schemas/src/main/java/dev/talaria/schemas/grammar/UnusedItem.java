package dev.talaria.schemas.grammar;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Predicate;

/// Finds the shortest completions of an element, one after the other, until one will do.
///
/// The cost of a reading never exceeds what its completion takes, so the first whole element taken
/// from the queue is the shortest left.
final class UnusedItem {

    /// Steps for as many elements as an array of distinct elements may need.
    private static final int MANY_STEPS = 50_000;

    private static final int FEW_STEPS = 4_000;

    /// Bytes after those read, and how the element is read then.
    ///
    /// @param bound bytes after those read of the shortest element from here
    /// @param readings null where the element is whole
    private record Place(byte[] more, List<Branch> readings, long bound, int turn) {}

    private final int length;
    private final int most;
    private final PriorityQueue<Place> open =
            new PriorityQueue<>(
                    Comparator.comparingLong(Place::bound)
                            .thenComparingInt(place -> place.readings() == null ? 0 : 1)
                            // Of equally good ways the one that has come farthest: where all
                            // values are of one length, none would be finished before the rest.
                            .thenComparingInt(place -> -place.more().length)
                            .thenComparingInt(Place::turn));
    private byte[] buffer;
    private int turns;
    private int steps;

    private UnusedItem(byte[] read, int most) {
        this.most = most;
        this.length = read.length;
        this.buffer = Arrays.copyOf(read, length + 64);
    }

    /// Begins with an element of which nothing has been read.
    static UnusedItem first(Value value) {
        UnusedItem search = new UnusedItem(new byte[0], MANY_STEPS);
        Branch waiting = new Branch(Before.nothing(value), ItemEnd.returns());
        search.open.add(new Place(new byte[0], List.of(waiting), value.cost(), 0));
        return search;
    }

    /// Begins where an element is read so.
    ///
    /// @param read what has been read of it
    static UnusedItem from(List<Branch> readings, byte[] read) {
        UnusedItem search = new UnusedItem(read, FEW_STEPS);
        search.add(new byte[0], readings);
        return search;
    }

    /// The bytes after those read of the shortest element, without looking for others; null where
    /// that takes looking.
    byte[] shortest() {
        Place first = open.peek();
        byte[] more = first == null ? null : first.more();
        List<Branch> readings = first == null ? null : first.readings();
        while (readings != null && readings.stream().noneMatch(Branch::isWhole)) {
            ItemReadings next = ItemReadings.searching();
            int octet = cheapest(readings, next);
            if (octet < 0) {
                return null;
            }
            next.step(readings, octet);
            more = Arrays.copyOf(more, more.length + 1);
            more[more.length - 1] = (byte) octet;
            readings = next.isWhole() ? null : next.readings();
        }
        return more;
    }

    // Inside arrays of distinct elements the costs of a search are no guide.
    private static int cheapest(List<Branch> readings, Steps here) {
        Branch best = readings.getFirst();
        for (Branch reading : readings) {
            if (reading.state() instanceof DistinctState
                    || reading.state() instanceof DistinctItemState) {
                return -1;
            }
            best = reading.cost(here) < best.cost(here) ? reading : best;
        }
        while (best.state().mayEnd()) {
            best = best.cheapestReturn();
        }
        return best.state() instanceof DistinctState ? -1 : best.state().cheapest(here);
    }

    /// The bytes after those read of the shortest element, not found before, whose identity will
    /// do; null where there is none, or too many do not.
    byte[] next(Predicate<byte[]> willDo) {
        while (!open.isEmpty()) {
            Place place = open.remove();
            if (place.readings() == null) {
                if (willDo.test(identity(place.more()))) {
                    return place.more();
                }
            } else if (++steps > most) {
                return null;
            } else {
                expand(place);
            }
        }
        return null;
    }

    /// The identity of the element that ends so.
    byte[] identity(byte[] more) {
        write(more);
        return ItemIdentity.of(buffer, 0, length + more.length);
    }

    /// Whether the element that ends so has no shorter spelling.
    boolean isShortest(byte[] more) {
        write(more);
        return ItemIdentity.isShortest(buffer, 0, length + more.length);
    }

    private void write(byte[] more) {
        if (length + more.length > buffer.length) {
            buffer = Arrays.copyOf(buffer, 2 * (length + more.length));
        }
        System.arraycopy(more, 0, buffer, length, more.length);
    }

    private void expand(Place place) {
        // A number is whole without another byte.
        if (place.readings().stream().anyMatch(Branch::isWhole)) {
            open.add(new Place(place.more(), null, place.more().length, turns++));
        }
        for (int octet = 0; octet < 256; octet++) {
            ItemReadings next = ItemReadings.searching();
            next.step(place.readings(), octet);
            byte[] more = null;
            if (next.isWhole() || !next.readings().isEmpty()) {
                more = Arrays.copyOf(place.more(), place.more().length + 1);
                more[place.more().length] = (byte) octet;
            }
            if (next.isWhole()) {
                open.add(new Place(more, null, more.length, turns++));
            }
            if (!next.readings().isEmpty()) {
                add(more, next.readings());
            }
        }
    }

    private void add(byte[] more, List<Branch> readings) {
        ItemReadings here = ItemReadings.searching();
        long least = Long.MAX_VALUE;
        for (Branch reading : readings) {
            least = Math.min(least, reading.cost(here));
        }
        if (least < Value.UNREACHABLE) {
            open.add(new Place(more, readings, more.length + least, turns++));
        }
    }
}

package dev.talaria.eval.schema;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/// The masks that took longest.
final class SlowMasks {

    /// Where a mask was computed, and how long it took.
    ///
    /// @param file name of the MaskBench file
    /// @param test number of the test in it
    /// @param token how many tokens of the instance came before
    /// @param after the end of the text before
    record Place(String file, int test, int token, String after, long nanos) {}

    private final PriorityQueue<Place> slowest =
            new PriorityQueue<>(Comparator.comparingLong(Place::nanos));

    private final int kept;

    /// @param kept how many
    SlowMasks(int kept) {
        this.kept = kept;
    }

    /// Whether a mask that takes so long is among the slowest.
    boolean isSlow(long nanos) {
        return slowest.size() < kept || kept > 0 && nanos > slowest.element().nanos();
    }

    void add(Place place) {
        slowest.add(place);
        if (slowest.size() > kept) {
            slowest.remove();
        }
    }

    /// The slowest first.
    List<Place> list() {
        return slowest.stream().sorted(Comparator.comparingLong(Place::nanos).reversed()).toList();
    }
}

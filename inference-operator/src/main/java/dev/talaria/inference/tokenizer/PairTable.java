package dev.talaria.inference.tokenizer;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Which two neighbouring symbols are joined to which third, and in what order: a hash table
/// without objects.
final class PairTable {

    static final int NONE = -1;

    /// Two symbols, what they are joined to, and how soon.
    record Pair(int left, int right, int merged, int order) {}

    private long[] pairs;
    private int[] merged;
    private int[] orders;
    private int count;

    /// @param expected pairs, about; it grows where there are more
    PairTable(int expected) {
        int slots = Integer.highestOneBit(Math.clamp(expected, 1 << 10, 1 << 20)) << 2;
        pairs = new long[slots];
        merged = new int[slots];
        orders = new int[slots];
        Arrays.fill(merged, NONE);
    }

    /// States that two symbols are joined; a later statement about the same two replaces this one.
    ///
    /// @param order lower is joined sooner
    void put(int left, int right, int symbol, int order) {
        long pair = pair(left, right);
        int slot = slot(pair);
        if (merged[slot] == NONE) {
            if (2 * ++count > pairs.length) {
                grow();
                slot = slot(pair);
            }
            pairs[slot] = pair;
        }
        merged[slot] = symbol;
        orders[slot] = order;
    }

    /// Where two symbols' joint is found, or [#NONE].
    int find(int left, int right) {
        if (left < 0 || right < 0) {
            return NONE;
        }
        int slot = slot(pair(left, right));
        return merged[slot] == NONE ? NONE : slot;
    }

    /// What two symbols are joined to, or [#NONE].
    int merge(int left, int right) {
        int slot = find(left, right);
        return slot == NONE ? NONE : merged[slot];
    }

    /// What the pair found there is joined to.
    int merged(int slot) {
        return merged[slot];
    }

    /// How soon the pair found there is joined.
    int order(int slot) {
        return orders[slot];
    }

    /// All pairs, those that are joined soonest first.
    List<Pair> inOrder() {
        return IntStream.range(0, pairs.length)
                .filter(slot -> merged[slot] != NONE)
                .mapToObj(slot ->
                        new Pair(
                                (int) (pairs[slot] >>> 32),
                                (int) pairs[slot],
                                merged[slot],
                                orders[slot]))
                .sorted(
                        Comparator.comparingInt(Pair::order)
                                .thenComparingInt(Pair::left)
                                .thenComparingInt(Pair::right))
                .toList();
    }

    private static long pair(int left, int right) {
        return (long) left << 32 | right;
    }

    // The pair's slot, or the empty one where it belongs.
    private int slot(long pair) {
        long mixed = pair * 0x9E3779B97F4A7C15L;
        int slot = (int) (mixed >>> 32) & (pairs.length - 1);
        while (merged[slot] != NONE && pairs[slot] != pair) {
            slot = (slot + 1) & (pairs.length - 1);
        }
        return slot;
    }

    private void grow() {
        long[] oldPairs = pairs;
        int[] oldMerged = merged;
        int[] oldOrders = orders;
        pairs = new long[2 * oldPairs.length];
        merged = new int[pairs.length];
        orders = new int[pairs.length];
        Arrays.fill(merged, NONE);
        for (int i = 0; i < oldPairs.length; i++) {
            if (oldMerged[i] != NONE) {
                int slot = slot(oldPairs[i]);
                pairs[slot] = oldPairs[i];
                merged[slot] = oldMerged[i];
                orders[slot] = oldOrders[i];
            }
        }
    }
}

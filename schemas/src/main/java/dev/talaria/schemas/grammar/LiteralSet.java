package dev.talaria.schemas.grammar;

import java.util.Arrays;
import java.util.TreeSet;

/// A finite set of values by their spelling, in the order of their bytes.
///
/// The members that begin alike are neighbours, so a prefix is a range of the order and reading a
/// byte narrows it: a hundred thousand members need no more than themselves.
final class LiteralSet {

    static final LiteralSet EMPTY = new LiteralSet(new byte[0][]);

    private final byte[][] sorted;
    // A tree over the members, its leaves behind its inner nodes: the shortest below each node.
    private final int[] shortest;

    private LiteralSet(byte[][] sorted) {
        this.sorted = sorted;
        int size = sorted.length;
        this.shortest = new int[2 * size];
        for (int i = 0; i < size; i++) {
            shortest[size + i] = i;
        }
        for (int node = size - 1; node > 0; node--) {
            shortest[node] = shorter(shortest[2 * node], shortest[2 * node + 1]);
        }
    }

    private int shorter(int a, int b) {
        int order = Integer.compare(sorted[a].length, sorted[b].length);
        return order < 0 || order == 0 && a < b ? a : b;
    }

    static LiteralSet of(Iterable<byte[]> members) {
        TreeSet<byte[]> ordered = new TreeSet<>(Arrays::compareUnsigned);
        members.forEach(ordered::add);
        return new LiteralSet(ordered.toArray(byte[][]::new));
    }

    LiteralSet union(LiteralSet other) {
        if (isEmpty()) {
            return other;
        }
        TreeSet<byte[]> ordered = new TreeSet<>(Arrays::compareUnsigned);
        ordered.addAll(Arrays.asList(sorted));
        ordered.addAll(Arrays.asList(other.sorted));
        return new LiteralSet(ordered.toArray(byte[][]::new));
    }

    boolean isEmpty() {
        return sorted.length == 0;
    }

    int size() {
        return sorted.length;
    }

    byte[] member(int index) {
        return sorted[index];
    }

    /// A lower bound of how many values they are: objects that are equal may be spelled twice.
    long completions() {
        long scalars = 0;
        for (byte[] member : sorted) {
            scalars += member[0] == '{' || member[0] == '[' ? 0 : 1;
        }
        return Math.max(scalars, isEmpty() ? 0 : 1);
    }

    long cost() {
        return isEmpty() ? Value.UNREACHABLE : sorted[shortestOf(0, size())].length;
    }

    int cheapest() {
        return isEmpty() ? 0 : sorted[shortestOf(0, size())][0] & 0xFF;
    }

    /// The index of the shortest member of a range that is not empty.
    int shortestOf(int low, int high) {
        int best = low;
        int from = low + size();
        int to = high + size();
        while (from < to) {
            if ((from & 1) == 1) {
                best = shorter(best, shortest[from++]);
            }
            if ((to & 1) == 1) {
                best = shorter(best, shortest[--to]);
            }
            from >>= 1;
            to >>= 1;
        }
        return best;
    }

    /// The first index in the range whose byte at `depth` is at least `octet`; members that end
    /// there come before all others.
    int firstAtLeast(int low, int high, int depth, int octet) {
        int from = low;
        int to = high;
        while (from < to) {
            int middle = from + to >>> 1;
            byte[] member = sorted[middle];
            int there = depth < member.length ? member[depth] & 0xFF : -1;
            if (there < octet) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }
}

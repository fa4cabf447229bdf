package dev.talaria.schemas.grammar;

import java.util.Arrays;
import java.util.TreeSet;

/// A finite set of values by their spelling, in the order of their bytes.
///
/// The members that begin alike are neighbours, so a prefix is a range of the order and reading a
/// byte narrows it: a hundred thousand members need no more than themselves. Where there may be
/// white space, they are spelled without it.
final class LiteralSet {

    static final LiteralSet EMPTY = new LiteralSet(new byte[0][], Gaps.NONE);

    private final byte[][] sorted;
    private final Gaps gaps;
    // A tree over the members, its leaves behind its inner nodes: the shortest below each node.
    private final int[] shortest;

    private LiteralSet(byte[][] sorted, Gaps gaps) {
        this.sorted = sorted;
        this.gaps = gaps;
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

    /// @param members with the white space that has to be there
    /// @param gaps what there may be besides
    static LiteralSet of(Iterable<byte[]> members, Gaps gaps) {
        TreeSet<byte[]> ordered = new TreeSet<>(Arrays::compareUnsigned);
        members.forEach(ordered::add);
        return new LiteralSet(ordered.toArray(byte[][]::new), gaps);
    }

    LiteralSet union(LiteralSet other) {
        if (isEmpty()) {
            return other;
        }
        TreeSet<byte[]> ordered = new TreeSet<>(Arrays::compareUnsigned);
        ordered.addAll(Arrays.asList(sorted));
        ordered.addAll(Arrays.asList(other.sorted));
        return new LiteralSet(ordered.toArray(byte[][]::new), gaps);
    }

    Gaps gaps() {
        return gaps;
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
        for (int i = 0; i < size(); i++) {
            scalars += isStructure(i) ? 0 : 1;
        }
        return Math.max(scalars, isEmpty() ? 0 : 1);
    }

    /// Whether the member is an array or an object.
    boolean isStructure(int index) {
        return sorted[index][0] == '{' || sorted[index][0] == '[';
    }

    /// Whether a token of an array or object ends before that byte of it, or may end, by what comes
    /// before.
    Boundary boundary(int index, int depth) {
        if (!isStructure(index) || depth == sorted[index].length) {
            return Boundary.NONE;
        }
        byte[] member = sorted[index];
        boolean quoted = false;
        for (int i = 0; i < depth; i++) {
            if (quoted && member[i] == '\\') {
                i++;
            } else {
                quoted ^= member[i] == '"';
            }
        }
        if (quoted) {
            return Boundary.NONE;
        }
        return "[{,:".indexOf(member[depth - 1]) >= 0 ? Boundary.CERTAIN : Boundary.BEFORE_MARK;
    }

    /// Whether one token ends and another begins at a place.
    enum Boundary {
        /// Not there.
        NONE,
        /// Where a comma, a colon or a closing bracket comes next.
        BEFORE_MARK,
        /// Whatever comes next.
        CERTAIN
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

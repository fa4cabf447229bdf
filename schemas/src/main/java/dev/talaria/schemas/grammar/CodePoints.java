package dev.talaria.schemas.grammar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;

/// A set of Unicode scalar values: code points without the surrogates. Immutable, and equal where
/// the members are.
final class CodePoints {

    /// No scalar value.
    static final CodePoints NONE = new CodePoints(new int[0]);

    /// Every scalar value.
    static final CodePoints ALL =
            new CodePoints(
                    new int[] {
                        0,
                        Character.MIN_SURROGATE,
                        Character.MAX_SURROGATE + 1,
                        Character.MAX_CODE_POINT + 1
                    });

    // Begin and end of each run, in order; an end is one past the last member.
    private final int[] bounds;

    private CodePoints(int[] bounds) {
        this.bounds = bounds;
    }

    static CodePoints of(String characters) {
        BitSet members = new BitSet();
        characters.codePoints().forEach(members::set);
        return of(members);
    }

    /// The members without the surrogates.
    static CodePoints of(BitSet members) {
        List<Integer> bounds = new ArrayList<>();
        for (int low = members.nextSetBit(0); low >= 0; ) {
            int end = members.nextClearBit(low);
            bounds.add(low);
            bounds.add(end);
            low = members.nextSetBit(end);
        }
        return new CodePoints(bounds.stream().mapToInt(Integer::intValue).toArray()).and(ALL);
    }

    static CodePoints range(int low, int high) {
        return new CodePoints(new int[] {low, high + 1}).and(ALL);
    }

    CodePoints union(CodePoints other) {
        return merge(other, 1);
    }

    /// The union of them all, faster than one after the other.
    static CodePoints union(Collection<CodePoints> sets) {
        List<CodePoints> open = new ArrayList<>(sets);
        while (open.size() > 1) {
            List<CodePoints> fewer = new ArrayList<>();
            for (int i = 0; i < open.size(); i += 2) {
                CodePoints first = open.get(i);
                fewer.add(i + 1 < open.size() ? first.union(open.get(i + 1)) : first);
            }
            open = fewer;
        }
        return open.isEmpty() ? NONE : open.getFirst();
    }

    CodePoints and(CodePoints other) {
        return merge(other, 2);
    }

    CodePoints complement() {
        return ALL.minus(this);
    }

    CodePoints minus(CodePoints other) {
        int[] flipped = new int[other.bounds.length + 2];
        System.arraycopy(other.bounds, 0, flipped, 1, other.bounds.length);
        flipped[flipped.length - 1] = Character.MAX_CODE_POINT + 1;
        // An empty run at either end does no harm.
        return and(new CodePoints(flipped));
    }

    // The places that at least `needed` of the two sets cover.
    private CodePoints merge(CodePoints other, int needed) {
        int[] merged = new int[bounds.length + other.bounds.length];
        int count = 0;
        int a = 0;
        int b = 0;
        boolean inside = false;
        while (a < bounds.length || b < other.bounds.length) {
            int at =
                    Math.min(
                            a < bounds.length ? bounds[a] : Integer.MAX_VALUE,
                            b < other.bounds.length ? other.bounds[b] : Integer.MAX_VALUE);
            while (a < bounds.length && bounds[a] == at) {
                a++;
            }
            while (b < other.bounds.length && other.bounds[b] == at) {
                b++;
            }
            boolean covered = (a & 1) + (b & 1) >= needed;
            if (covered != inside) {
                merged[count++] = at;
                inside = covered;
            }
        }
        return new CodePoints(Arrays.copyOf(merged, count));
    }

    boolean contains(int codePoint) {
        int index = Arrays.binarySearch(bounds, codePoint);
        return ((index < 0 ? -index - 1 : index + 1) & 1) == 1;
    }

    boolean isEmpty() {
        return bounds.length == 0;
    }

    /// How many runs of neighbours there are.
    int runs() {
        return bounds.length / 2;
    }

    /// The first member of a run.
    int low(int run) {
        return bounds[2 * run];
    }

    /// The last member of a run.
    int high(int run) {
        return bounds[2 * run + 1] - 1;
    }

    /// Whether there is exactly one member.
    boolean isSingle() {
        return bounds.length == 2 && bounds[1] == bounds[0] + 1;
    }

    @Override
    public boolean equals(Object object) {
        return object instanceof CodePoints other && Arrays.equals(bounds, other.bounds);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bounds);
    }
}

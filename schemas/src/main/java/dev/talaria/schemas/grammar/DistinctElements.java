package dev.talaria.schemas.grammar;

import dev.talaria.schemas.grammar.ArrayShape.Kind;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What the elements of an array cost where all of them differ: the shortest values that are not
/// used yet, instead of the shortest value again and again.
///
/// Safe for use by many threads; the values found are kept for all of them.
final class DistinctElements {

    /// The most elements that an array of distinct elements may need.
    static final int MAX_NEEDED = 1_000;

    /// One value by its spelling, and by what equal values share.
    private record Candidate(byte[] spelling, byte[] identity) {}

    /// The values of one kind, shortest first, found as they are asked for.
    private static final class Pool {

        private final UnusedItem search;
        private final Set<String> found = new HashSet<>();
        private final List<Candidate> candidates = new ArrayList<>();

        private Pool(Value value) {
            search = UnusedItem.first(value);
        }

        /// Null where there are no more.
        private synchronized Candidate candidate(int index) {
            while (candidates.size() <= index) {
                byte[] spelling = search.next(identity -> found.add(latin(identity)));
                if (spelling == null) {
                    return null;
                }
                candidates.add(new Candidate(spelling, search.identity(spelling)));
            }
            return candidates.get(index);
        }

        private static String latin(byte[] identity) {
            return new String(identity, java.nio.charset.StandardCharsets.ISO_8859_1);
        }
    }

    private final ArrayShape shape;
    private final ElementCounts counts;
    private final Map<Value, Pool> pools = new HashMap<>();

    /// @param shape its values are sealed
    DistinctElements(ArrayShape shape) {
        this.shape = shape;
        this.counts = shape.counts();
        shape.elements().forEach(value -> pools.put(value, new Pool(value)));
    }

    /// Whether the kind has any value that is not used.
    boolean hasUnused(Value value, UsedItems used) {
        return value.isReachable()
                && (value.completions() > used.size() || shortestUnused(value, used) != null);
    }

    /// The shortest value that is not used; null where there is none.
    byte[] shortestUnused(Value value, UsedItems used) {
        List<Candidate> first = unused(value, 1, used);
        return first.isEmpty() ? null : first.getFirst().spelling();
    }

    private List<Candidate> unused(Value value, long most, UsedItems used) {
        List<Candidate> unused = new ArrayList<>();
        Pool pool = pools.get(value);
        for (int i = 0; unused.size() < most; i++) {
            Candidate candidate = pool.candidate(i);
            if (candidate == null) {
                break;
            }
            if (!used.contains(candidate.identity())) {
                unused.add(candidate);
            }
        }
        return unused;
    }

    /// Bytes of the elements still needed, each with the separator before it, as [ArrayShape#more].
    long more(long count, long hits, UsedItems used) {
        long owed = counts.isEmpty() ? 0 : counts.owed(0, hits);
        long needed = Math.max(owed, shape.minimum() - count);
        if (needed <= 0) {
            return 0;
        }
        if (needed > shape.maximum() - count || needed > MAX_NEEDED) {
            return Value.UNREACHABLE;
        }
        Value counted = null;
        Value others = null;
        for (Kind kind : shape.kinds(count)) {
            if (kind.counts() == 0) {
                others = kind.value();
            } else {
                counted = kind.value();
            }
        }
        long[] othersCost = sums(others, needed, used);
        if (counts.isEmpty()) {
            return at(othersCost, needed);
        }
        long most = Math.min(needed, counts.room(0, hits));
        return apart(sums(counted, needed, used), othersCost, owed, most);
    }

    // The counted and the others have no value in common.
    private static long apart(long[] counted, long[] others, long owed, long most) {
        long best = Value.UNREACHABLE;
        int needed = counted.length - 1;
        for (long taken = owed; taken <= most; taken++) {
            best = Math.min(best, at(counted, taken) + at(others, needed - taken));
        }
        return best;
    }

    private static long at(long[] sums, long count) {
        return sums[(int) count];
    }

    /// What none, one, two … of the shortest unused values cost together.
    private long[] sums(Value value, long most, UsedItems used) {
        long[] sums = new long[(int) most + 1];
        boolean any = value != null && value.isReachable();
        List<Candidate> unused = any ? unused(value, most, used) : List.of();
        for (int i = 0; i < most; i++) {
            long next =
                    i < unused.size()
                            ? shape.gaps().separator() + unused.get(i).spelling().length
                            : Value.UNREACHABLE;
            sums[i + 1] = Math.min(Value.UNREACHABLE, sums[i] + next);
        }
        return sums;
    }
}

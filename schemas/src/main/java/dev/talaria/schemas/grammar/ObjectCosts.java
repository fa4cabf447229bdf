package dev.talaria.schemas.grammar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The shortest way to finish an object: which members have to come yet, and which of those that
/// may come are cheapest where more are needed.
///
/// Rows say for each set of open obligations, and each number of members taken that are not
/// required, what the members from some position on cost at least. They are computed from the last
/// member to the first, those that are not declared being the last.
final class ObjectCosts {

    private static final long FAR = Value.UNREACHABLE;
    private static final byte[] NO_TEXT = {};

    private ObjectCosts() {}

    /// Bytes until the object is whole, a member just being whole; [Value#UNREACHABLE] where it
    /// cannot be.
    static long of(ObjectShape shape, ObjectProgress at) {
        if (!shape.isLookedUp(at)) {
            return computed(shape, at);
        }
        long needed = shape.requiredCost(at.position());
        return shape.isPlain()
                ? Math.min(FAR, 1 + needed)
                : of(shape, at, shape.requiredFrom(at.position()), needed);
    }

    /// The same by the costs of values as they are now, whatever they were when the shape was
    /// sealed.
    static long computed(ObjectShape shape, ObjectProgress at) {
        BitSet coming = shape.missing(at);
        if (coming == null) {
            return FAR;
        }
        long needed = 0;
        for (int i = coming.nextSetBit(0); i >= 0; i = coming.nextSetBit(i + 1)) {
            needed = Math.min(FAR, needed + cheapest(shape.members().get(i), shape.gaps()));
        }
        return of(shape, at, coming.cardinality(), needed);
    }

    /// @param missing how many members have to come
    /// @param needed their cost
    private static long of(ObjectShape shape, ObjectProgress at, long missing, long needed) {
        long room = shape.maximum() - at.count() - missing;
        long more = Math.max(0, shape.minimum() - at.count() - missing);
        if (room < more || more > FAR) {
            return FAR;
        }
        if (at.open() == 0 && more == 0) {
            return Math.min(FAR, 1 + needed);
        }
        long[] taken = rows(shape, at)[at.open()];
        long most = Math.min(room, Math.min(taken.length - 1L, more + Integer.bitCount(at.open())));
        long best = FAR;
        for (int i = (int) more; i <= most; i++) {
            best = Math.min(best, taken[i]);
        }
        return Math.min(FAR, 1 + best);
    }

    private static long[][] rows(ObjectShape shape, ObjectProgress at) {
        // Where members come in order, none that is not declared comes before the last declared.
        return shape.isLookedUp(at) && at.used() == null
                ? shape.rows()[at.position()]
                : rows(shape, at, null);
    }

    /// The rows of every position where members come in order.
    static long[][][] all(ObjectShape shape) {
        long[][][] all = new long[shape.size() + 1][][];
        rows(shape, shape.begin(), all);
        return all;
    }

    private static long[][] rows(ObjectShape shape, ObjectProgress at, long[][][] all) {
        long[][] rows = others(shape, at);
        for (int i = shape.size(); i >= at.position(); i--) {
            if (i < shape.size() && at.isPending(i)) {
                ObjectShape.Member member = shape.members().get(i);
                int optional = member.required() ? 0 : 1;
                rows = with(rows, member.keyCost(shape.gaps()), member.values(), optional);
            }
            if (all != null) {
                all[i] = rows;
            }
        }
        return rows;
    }

    private static long[][] others(ObjectShape shape, ObjectProgress at) {
        int most = shape.mostOptional();
        long[][] rows = new long[1 << shape.obligations()][most + 1];
        for (long[] row : rows) {
            Arrays.fill(row, FAR);
        }
        rows[0][0] = 0;
        List<Long> plain = new ArrayList<>();
        for (KeyClass kind : shape.others()) {
            Map<Integer, Integer> taken =
                    taken(shape, kind, at.used(), 0, NO_TEXT, 0, shape.size());
            for (int length : kind.keys().free(kind.keys().start(), most, taken)) {
                // The comma, the opening quote and the colon; the closing one is part of the
                // length.
                long keyCost = length + 1L + 2L * shape.gaps().separator();
                if (shape.obligations() == 0) {
                    plain.add(keyCost + kind.values().getFirst().value().cost());
                } else {
                    rows = with(rows, keyCost, kind.values(), 1);
                }
            }
        }
        plain.sort(null);
        for (int taken = 1; taken <= Math.min(most, plain.size()); taken++) {
            rows[0][taken] = Math.min(FAR, rows[0][taken - 1] + plain.get(taken - 1));
        }
        return rows;
    }

    /// The rows with one more member before.
    ///
    /// @param optional 1 where the member may be left out, otherwise 0
    private static long[][] with(
            long[][] rows, long keyCost, List<MemberValue> values, int optional) {
        long[][] with = new long[rows.length][];
        for (int open = 0; open < rows.length; open++) {
            with[open] = rows[open].clone();
            if (optional == 0) {
                Arrays.fill(with[open], FAR);
            }
        }
        for (MemberValue value : values) {
            long cost = keyCost + value.value().cost();
            for (int open = 0; value.isReachable() && open < rows.length; open++) {
                if (value.fits(open)) {
                    lower(with[open], rows[open & ~value.settled()], cost, optional);
                }
            }
        }
        return with;
    }

    private static void lower(long[] with, long[] rest, long cost, int optional) {
        for (int taken = optional; taken < with.length; taken++) {
            with[taken] = Math.min(with[taken], Math.min(FAR, cost + rest[taken - optional]));
        }
    }

    /// What a member costs that settles nothing, with the comma before it.
    static long cheapest(ObjectShape.Member member, Gaps gaps) {
        return member.values().isEmpty()
                ? FAR
                : member.keyCost(gaps) + member.values().getFirst().value().cost();
    }

    /// What keys there are of each length that cannot be used any more, counted from behind a text.
    ///
    /// @param depth how much of the declared names from rank `low` to `high` has been read
    static Map<Integer, Integer> taken(
            ObjectShape shape,
            KeyClass kind,
            UsedKeys used,
            int depth,
            byte[] text,
            int low,
            int high) {
        Map<Integer, Integer> taken = new HashMap<>();
        boolean all = low == 0 && high == shape.size();
        for (int rank = low; rank < high; rank++) {
            int member = all ? rank : shape.memberAt(rank);
            if (kind.declared().get(member)) {
                int left = shape.members().get(member).name().length - depth + 1;
                taken.merge(left, 1, Integer::sum);
            }
        }
        UsedKeys.countContinuations(used, kind, text, taken);
        return taken;
    }
}

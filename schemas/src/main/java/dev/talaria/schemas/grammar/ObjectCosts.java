package dev.talaria.schemas.grammar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The shortest way to finish an object: which members have to come yet, and which of those that
/// may come are cheapest where more are needed.
final class ObjectCosts {

    private static final long FAR = Value.UNREACHABLE;
    private static final byte[] NO_TEXT = {};

    private final ObjectShape shape;
    private final ObjectProgress at;
    private final int most;
    private long[][] costs;

    private ObjectCosts(ObjectShape shape, ObjectProgress at, int most) {
        this.shape = shape;
        this.at = at;
        this.most = most;
    }

    /// Bytes until the object is whole, a member just being whole; [Value#UNREACHABLE] where it
    /// cannot be.
    static long of(ObjectShape shape, ObjectProgress at) {
        if (shape.isPlain() && shape.isSealed() && at.seen() == null) {
            return Math.min(FAR, 1 + shape.requiredCost(at.position()));
        }
        long missing = 0;
        long needed = 0;
        for (int i = shape.required().nextSetBit(0);
                i >= 0;
                i = shape.required().nextSetBit(i + 1)) {
            if (at.isPending(i)) {
                missing++;
                needed = Math.min(FAR, needed + cheapest(shape.members().get(i)));
            }
        }
        long room = shape.maximum() - at.count() - missing;
        long more = Math.max(0, shape.minimum() - at.count() - missing);
        if (room < more || more > FAR) {
            return FAR;
        }
        if (at.open() == 0 && more == 0) {
            return Math.min(FAR, 1 + needed);
        }
        int most = (int) Math.min(room, more + Integer.bitCount(at.open()));
        ObjectCosts costs = new ObjectCosts(shape, at, most);
        long members = at.open() == 0 ? needed + costs.cheapest((int) more) : costs.settling(more);
        return Math.min(FAR, 1 + members);
    }

    /// What a member costs that settles nothing, with the comma before it.
    static long cheapest(ObjectShape.Member member) {
        return member.values().isEmpty()
                ? FAR
                : member.keyCost() + member.values().getFirst().value().cost();
    }

    /// A member that may come: what it costs for each of its values.
    private record Candidate(long keyCost, List<MemberValue> values) {

        private long cheapest() {
            return values.isEmpty() ? FAR : keyCost + values.getFirst().value().cost();
        }
    }

    private List<Candidate> optional() {
        List<Candidate> optional = new ArrayList<>();
        for (int i = 0; i < shape.size(); i++) {
            ObjectShape.Member member = shape.members().get(i);
            if (!member.required() && at.isPending(i)) {
                optional.add(new Candidate(member.keyCost(), member.values()));
            }
        }
        for (KeyClass kind : shape.others()) {
            Map<Integer, Integer> taken =
                    taken(shape, kind, at.used(), 0, NO_TEXT, 0, 0, 0, shape.size());
            for (int length : kind.keys().free(kind.keys().start(), most, taken)) {
                // The comma, the opening quote and the colon, each space included.
                optional.add(new Candidate(length + 5L, kind.values()));
            }
        }
        return optional;
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
            int from,
            int to,
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
        UsedKeys.countContinuations(used, kind, text, from, to, taken);
        return taken;
    }

    private long cheapest(int count) {
        List<Candidate> optional = optional();
        if (optional.size() < count) {
            return FAR;
        }
        optional.sort(Comparator.comparingLong(Candidate::cheapest));
        long sum = 0;
        for (Candidate candidate : optional.subList(0, count)) {
            sum = Math.min(FAR, sum + candidate.cheapest());
        }
        return sum;
    }

    // The least cost for each set of open obligations and each number of optional members taken.
    private long settling(long least) {
        int sets = at.open() + 1;
        costs = new long[sets][most + 1];
        for (long[] row : costs) {
            Arrays.fill(row, FAR);
        }
        costs[at.open()][0] = 0;
        for (int i = 0; i < shape.size(); i++) {
            ObjectShape.Member member = shape.members().get(i);
            if (member.required() && at.isPending(i)) {
                take(new Candidate(member.keyCost(), member.values()), 0);
            }
        }
        optional().forEach(candidate -> take(candidate, 1));
        long best = FAR;
        for (int taken = (int) least; taken <= most; taken++) {
            best = Math.min(best, costs[0][taken]);
        }
        return best;
    }

    /// @param optional 1 where the member may be left out, otherwise 0
    private void take(Candidate candidate, int optional) {
        long[][] after = new long[costs.length][];
        for (int open = 0; open < costs.length; open++) {
            after[open] = optional == 1 ? costs[open].clone() : new long[most + 1];
            if (optional == 0) {
                Arrays.fill(after[open], FAR);
            }
        }
        for (MemberValue value : candidate.values()) {
            long cost = candidate.keyCost() + value.value().cost();
            for (int open = 0; value.isReachable() && open < costs.length; open++) {
                if (value.fits(open)) {
                    lower(after[open & ~value.settled()], costs[open], cost, optional);
                }
            }
        }
        costs = after;
    }

    private void lower(long[] after, long[] before, long cost, int optional) {
        for (int taken = 0; taken + optional <= most; taken++) {
            if (before[taken] < FAR) {
                int to = taken + optional;
                after[to] = Math.min(after[to], Math.min(FAR, before[taken] + cost));
            }
        }
    }
}

package dev.talaria.schemas.grammar;

import dev.talaria.schemas.grammar.ArrayShape.Kind;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The cost of the elements an array still needs.
///
/// With one `contains` after the prefix the best mix of elements follows from its bounds; otherwise
/// the elements are tried one by one, each needed for something, and results are kept. Safe for use
/// by many threads once the costs of the values are final.
final class ElementCosts {

    /// What an array still needs.
    ///
    /// @param index of the next element, or that of the first after the prefix
    /// @param missing elements below the minimum
    /// @param room elements there may be, no more than could be needed
    /// @param hits counted so far
    private record Need(long index, long missing, long room, long hits) {}

    private final ArrayShape shape;
    private final ElementCounts counts;
    private final long maximum;
    private final int separator;

    // What the elements of the prefix cost that have to come, from each of them on.
    private final long[] fromPrefix;
    private final Map<Need, Long> known = new ConcurrentHashMap<>();

    ElementCosts(ArrayShape shape, long maximum) {
        this.shape = shape;
        this.counts = shape.counts();
        this.separator = shape.gaps().separator();
        this.maximum = maximum;
        this.fromPrefix = counts.isEmpty() ? fromPrefix() : new long[0];
    }

    private long[] fromPrefix() {
        int needed = (int) Math.min(shape.minimum(), shape.prefixSize());
        long[] costs = new long[needed + 1];
        for (int i = needed - 1; i >= 0; i--) {
            costs[i] = capped(costs[i + 1] + separator + cheapest(shape.kinds(i)));
        }
        return costs;
    }

    /// Bytes of the elements needed with `count` there and `hits` counted, each with the separator
    /// before it; [Value#UNREACHABLE] where they cannot be had.
    long more(long count, long hits) {
        if (counts.isEmpty()) {
            return uncounted(count);
        }
        long missing = Math.max(0, shape.minimum() - count);
        long useful = missing + Math.max(0, shape.prefixSize() - count);
        for (int i = 0; i < counts.bounds().size(); i++) {
            useful += counts.owed(i, hits);
        }
        long room = Math.min(useful, maximum - count);
        return more(new Need(Math.min(count, shape.prefixSize()), missing, room, hits));
    }

    private long uncounted(long count) {
        long prefix = shape.prefixSize();
        long minimum = shape.minimum();
        if (minimum > maximum) {
            return Value.UNREACHABLE;
        }
        long cost = count < fromPrefix.length ? fromPrefix[(int) count] : 0;
        long missing = minimum - Math.max(count, prefix);
        return missing <= 0 ? cost : capped(cost + times(missing, cheapest(shape.kinds(prefix))));
    }

    private static long cheapest(List<Kind> kinds) {
        long cheapest = Value.UNREACHABLE;
        for (Kind kind : kinds) {
            cheapest = Math.min(cheapest, kind.value().cost());
        }
        return cheapest;
    }

    private static long capped(long cost) {
        return Math.min(Value.UNREACHABLE, cost);
    }

    private long times(long count, long cost) {
        boolean tooMuch = count > Value.UNREACHABLE || cost >= Value.UNREACHABLE;
        return count == 0 ? 0 : tooMuch ? Value.UNREACHABLE : capped(count * (separator + cost));
    }

    private long more(Need need) {
        if (need.missing() == 0 && counts.areSettled(need.hits())) {
            return 0;
        }
        // Each element takes at least a separator and a byte.
        if (need.room() <= 0 || need.missing() > Value.UNREACHABLE / (separator + 1)) {
            return Value.UNREACHABLE;
        }
        if (need.index() == shape.prefixSize() && counts.bounds().size() == 1) {
            return mixed(need);
        }
        Long before = known.get(need);
        if (before == null) {
            before = stepByStep(need);
            known.put(need, before);
        }
        return before;
    }

    private long mixed(Need need) {
        long counted = Value.UNREACHABLE;
        long others = Value.UNREACHABLE;
        for (Kind kind : shape.kinds(need.index())) {
            if (kind.counts() == 0) {
                others = kind.value().cost();
            } else {
                counted = kind.value().cost();
            }
        }
        long owed = counts.owed(0, need.hits());
        long total = Math.max(need.missing(), owed);
        long fewest = owed;
        if (counted <= others) {
            fewest = Math.max(owed, Math.min(total, counts.room(0, need.hits())));
        }
        if (owed > counts.room(0, need.hits()) || total > need.room()) {
            return Value.UNREACHABLE;
        }
        return capped(times(fewest, counted) + times(total - fewest, others));
    }

    private long stepByStep(Need need) {
        long best = Value.UNREACHABLE;
        long index = Math.min(need.index() + 1, shape.prefixSize());
        for (Kind kind : shape.kinds(need.index())) {
            boolean possible =
                    kind.value().isReachable() && counts.admits(kind.counts(), need.hits());
            long hits = counts.after(kind.counts(), need.hits());
            boolean helps =
                    need.missing() > 0 || hits != need.hits() || need.index() < shape.prefixSize();
            if (possible && helps) {
                long missing = Math.max(0, need.missing() - 1);
                long rest = more(new Need(index, missing, need.room() - 1, hits));
                best = Math.min(best, separator + kind.value().cost() + rest);
            }
        }
        return capped(best);
    }
}

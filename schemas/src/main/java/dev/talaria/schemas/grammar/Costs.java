package dev.talaria.schemas.grammar;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Settles the cost of every value: the least solution of the equations between them.
///
/// A value that only an infinite document could satisfy keeps the cost [Value#UNREACHABLE].
final class Costs {

    private static final long MAX_WORK = 50_000_000;

    private static final int MAX_ROUNDS = 20;

    private final Collection<Value> values;
    private final Set<Value> distinct = new LinkedHashSet<>();
    private final Map<Value, List<Value>> users = new IdentityHashMap<>();
    private final Deque<Value> open = new ArrayDeque<>();
    private final Set<Value> queued = new HashSet<>();
    private long work;

    Costs(Collection<Value> values) {
        this.values = values;
        for (Value value : values) {
            enqueue(value);
            for (ArrayShape array : value.arrays()) {
                array.elements().forEach(element -> use(element, value));
                if (array.needsDistinct()) {
                    distinct.add(value);
                }
            }
            for (ObjectShape object : value.objects()) {
                object.members().forEach(member -> useAll(member.values(), value));
                object.others().forEach(kind -> useAll(kind.values(), value));
            }
        }
    }

    private void useAll(List<MemberValue> values, Value user) {
        values.forEach(value -> use(value.value(), user));
    }

    private void use(Value used, Value user) {
        users.computeIfAbsent(used, none -> new ArrayList<>()).add(user);
    }

    private void enqueue(Value value) {
        if (queued.add(value)) {
            open.addLast(value);
        }
    }

    /// Computes all costs; then those of arrays whose elements differ, which takes looking for the
    /// elements themselves, and all again as long as these change.
    void settle() {
        propagate();
        for (int round = 0; lowersDistinct(); round++) {
            if (round == MAX_ROUNDS) {
                throw new UnsupportedSchemaException(
                        "uniqueItems",
                        "#",
                        "arrays of different elements are too entangled to compute the shortest",
                        "leave out minItems beside uniqueItems in recursive schemas");
            }
            propagate();
        }
    }

    private boolean lowersDistinct() {
        if (distinct.isEmpty()) {
            return false;
        }
        values.forEach(Value::seal);
        boolean lowers = false;
        for (Value value : distinct) {
            for (ArrayShape array : value.arrays()) {
                if (array.lowerDistinctCost()) {
                    lowers = true;
                    enqueue(value);
                }
            }
        }
        return lowers;
    }

    private void propagate() {
        while (!open.isEmpty()) {
            Value value = open.removeFirst();
            queued.remove(value);
            work += value.size();
            if (work > MAX_WORK) {
                throw new UnsupportedSchemaException(
                        "schema", "#", "too entangled to compute the shortest value", "split it");
            }
            if (value.lowerCost()) {
                users.getOrDefault(value, List.of()).forEach(this::enqueue);
            }
        }
    }
}

package dev.talaria.schemas.grammar;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Settles the cost of every value: the least solution of the equations between them.
///
/// A value that only an infinite document could satisfy keeps the cost [Value#UNREACHABLE].
final class Costs {

    private static final long MAX_WORK = 50_000_000;

    private final Map<Value, List<Value>> users = new IdentityHashMap<>();
    private final Deque<Value> open = new ArrayDeque<>();
    private final Set<Value> queued = new HashSet<>();
    private long work;

    Costs(Collection<Value> values) {
        for (Value value : values) {
            enqueue(value);
            for (ArrayShape array : value.arrays()) {
                array.prefix().forEach(element -> use(element, value));
                use(array.rest(), value);
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

    void settle() {
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

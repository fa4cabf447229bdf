package dev.talaria.schemas.grammar;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Finds the place to blame where no value satisfies a schema.
final class Unsatisfiable {

    private final Map<Value, SchemaNode> places;

    Unsatisfiable(Map<Value, SchemaNode> places) {
        this.places = places;
    }

    /// The exception that names the innermost place without a value.
    UnsupportedSchemaException explain(Value root) {
        Set<Value> visited = new HashSet<>();
        Value at = root;
        while (at != null && visited.add(at)) {
            Value inner = unreachablePart(at);
            if (inner == null || visited.contains(inner)) {
                break;
            }
            at = inner;
        }
        SchemaNode place = places.get(at);
        return new UnsupportedSchemaException(
                "schema",
                place.pointer,
                "no value of less than 1 MiB satisfies it",
                "mend keywords that exclude each other, or a recursion without end");
    }

    private static Value unreachablePart(Value value) {
        for (ObjectShape object : value.objects()) {
            for (ObjectShape.Member member : object.members()) {
                if (member.required() && !member.isReachable() && !member.values().isEmpty()) {
                    return member.values().getFirst().value();
                }
            }
        }
        for (ArrayShape array : value.arrays()) {
            if (array.blamed() != null) {
                return array.blamed();
            }
        }
        return null;
    }
}

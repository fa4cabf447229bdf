package dev.talaria.schemas.grammar;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/// Finds schemas that apply themselves to the same value, by `$ref`, `allOf`, `anyOf`, `oneOf`,
/// `not`, `if` and so on. What such a schema means is not defined.
final class Circles {

    /// A schema and those it applies that are still to be followed.
    private record Visit(SchemaNode node, Iterator<SchemaNode> open) {}

    private final Set<SchemaNode> done = new HashSet<>();
    private final Set<SchemaNode> onTheWay = new HashSet<>();
    private final Deque<Visit> way = new ArrayDeque<>();

    private Circles() {}

    /// @throws UnsupportedSchemaException naming a schema of the first circle
    static void check(Collection<SchemaNode> nodes) {
        Circles circles = new Circles();
        nodes.forEach(circles::follow);
    }

    private void follow(SchemaNode start) {
        enter(start);
        while (!way.isEmpty()) {
            Visit last = way.peek();
            if (last.open().hasNext()) {
                enter(last.open().next());
            } else {
                way.pop();
                onTheWay.remove(last.node());
                done.add(last.node());
            }
        }
    }

    private void enter(SchemaNode node) {
        if (onTheWay.contains(node)) {
            List<SchemaProblem> circle =
                    List.of(
                            new SchemaProblem(
                                    "$ref",
                                    node.pointer,
                                    "a schema applies itself to the same value",
                                    "lead back through a property or an item"));
            throw new UnsupportedSchemaException(circle, circle);
        }
        if (!done.contains(node)) {
            onTheWay.add(node);
            way.push(new Visit(node, applied(node).iterator()));
        }
    }

    private static List<SchemaNode> applied(SchemaNode node) {
        List<SchemaNode> applied = new ArrayList<>(node.allOf);
        applied.addAll(node.not);
        applied.addAll(node.dependentSchemas.values());
        if (node.conditional != null) {
            SchemaNode.Conditional cases = node.conditional;
            Stream.of(cases.condition(), cases.then(), cases.otherwise())
                    .filter(Objects::nonNull)
                    .forEach(applied::add);
        }
        if (node.reference != null) {
            applied.add(node.reference);
        }
        if (node.anyOf != null) {
            applied.addAll(node.anyOf);
        }
        if (node.oneOf != null) {
            applied.addAll(node.oneOf);
        }
        return applied;
    }
}

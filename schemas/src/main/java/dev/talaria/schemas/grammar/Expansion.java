package dev.talaria.schemas.grammar;

import tools.jackson.databind.JsonNode;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Writes schemas that all apply to one value as a union of conjunctions.
///
/// `$ref` and `allOf` add to the conjunction, `anyOf`, `oneOf` and `not` split it. What is left in
/// a conjunction are schemas whose own keywords all hold and nothing else, so merging them is exact
/// whatever stood beside what.
final class Expansion {

    private static final int MAX_CONJUNCTIONS = 2_048;
    private static final int MAX_STEPS = 200_000;

    /// Schemas that all hold, by their own keywords alone.
    ///
    /// @param nodes in the order in which they were met: own keywords before those applied
    /// @param types the types all of them allow
    record Conjunction(Set<SchemaNode> nodes, int types) {}

    /// Schemas one of which is to be applied, and what is to be applied after it.
    private record Applied(List<SchemaNode> oneOf, Applied next) {}

    private static final class Partial {

        private final Set<SchemaNode> seen;
        private final Set<SchemaNode> asserting;
        private int types;
        private Applied pending;

        private Partial(Set<SchemaNode> seen, Set<SchemaNode> asserting, int types) {
            this.seen = seen;
            this.asserting = asserting;
            this.types = types;
        }

        private Partial copy(Applied rest) {
            Partial copy =
                    new Partial(new LinkedHashSet<>(seen), new LinkedHashSet<>(asserting), types);
            copy.pending = rest;
            return copy;
        }
    }

    private final Deque<Partial> open = new ArrayDeque<>();
    private final List<Conjunction> done = new ArrayList<>();
    private final Combinators combinators;
    private int steps;

    private Expansion(Combinators combinators) {
        this.combinators = combinators;
    }

    /// Expands schemas that all apply.
    ///
    /// @return the conjunctions, none of them without a type
    /// @throws UnsupportedSchemaException where there are too many
    static List<Conjunction> of(Collection<SchemaNode> schemas, Combinators combinators) {
        Expansion expansion = new Expansion(combinators);
        Partial first = new Partial(new LinkedHashSet<>(), new LinkedHashSet<>(), Types.ALL);
        for (SchemaNode schema : List.copyOf(schemas).reversed()) {
            first.pending = new Applied(List.of(schema), first.pending);
        }
        expansion.open.push(first);
        while (!expansion.open.isEmpty()) {
            expansion.advance(expansion.open.pop());
        }
        return expansion.done;
    }

    private void advance(Partial partial) {
        while (partial.pending != null) {
            Applied applied = partial.pending;
            partial.pending = applied.next();
            if (applied.oneOf().stream().anyMatch(partial.seen::contains)) {
                continue;
            }
            if (applied.oneOf().size() != 1) {
                split(partial, applied.oneOf());
                return;
            }
            if (!apply(partial, applied.oneOf().getFirst())) {
                return;
            }
        }
        if (done.size() == MAX_CONJUNCTIONS) {
            throw tooMany(partial.seen.iterator().next());
        }
        done.add(new Conjunction(partial.asserting, partial.types));
    }

    private void split(Partial partial, List<SchemaNode> branches) {
        for (SchemaNode branch : branches.reversed()) {
            open.push(partial.copy(new Applied(List.of(branch), partial.pending)));
        }
        if (open.size() > MAX_STEPS) {
            throw tooMany(branches.getFirst());
        }
    }

    /// Whether the conjunction goes on in this partial.
    private boolean apply(Partial partial, SchemaNode node) {
        if (++steps > MAX_STEPS) {
            throw tooMany(node);
        }
        partial.seen.add(node);
        partial.types &= typesOf(node);
        if (partial.types == 0) {
            return false;
        }
        if (node.asserts()) {
            partial.asserting.add(node);
        }
        for (List<SchemaNode> choice : combinators.appliedBy(node).reversed()) {
            partial.pending = new Applied(choice, partial.pending);
        }
        return true;
    }

    private static int typesOf(SchemaNode node) {
        if (node.never) {
            return 0;
        }
        if (node.literals == null) {
            return node.types;
        }
        int types = 0;
        for (JsonNode literal : node.literals.values()) {
            types |= Types.of(literal);
        }
        return types & node.types;
    }

    private static UnsupportedSchemaException tooMany(SchemaNode node) {
        return new UnsupportedSchemaException(
                "anyOf",
                node.pointer,
                "the branches combine in more than " + MAX_CONJUNCTIONS + " ways",
                "use fewer branches, or nest them less");
    }
}

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
/// `$ref` and `allOf` add to the conjunction, `anyOf` and `oneOf` split it. What is left in a
/// conjunction are schemas whose own keywords all hold and nothing else, so merging them is exact
/// whatever stood beside what.
final class Expansion {

    private static final int MAX_CONJUNCTIONS = 2_048;
    private static final int MAX_STEPS = 200_000;

    /// Schemas that all hold, by their own keywords alone.
    ///
    /// @param nodes in the order in which they were met: own keywords before those applied
    /// @param types the types all of them allow
    record Conjunction(Set<SchemaNode> nodes, int types) {}

    /// A schema to be applied, and those after it.
    private record Applied(SchemaNode node, Applied next) {}

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
    private final Set<SchemaNode> exclusive = new LinkedHashSet<>();
    private int steps;

    private Expansion() {}

    /// Expands schemas that all apply.
    ///
    /// @throws UnsupportedSchemaException where there are too many
    static Expansion of(Collection<SchemaNode> schemas) {
        Expansion expansion = new Expansion();
        Partial first = new Partial(new LinkedHashSet<>(), new LinkedHashSet<>(), Types.ALL);
        first.pending = chain(List.copyOf(schemas), null);
        expansion.open.push(first);
        while (!expansion.open.isEmpty()) {
            expansion.advance(expansion.open.pop());
        }
        return expansion;
    }

    /// The conjunctions, none of them without a type.
    List<Conjunction> conjunctions() {
        return done;
    }

    /// The schemas met whose branches must exclude each other.
    Set<SchemaNode> exclusive() {
        return exclusive;
    }

    private static Applied chain(List<SchemaNode> nodes, Applied rest) {
        Applied chain = rest;
        for (int i = nodes.size() - 1; i >= 0; i--) {
            chain = new Applied(nodes.get(i), chain);
        }
        return chain;
    }

    private void advance(Partial partial) {
        while (partial.pending != null) {
            Applied applied = partial.pending;
            partial.pending = applied.next();
            if (partial.seen.add(applied.node()) && !apply(partial, applied.node())) {
                return;
            }
        }
        done.add(new Conjunction(partial.asserting, partial.types));
        if (done.size() > MAX_CONJUNCTIONS) {
            throw tooMany(partial.seen.iterator().next());
        }
    }

    /// Whether the conjunction goes on in this partial.
    private boolean apply(Partial partial, SchemaNode node) {
        if (++steps > MAX_STEPS) {
            throw tooMany(node);
        }
        partial.types &= typesOf(node);
        if (partial.types == 0) {
            return false;
        }
        if (node.asserts()) {
            partial.asserting.add(node);
        }
        List<SchemaNode> applies = new ArrayList<>();
        if (node.reference != null) {
            applies.add(node.reference);
        }
        applies.addAll(node.allOf);
        return split(partial, node, applies);
    }

    private boolean split(Partial partial, SchemaNode node, List<SchemaNode> applies) {
        List<List<SchemaNode>> choices = new ArrayList<>();
        if (node.anyOf != null) {
            choices.add(node.anyOf);
        }
        if (node.oneOf != null) {
            choices.add(node.oneOf);
            exclusive.add(node);
        }
        if (choices.isEmpty()) {
            partial.pending = chain(applies, partial.pending);
            return true;
        }
        for (List<SchemaNode> branches : combinations(choices).reversed()) {
            List<SchemaNode> all = new ArrayList<>(applies);
            all.addAll(branches);
            open.push(partial.copy(chain(all, partial.pending)));
        }
        if (open.size() > MAX_CONJUNCTIONS) {
            throw tooMany(node);
        }
        return false;
    }

    private static List<List<SchemaNode>> combinations(List<List<SchemaNode>> choices) {
        List<List<SchemaNode>> combined = List.of(List.of());
        for (List<SchemaNode> branches : choices) {
            List<List<SchemaNode>> longer = new ArrayList<>();
            for (List<SchemaNode> chosen : combined) {
                for (SchemaNode branch : branches) {
                    List<SchemaNode> with = new ArrayList<>(chosen);
                    with.add(branch);
                    longer.add(with);
                }
            }
            combined = longer;
        }
        return combined;
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

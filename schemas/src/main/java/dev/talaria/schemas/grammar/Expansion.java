package dev.talaria.schemas.grammar;

import dev.talaria.schemas.grammar.Combinators.Choice;

import tools.jackson.databind.JsonNode;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
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
    /// @param evaluators for each that asks for it, itself and the schemas it applies, by which
    ///   members and elements count as evaluated
    record Conjunction(
            Set<SchemaNode> nodes, int types, Map<SchemaNode, Set<SchemaNode>> evaluators) {

        /// A place to blame for it.
        String pointer() {
            return nodes.isEmpty() ? "#" : nodes.iterator().next().pointer;
        }
    }

    /// A choice to be made, and those after it.
    ///
    /// @param by the schema that asks for it
    private record Applied(Choice choice, SchemaNode by, Applied next) {}

    /// That one schema applies another.
    private record Edge(SchemaNode from, SchemaNode to, Edge before) {}

    private static final class Partial {

        private final Set<SchemaNode> seen;
        private final Set<SchemaNode> asserting;

        // Those whose choices are followed with regard to what they evaluate: the others were met
        // before it mattered, and are followed again where it does.
        private final Set<SchemaNode> noted = new HashSet<>();
        private int types;
        private Applied pending;
        private boolean notes;
        private Edge edges;

        private Partial(Set<SchemaNode> seen, Set<SchemaNode> asserting, int types) {
            this.seen = seen;
            this.asserting = asserting;
            this.types = types;
        }

        private Partial copy(Applied rest) {
            Partial copy =
                    new Partial(new LinkedHashSet<>(seen), new LinkedHashSet<>(asserting), types);
            copy.pending = rest;
            copy.noted.addAll(noted);
            copy.notes = notes;
            copy.edges = edges;
            return copy;
        }
    }

    private final Deque<Partial> open = new ArrayDeque<>();
    private final List<Conjunction> done = new ArrayList<>();
    private final Combinators combinators;
    private final Contradictions contradictions;
    private boolean hasSplit;
    private int steps;

    private Expansion(Combinators combinators, Contradictions contradictions) {
        this.combinators = combinators;
        this.contradictions = contradictions;
    }

    /// Expands schemas that all apply.
    ///
    /// @return the conjunctions, none of them without a type
    /// @throws UnsupportedSchemaException where there are too many
    static List<Conjunction> of(
            Collection<SchemaNode> schemas,
            Combinators combinators,
            Contradictions contradictions) {
        Expansion expansion = new Expansion(combinators, contradictions);
        Partial first = new Partial(new LinkedHashSet<>(), new LinkedHashSet<>(), Types.ALL);
        for (SchemaNode schema : List.copyOf(schemas).reversed()) {
            first.pending = new Applied(Choice.of(schema), null, first.pending);
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
            List<SchemaNode> schemas = applied.choice().schemas();
            if (schemas.size() == 1) {
                if (!apply(partial, schemas.getFirst(), applied)) {
                    return;
                }
            } else if (!isMade(partial, applied.choice())) {
                split(partial, applied);
                return;
            }
        }
        if (done.size() == MAX_CONJUNCTIONS) {
            throw tooMany(partial.seen.iterator().next());
        }
        done.add(new Conjunction(partial.asserting, partial.types, evaluators(partial)));
    }

    // Where one of the schemas holds anyway, the others say nothing new; unless it matters which of
    // them hold.
    private boolean isMade(Partial partial, Choice choice) {
        return !(partial.notes && choice.evaluates())
                && choice.schemas().stream()
                        .anyMatch(schema ->
                                partial.seen.contains(schema)
                                        || contradictions.imply(
                                                partial.types, partial.asserting, schema));
    }

    private void split(Partial partial, Applied applied) {
        hasSplit = true;
        for (SchemaNode branch : applied.choice().schemas().reversed()) {
            Choice chosen = new Choice(List.of(branch), applied.choice().evaluates());
            open.push(partial.copy(new Applied(chosen, applied.by(), partial.pending)));
        }
        if (open.size() > MAX_STEPS) {
            throw tooMany(applied.choice().schemas().getFirst());
        }
    }

    /// Whether the conjunction goes on in this partial.
    private boolean apply(Partial partial, SchemaNode node, Applied applied) {
        if (partial.notes && applied.choice().evaluates() && applied.by() != null) {
            partial.edges = new Edge(applied.by(), node, partial.edges);
        }
        boolean isNew = partial.seen.add(node);
        if (!isNew && !(partial.notes && node.applies() && partial.noted.add(node))) {
            return true;
        }
        if (++steps > MAX_STEPS) {
            throw tooMany(node);
        }
        if (isNew && !hold(partial, node)) {
            return false;
        }
        partial.notes |= node.asksForEvaluated();
        if (partial.notes) {
            partial.noted.add(node);
        }
        for (Choice choice : combinators.appliedBy(node, partial.notes).reversed()) {
            partial.pending = new Applied(choice, node, partial.pending);
        }
        return true;
    }

    /// Adds the schema's own keywords; whether any type is left.
    private boolean hold(Partial partial, SchemaNode node) {
        partial.types &= typesOf(node);
        if (partial.types == 0) {
            return false;
        }
        if (node.asserts()) {
            partial.asserting.add(node);
            if (hasSplit) {
                partial.types = contradictions.possible(partial.types, partial.asserting, node);
                if (partial.types == 0) {
                    return false;
                }
            }
        }
        return true;
    }

    private static Map<SchemaNode, Set<SchemaNode>> evaluators(Partial partial) {
        if (!partial.notes) {
            return Map.of();
        }
        Map<SchemaNode, List<SchemaNode>> applied = new HashMap<>();
        for (Edge edge = partial.edges; edge != null; edge = edge.before()) {
            applied.computeIfAbsent(edge.from(), none -> new ArrayList<>()).add(edge.to());
        }
        Map<SchemaNode, Set<SchemaNode>> evaluators = new HashMap<>();
        for (SchemaNode node : partial.asserting) {
            if (node.asksForEvaluated()) {
                evaluators.put(node, reached(node, applied));
            }
        }
        return evaluators;
    }

    private static Set<SchemaNode> reached(
            SchemaNode from, Map<SchemaNode, List<SchemaNode>> applied) {
        Set<SchemaNode> reached = new LinkedHashSet<>();
        Deque<SchemaNode> todo = new ArrayDeque<>(List.of(from));
        while (!todo.isEmpty()) {
            SchemaNode node = todo.pop();
            if (reached.add(node)) {
                todo.addAll(applied.getOrDefault(node, List.of()));
            }
        }
        return reached;
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

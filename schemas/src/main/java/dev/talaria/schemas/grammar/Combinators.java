package dev.talaria.schemas.grammar;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What schemas apply to the value itself, as choices: of each, one schema holds.
///
/// The branches of a `oneOf` are taken to exclude each other unless they are known to overlap;
/// those that do exclude each other by their opposites.
final class Combinators {

    /// Two branches of a `oneOf`, by their places.
    record Pair(SchemaNode node, int first, int second) {}

    private final Negation negation;
    private final Set<Pair> overlapping;
    private final Set<SchemaNode> exclusive = new HashSet<>();
    private final List<Pair> apart = new ArrayList<>();
    private final Map<SchemaNode, List<List<SchemaNode>>> choices = new HashMap<>();

    Combinators(Negation negation, Set<Pair> overlapping) {
        this.negation = negation;
        this.overlapping = overlapping;
    }

    Negation negation() {
        return negation;
    }

    /// The choices a schema asks for, apart from its own keywords.
    List<List<SchemaNode>> appliedBy(SchemaNode node) {
        List<List<SchemaNode>> known = choices.get(node);
        if (known == null) {
            known = node.applies() ? choicesOf(node) : List.of();
            choices.put(node, known);
        }
        return known;
    }

    /// Takes the pairs of branches met since the last time that are taken to exclude each other.
    List<Pair> takeApart() {
        List<Pair> taken = List.copyOf(apart);
        apart.clear();
        return taken;
    }

    private List<List<SchemaNode>> choicesOf(SchemaNode node) {
        List<List<SchemaNode>> choices = new ArrayList<>();
        if (node.reference != null) {
            choices.add(List.of(node.reference));
        }
        node.allOf.forEach(schema -> choices.add(List.of(schema)));
        if (node.anyOf != null) {
            choices.add(node.anyOf);
        }
        if (node.oneOf != null) {
            choices.add(exclusiveBranches(node));
        }
        node.not.forEach(schema -> choices.add(negation.alternatives(schema)));
        return choices;
    }

    private List<SchemaNode> exclusiveBranches(SchemaNode node) {
        int count = node.oneOf.size();
        List<List<SchemaNode>> excluded = new ArrayList<>();
        node.oneOf.forEach(branch -> excluded.add(new ArrayList<>()));
        boolean isNew = exclusive.add(node);
        for (int i = 0; i < count; i++) {
            for (int j = i + 1; j < count; j++) {
                Pair pair = new Pair(node, i, j);
                if (overlapping.contains(pair)) {
                    excluded.get(i).add(node.oneOf.get(j));
                    excluded.get(j).add(node.oneOf.get(i));
                } else if (isNew) {
                    apart.add(pair);
                }
            }
        }
        List<SchemaNode> branches = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            branches.add(negation.but(node.oneOf.get(i), excluded.get(i)));
        }
        return branches;
    }
}

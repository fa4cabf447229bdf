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

    private static final int MAX_TOGETHER = 6;
    private static final int MAX_CONDITION = 4;

    /// Two branches of a `oneOf`, by their places.
    record Pair(SchemaNode node, int first, int second) {}

    private final Negation negation;
    private final Set<Pair> overlapping;
    private final Set<SchemaNode> exclusive = new HashSet<>();
    private final List<Pair> apart = new ArrayList<>();
    private final Map<SchemaNode, List<Choice>> choices = new HashMap<>();
    private final Map<SchemaNode, List<Choice>> fullChoices = new HashMap<>();

    /// Schemas of which one holds.
    ///
    /// @param evaluates whether what the schema speaks of counts as evaluated
    record Choice(List<SchemaNode> schemas, boolean evaluates) {

        static Choice of(SchemaNode schema) {
            return new Choice(List.of(schema), true);
        }
    }

    Combinators(Negation negation, Set<Pair> overlapping) {
        this.negation = negation;
        this.overlapping = overlapping;
    }

    Negation negation() {
        return negation;
    }

    /// The choices a schema asks for, apart from its own keywords.
    ///
    /// @param full whether each branch has to be met alone and together with others, because what
    ///   it speaks of matters
    List<Choice> appliedBy(SchemaNode node, boolean full) {
        if (!node.applies()) {
            return List.of();
        }
        Map<SchemaNode, List<Choice>> known = full ? fullChoices : choices;
        List<Choice> applied = known.get(node);
        if (applied == null) {
            applied = choicesOf(node, full);
            known.put(node, applied);
        }
        return applied;
    }

    /// Takes the pairs of branches met since the last time that are taken to exclude each other.
    List<Pair> takeApart() {
        List<Pair> taken = List.copyOf(apart);
        apart.clear();
        return taken;
    }

    private List<Choice> choicesOf(SchemaNode node, boolean full) {
        List<Choice> choices = new ArrayList<>();
        if (node.reference != null) {
            choices.add(Choice.of(node.reference));
        }
        node.allOf.forEach(schema -> choices.add(Choice.of(schema)));
        if (node.conditional != null) {
            addConditional(node.conditional, full, choices);
        }
        addDependencies(node, choices);
        if (node.anyOf != null) {
            choices.add(new Choice(full ? subsets(node, node.anyOf) : node.anyOf, true));
        }
        if (node.oneOf != null) {
            choices.add(new Choice(exclusiveBranches(node), true));
        }
        for (SchemaNode excluded : node.not) {
            choices.add(new Choice(negation.alternatives(excluded), false));
        }
        return choices;
    }

    private void addConditional(SchemaNode.Conditional cases, boolean full, List<Choice> choices) {
        SchemaNode condition = cases.condition();
        SchemaNode then = cases.then();
        SchemaNode otherwise = cases.otherwise();
        if (!full && then == null && otherwise == null) {
            return;
        }
        SchemaNode first = then == null ? condition : negation.all(condition, then);
        SchemaNode opposite = negation.opposite(condition);
        SchemaNode second = otherwise == null ? opposite : negation.all(opposite, otherwise);
        if (!full && then == null) {
            second = otherwise;
        } else if (!full && otherwise == null && !isCertain(condition, 0)) {
            first = then;
        }
        choices.add(new Choice(List.of(first, second), true));
    }

    // Whether no reader of schemas differs on the condition. Then the two cases exclude each other,
    // and of many such conditions few combine; else what they differ on may still satisfy `then`.
    private static boolean isCertain(SchemaNode node, int depth) {
        if (depth > MAX_CONDITION || node.applies() && !node.appliesOnlyReference()) {
            return false;
        }
        return node.strings.isCertain()
                && node.patternProperties.isEmpty()
                && node.propertyNames == null
                && node.contains.isEmpty()
                && (node.reference == null || isCertain(node.reference, depth + 1))
                && (node.items == null || isCertain(node.items, depth + 1))
                && node.prefixItems.stream().allMatch(each -> isCertain(each, depth + 1))
                && node.properties.values().stream().allMatch(each -> isCertain(each, depth + 1));
    }

    private void addDependencies(SchemaNode node, List<Choice> choices) {
        node.dependentSchemas.forEach((name, schema) -> {
            SchemaNode with = negation.all(negation.with(node, name, Set.of()), schema);
            choices.add(new Choice(List.of(negation.without(node, name), with), true));
        });
    }

    // Fewer branches speak of less, so those that hold besides need not be known.
    private List<SchemaNode> subsets(SchemaNode node, List<SchemaNode> branches) {
        if (branches.size() > MAX_TOGETHER) {
            throw new UnsupportedSchemaException(
                    "anyOf",
                    node.pointer + "/anyOf",
                    "beside unevaluatedProperties or unevaluatedItems more than "
                            + MAX_TOGETHER
                            + " branches are not enforced",
                    "use fewer branches, or oneOf");
        }
        List<SchemaNode> subsets = new ArrayList<>(branches);
        for (int set = 1; set < 1 << branches.size(); set++) {
            if (Integer.bitCount(set) > 1) {
                List<SchemaNode> members = new ArrayList<>();
                for (int i = 0; i < branches.size(); i++) {
                    if ((set >> i & 1) != 0) {
                        members.add(branches.get(i));
                    }
                }
                subsets.add(negation.all(members.toArray(SchemaNode[]::new)));
            }
        }
        return subsets;
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

package dev.talaria.schemas.grammar;

import dev.talaria.schemas.grammar.SchemaNode.Contains;

import tools.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/// Tells whether two schemas, of two documents, say the same in the same words: every keyword that
/// is read, of them and of all they lead to. Titles and descriptions may differ.
final class SameSchemas {

    private record Pair(SchemaNode one, SchemaNode other) {}

    // Pairs of which nothing is known to differ; emptied where something does.
    private final Set<Pair> alike = new HashSet<>();

    boolean areSame(SchemaNode one, SchemaNode other) {
        boolean same = compare(one, other, 0);
        if (!same) {
            alike.clear();
        }
        return same;
    }

    private boolean compare(SchemaNode one, SchemaNode other, int depth) {
        if (one == other) {
            return true;
        }
        if (one == null || other == null || depth > 200) {
            return false;
        }
        return !alike.add(new Pair(one, other))
                || saySame(one, other) && applySame(one, other, depth + 1);
    }

    private static boolean saySame(SchemaNode one, SchemaNode other) {
        return one.never == other.never
                && one.types == other.types
                && Objects.equals(identities(one), identities(other))
                && one.range.equals(other.range)
                && one.minLength == other.minLength
                && one.maxLength == other.maxLength
                && Objects.equals(written(one, "pattern"), written(other, "pattern"))
                && Objects.equals(written(one, "format"), written(other, "format"))
                && one.excludedLiterals.keySet().equals(other.excludedLiterals.keySet())
                && saySameOfElements(one, other)
                && saySameOfMembers(one, other);
    }

    private static Set<String> identities(SchemaNode node) {
        return node.literals == null ? null : node.literals.keySet();
    }

    private static JsonNode written(SchemaNode node, String keyword) {
        return node.json == null ? null : node.json.get(keyword);
    }

    private static boolean saySameOfElements(SchemaNode one, SchemaNode other) {
        return one.minItems == other.minItems
                && one.maxItems == other.maxItems
                && one.uniqueItems == other.uniqueItems
                && one.repeatedItems == other.repeatedItems;
    }

    private static boolean saySameOfMembers(SchemaNode one, SchemaNode other) {
        return one.required.equals(other.required)
                && one.properties.keySet().equals(other.properties.keySet())
                && patterns(one).equals(patterns(other))
                && one.minProperties == other.minProperties
                && one.maxProperties == other.maxProperties
                && one.dependentRequired.equals(other.dependentRequired)
                && one.dependentSchemas.keySet().equals(other.dependentSchemas.keySet())
                && one.someMembers.isEmpty()
                && other.someMembers.isEmpty();
    }

    private static List<String> patterns(SchemaNode node) {
        JsonNode patterns = written(node, "patternProperties");
        return patterns == null ? List.of() : List.copyOf(patterns.propertyNames());
    }

    private boolean applySame(SchemaNode one, SchemaNode other, int depth) {
        List<SchemaNode> of = children(one);
        List<SchemaNode> to = children(other);
        boolean same = of.size() == to.size() && counts(one).equals(counts(other));
        for (int i = 0; same && i < of.size(); i++) {
            same = compare(of.get(i), to.get(i), depth);
        }
        for (String name : same ? one.properties.keySet() : Set.<String>of()) {
            same = same && compare(one.properties.get(name), other.properties.get(name), depth);
        }
        for (String name : same ? one.dependentSchemas.keySet() : Set.<String>of()) {
            SchemaNode schema = one.dependentSchemas.get(name);
            same = same && compare(schema, other.dependentSchemas.get(name), depth);
        }
        return same;
    }

    /// The schemas it applies, in an order; null where there is none in a place.
    private static List<SchemaNode> children(SchemaNode node) {
        List<SchemaNode> children = new ArrayList<>(node.prefixItems);
        children.add(node.items);
        node.contains.forEach(each -> children.add(each.schema()));
        children.add(node.unevaluatedItems);
        children.add(node.evaluatedItems);
        children.add(node.additionalProperties);
        node.patternProperties.forEach(each -> children.add(each.schema()));
        children.add(node.propertyNames);
        children.add(node.unevaluatedProperties);
        children.add(node.reference);
        children.addAll(node.allOf);
        children.addAll(node.not);
        SchemaNode.Conditional cases = node.conditional;
        children.add(cases == null ? null : cases.condition());
        children.add(cases == null ? null : cases.then());
        children.add(cases == null ? null : cases.otherwise());
        children.addAll(Objects.requireNonNullElse(node.anyOf, List.of()));
        children.addAll(Objects.requireNonNullElse(node.oneOf, List.of()));
        return children;
    }

    // How many of each kind there are, so that none is taken for one of another kind.
    private static List<Object> counts(SchemaNode node) {
        List<Object> counts = new ArrayList<>();
        counts.add(node.prefixItems.size());
        for (Contains each : node.contains) {
            counts.add(List.of(each.from(), each.minimum(), each.maximum()));
        }
        counts.add(node.allOf.size());
        counts.add(node.not.size());
        counts.add(node.anyOf == null ? -1 : node.anyOf.size());
        counts.add(node.oneOf == null ? -1 : node.oneOf.size());
        counts.add(node.conditional != null);
        return counts;
    }
}

package dev.talaria.schemas.grammar;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.NullNode;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// What is known of a value: schemas that it satisfies, by their own keywords, with all that they
/// apply by `$ref` and `allOf`, and the types that are left.
///
/// It may say less than is true, never more: `not`, `if` and what depends on members are not looked
/// at.
///
/// @param nodes that all hold
/// @param types that are looked at
/// @param chosen those of the nodes whose `anyOf` and `oneOf` have been decided
record Premise(Set<SchemaNode> nodes, int types, Set<SchemaNode> chosen) {

    /// What follows from these schemas.
    static Premise of(Collection<SchemaNode> schemas) {
        return new Premise(applied(schemas), Types.ALL, Set.of()).narrowed();
    }

    private static Set<SchemaNode> applied(Collection<SchemaNode> schemas) {
        Set<SchemaNode> all = new LinkedHashSet<>();
        Deque<SchemaNode> todo = new ArrayDeque<>(schemas);
        while (!todo.isEmpty()) {
            SchemaNode node = todo.removeFirst();
            if (all.add(node)) {
                if (node.reference != null) {
                    todo.addLast(node.reference);
                }
                todo.addAll(node.allOf);
            }
        }
        return all;
    }

    private Premise narrowed() {
        int left = types;
        for (SchemaNode node : nodes) {
            left &= node.never ? 0 : node.types;
        }
        return new Premise(nodes, left, chosen);
    }

    /// This, and one schema more.
    Premise and(SchemaNode schema) {
        List<SchemaNode> more = new ArrayList<>(nodes);
        more.add(schema);
        return new Premise(applied(more), types, chosen).narrowed();
    }

    /// This, looking at some types only.
    Premise of(int some) {
        return new Premise(nodes, types & some, chosen);
    }

    /// This in every case of the first choice that has not been made; empty where there is none.
    List<Premise> cases() {
        for (SchemaNode node : nodes) {
            if (!chosen.contains(node) && (node.anyOf != null || node.oneOf != null)) {
                return cases(node);
            }
        }
        return List.of();
    }

    private List<Premise> cases(SchemaNode node) {
        Set<SchemaNode> made = new HashSet<>(chosen);
        made.add(node);
        List<Premise> cases = List.of(new Premise(nodes, types, made));
        for (List<SchemaNode> branches : branches(node)) {
            List<Premise> finer = new ArrayList<>();
            for (Premise each : cases) {
                branches.forEach(branch -> finer.add(each.and(branch)));
            }
            cases = finer;
        }
        return cases;
    }

    private static List<List<SchemaNode>> branches(SchemaNode node) {
        List<List<SchemaNode>> branches = new ArrayList<>();
        if (node.anyOf != null) {
            branches.add(node.anyOf);
        }
        if (node.oneOf != null) {
            branches.add(node.oneOf);
        }
        return branches;
    }

    /// The values, where they can be listed; null where they cannot.
    List<JsonNode> values() {
        for (SchemaNode node : nodes) {
            if (node.literals != null) {
                return node.literals.values().stream().filter(this::mayBe).toList();
            }
        }
        if ((types & ~(Types.NULL | Types.BOOLEAN)) != 0) {
            return null;
        }
        List<JsonNode> all = List.of(NullNode.instance, BooleanNode.TRUE, BooleanNode.FALSE);
        return all.stream().filter(this::mayBe).toList();
    }

    private boolean mayBe(JsonNode value) {
        return (Types.of(value) & types) != 0
                && new LiteralJudge(new Negation(), true).satisfiesAll(value, nodes);
    }

    /// The numbers.
    NumberRange range() {
        NumberRange range = NumberRange.ALL;
        for (SchemaNode node : nodes) {
            range = range.and(node.range);
        }
        return (types & Types.FRACTION) == 0 ? range.onlyIntegers() : range;
    }

    /// The strings.
    StringSet strings() {
        StringSet strings = StringSet.ALL;
        for (SchemaNode node : nodes) {
            strings = strings.and(node.stringSet());
        }
        return strings;
    }

    long minItems() {
        return nodes.stream().mapToLong(node -> node.minItems).max().orElse(0);
    }

    long maxItems() {
        return nodes.stream().mapToLong(node -> node.maxItems).min().orElse(ArrayShape.UNBOUNDED);
    }

    boolean uniqueItems() {
        return nodes.stream().anyMatch(node -> node.uniqueItems);
    }

    /// What is known of the element at that index.
    Premise element(int index) {
        return Premise.of(
                nodes.stream()
                        .map(node -> node.element(index))
                        .filter(schema -> schema != null)
                        .toList());
    }

    /// From which index on nothing more is known of one element than of the next.
    int distinctElements() {
        return nodes.stream().mapToInt(node -> node.prefixItems.size()).max().orElse(0);
    }

    /// The members that are there.
    Set<String> required() {
        Set<String> required = new LinkedHashSet<>();
        nodes.forEach(node -> required.addAll(node.required));
        return required;
    }

    /// The names that are spoken of one by one.
    Set<String> named() {
        Set<String> named = new LinkedHashSet<>();
        nodes.forEach(node -> named.addAll(node.properties.keySet()));
        return named;
    }

    /// How many members there are at least.
    long minProperties() {
        long bound = nodes.stream().mapToLong(node -> node.minProperties).max().orElse(0);
        return Math.max(bound, required().size());
    }

    /// How many members there are at most.
    long maxProperties() {
        long most = ObjectShape.UNBOUNDED;
        for (SchemaNode node : nodes) {
            most = Math.min(most, node.maxProperties);
            if (isClosed(node)) {
                most = Math.min(most, node.properties.size());
            }
        }
        return most;
    }

    /// Whether there are no members but those that are spoken of one by one.
    boolean isClosed() {
        return nodes.stream().anyMatch(Premise::isClosed);
    }

    private static boolean isClosed(SchemaNode node) {
        return node.additionalProperties != null
                && node.additionalProperties.never
                && node.patternProperties.isEmpty();
    }

    /// The names members have, as far as `propertyNames` says it.
    StringSet names() {
        StringSet names = StringSet.ALL;
        for (SchemaNode node : nodes) {
            if (node.propertyNames != null) {
                names = names.and(Premise.of(List.of(node.propertyNames)).strings());
            }
        }
        return names;
    }

    /// What is known of the member of that name, where there is one.
    Premise member(String name) {
        List<SchemaNode> schemas = new ArrayList<>();
        for (SchemaNode node : nodes) {
            SchemaNode property = node.properties.get(name);
            if (property != null) {
                schemas.add(property);
            }
            boolean patternless = true;
            for (SchemaNode.PatternProperty pattern : node.patternProperties) {
                if (pattern.names().contains(name)) {
                    schemas.add(pattern.schema());
                }
                patternless &= pattern.names().complement().contains(name);
            }
            if (property == null && patternless && node.additionalProperties != null) {
                schemas.add(node.additionalProperties);
            }
        }
        return Premise.of(schemas);
    }
}

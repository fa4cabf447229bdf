package dev.talaria.schemas.grammar;

import tools.jackson.databind.JsonNode;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/// Sees early that some schemas exclude each other, by constants and by types: of alternatives that
/// are combined, most are then never written out.
///
/// A dozen of `if` that ask the same member for a constant combine in thousands of ways, and all
/// but a dozen contradict themselves. What is not seen costs work, no correctness.
final class Contradictions {

    private static final int MAX_WORK = 4_000_000;
    private static final int MAX_LITERALS = 5_000;
    private static final int MAX_DEPTH = 8;
    private static final int MAX_NODES = 64;

    private final Negation negation;
    private final boolean widest;
    private final Map<Set<Integer>, Boolean> known = new HashMap<>();
    private long work;

    /// @param widest as for [LiteralJudge]
    Contradictions(Negation negation, boolean widest) {
        this.negation = negation;
        this.widest = widest;
    }

    /// Whether no value satisfies all of the schemas, as far as that is seen without their
    /// branches.
    boolean exclude(List<SchemaNode> schemas) {
        Set<SchemaNode> nodes = new LinkedHashSet<>();
        Deque<SchemaNode> open = new ArrayDeque<>(schemas);
        int types = Types.ALL;
        while (!open.isEmpty() && nodes.size() < MAX_NODES && work <= MAX_WORK) {
            SchemaNode node = open.removeFirst();
            if (nodes.add(node)) {
                types &= node.never ? 0 : node.types;
                open.addAll(node.allOf);
                if (node.reference != null) {
                    open.add(node.reference);
                }
            }
        }
        work += nodes.size();
        for (SchemaNode node : nodes) {
            types = types == 0 ? 0 : possible(types, nodes, node);
        }
        return types == 0;
    }

    /// The types that are left of those the schemas allow by their own keywords.
    ///
    /// @param nodes the schemas
    /// @param latest the last of them, before which there was no contradiction
    int possible(int types, Collection<SchemaNode> nodes, SchemaNode latest) {
        if (work > MAX_WORK) {
            return types;
        }
        if (excludesAllLiterals(nodes)) {
            return 0;
        }
        boolean object = (types & Types.OBJECT) != 0;
        return object && lacksRequired(nodes, latest) ? types & ~Types.OBJECT : types;
    }

    private boolean excludesAllLiterals(Collection<SchemaNode> nodes) {
        Map<String, JsonNode> fewest = null;
        for (SchemaNode node : nodes) {
            boolean fewer =
                    node.literals != null
                            && (fewest == null || node.literals.size() < fewest.size());
            fewest = fewer ? node.literals : fewest;
        }
        if (fewest == null || fewest.size() > MAX_LITERALS) {
            return false;
        }
        work += (long) fewest.size() * nodes.size();
        Collection<JsonNode> values = fewest.values();
        return isKnown(
                judge -> values.stream().noneMatch(value -> judge.satisfiesOwnOfAll(value, nodes)));
    }

    private boolean isKnown(Predicate<LiteralJudge> question) {
        try {
            return question.test(new LiteralJudge(negation, widest));
        } catch (UnsupportedSchemaException unknown) {
            // Whoever needs the answer will ask again, and hear why there is none.
            return false;
        }
    }

    private boolean lacksRequired(Collection<SchemaNode> nodes, SchemaNode latest) {
        Set<String> concerned = new LinkedHashSet<>(latest.required);
        for (SchemaNode node : nodes) {
            work += node.required.size();
            node.required.stream().filter(latest.properties::containsKey).forEach(concerned::add);
        }
        return concerned.stream().anyMatch(name -> excludeEachOther(member(nodes, name)));
    }

    private List<SchemaNode> member(Collection<SchemaNode> nodes, String name) {
        List<SchemaNode> schemas = new ArrayList<>();
        for (SchemaNode node : nodes) {
            SchemaNode schema = node.properties.get(name);
            boolean other = schema == null && node.patternProperties.isEmpty();
            if (schema != null || other && node.additionalProperties != null) {
                schemas.add(schema != null ? schema : node.additionalProperties);
            }
        }
        work += nodes.size();
        return schemas;
    }

    private boolean excludeEachOther(List<SchemaNode> schemas) {
        if (schemas.isEmpty()) {
            return false;
        }
        Set<Integer> key = new TreeSet<>();
        schemas.forEach(schema -> key.add(schema.number));
        Boolean before = known.get(key);
        if (before == null) {
            before = areExcluded(schemas);
            known.put(key, before);
        }
        return before;
    }

    private boolean areExcluded(List<SchemaNode> schemas) {
        int types = Types.ALL;
        Map<String, JsonNode> fewest = null;
        for (SchemaNode schema : schemas) {
            types &= types(schema, 0);
            Map<String, JsonNode> literals = literals(schema, 0);
            boolean fewer = literals != null && (fewest == null || literals.size() < fewest.size());
            fewest = fewer ? literals : fewest;
        }
        if (types == 0) {
            return true;
        }
        if (fewest == null || fewest.size() > MAX_LITERALS) {
            return false;
        }
        work += (long) fewest.size() * schemas.size();
        Collection<JsonNode> values = fewest.values();
        return isKnown(
                judge -> values.stream().noneMatch(value -> judge.satisfiesAll(value, schemas)));
    }

    /// Whether every value that satisfies the schemas satisfies the alternative too, for certain.
    boolean imply(int types, Collection<SchemaNode> nodes, SchemaNode alternative) {
        if (work > MAX_WORK
                || (types & ~alternative.types) != 0
                || !alternative.saysOnlyNamedMembers()) {
            return false;
        }
        work += (long) nodes.size() * alternative.required.size();
        for (String name : alternative.required) {
            if (nodes.stream().noneMatch(node -> node.required.contains(name))) {
                return false;
            }
        }
        for (Map.Entry<String, SchemaNode> member : alternative.properties.entrySet()) {
            List<SchemaNode> schemas = member(nodes, member.getKey());
            if (!schemas.contains(member.getValue()) && !isImplied(member.getValue(), schemas)) {
                return false;
            }
        }
        return true;
    }

    // By the values the others list.
    private boolean isImplied(SchemaNode schema, List<SchemaNode> others) {
        Map<String, JsonNode> fewest = null;
        for (SchemaNode other : others) {
            Map<String, JsonNode> literals = literals(other, 0);
            boolean fewer = literals != null && (fewest == null || literals.size() < fewest.size());
            fewest = fewer ? literals : fewest;
        }
        if (schema.never || fewest == null || fewest.size() > MAX_LITERALS) {
            return schema.never && others.stream().anyMatch(other -> other.never);
        }
        work += (long) fewest.size() * (others.size() + 1);
        Collection<JsonNode> values = fewest.values();
        return isKnown(judge ->
                values.stream()
                        .filter(value -> judge.satisfiesAll(value, others))
                        .allMatch(value -> judge.satisfiesAll(value, List.of(schema))));
    }

    private static int types(SchemaNode schema, int depth) {
        if (schema.never) {
            return 0;
        }
        int types = schema.types;
        for (SchemaNode excluded : schema.not) {
            types &= excluded.saysOnlyTypes() ? ~excluded.types : Types.ALL;
        }
        if (depth < MAX_DEPTH) {
            types &= schema.reference == null ? Types.ALL : types(schema.reference, depth + 1);
            for (SchemaNode applied : schema.allOf) {
                types &= types(applied, depth + 1);
            }
        }
        return types;
    }

    /// All values a schema may allow; null where they are not listed.
    private static Map<String, JsonNode> literals(SchemaNode schema, int depth) {
        if (schema.literals != null || depth == MAX_DEPTH) {
            return schema.literals;
        }
        Map<String, JsonNode> literals =
                schema.reference == null ? null : literals(schema.reference, depth + 1);
        for (int i = 0; literals == null && i < schema.allOf.size(); i++) {
            literals = literals(schema.allOf.get(i), depth + 1);
        }
        if (literals == null && schema.anyOf != null) {
            literals = union(schema.anyOf, depth);
        }
        if (literals == null && schema.oneOf != null) {
            literals = union(schema.oneOf, depth);
        }
        return literals;
    }

    private static Map<String, JsonNode> union(List<SchemaNode> branches, int depth) {
        Map<String, JsonNode> union = new LinkedHashMap<>();
        for (SchemaNode branch : branches) {
            Map<String, JsonNode> literals = literals(branch, depth + 1);
            if (literals == null) {
                return null;
            }
            union.putAll(literals);
        }
        return union;
    }
}

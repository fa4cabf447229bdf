package dev.talaria.schemas.grammar;

import dev.talaria.schemas.grammar.SchemaInclusion.Obstacle;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// One proof that what satisfies a premise satisfies a schema.
///
/// A pair of premise and schema that is being proven counts as proven below itself: a schema never
/// leads back to itself for the same value, so the pair is met again for a smaller value only.
final class InclusionProof {

    private static final int MAX_STEPS = 50_000;
    private static final int MAX_DEPTH = 200;

    private record Pair(Premise premise, SchemaNode schema) {}

    private final Set<Pair> shown = new HashSet<>();
    private final Deque<Pair> trail = new ArrayDeque<>();
    private final SameSchemas same = new SameSchemas();
    private final EmptyPremises empty = new EmptyPremises();
    private final LiteralJudge judge = new LiteralJudge(new Negation(), false);
    private int steps;
    private int depth;

    /// What is in the way of the proof; null where there is nothing.
    ///
    /// @throws UnsupportedSchemaException where it takes too much work, or a set of strings is too
    ///   large to be told
    Obstacle obstacle(Premise premise, SchemaNode schema) {
        if (schema == null || premise.types() == 0) {
            return null;
        }
        Pair pair = new Pair(premise, schema);
        if (!shown.add(pair)) {
            return null;
        }
        int before = trail.size();
        trail.push(pair);
        enter(schema);
        Obstacle obstacle = search(premise, schema);
        depth--;
        if (obstacle != null) {
            // What was shown since may rest on this pair.
            while (trail.size() > before) {
                shown.remove(trail.pop());
            }
        }
        return obstacle;
    }

    private void enter(SchemaNode schema) {
        if (++steps > MAX_STEPS || ++depth > MAX_DEPTH) {
            throw new UnsupportedSchemaException(
                    "schema",
                    schema.pointer,
                    "comparing the two versions takes too many steps",
                    "change less at once");
        }
    }

    private Obstacle search(Premise premise, SchemaNode schema) {
        if (premise.nodes().stream().anyMatch(node -> same.areSame(node, schema))) {
            return null;
        }
        List<JsonNode> values = premise.values();
        if (values != null) {
            return amongValues(values, schema);
        }
        Obstacle obstacle = keyword(premise, schema);
        if (obstacle == null || empty.isEmpty(premise)) {
            return null;
        }
        return byCases(premise, schema, obstacle);
    }

    private Obstacle amongValues(List<JsonNode> values, SchemaNode schema) {
        for (JsonNode value : values) {
            if (!judge.satisfiesAll(value, List.of(schema))) {
                return at(
                        schema, "", "it does not allow " + brief(value) + ", the new version may");
            }
        }
        return null;
    }

    private static String brief(JsonNode value) {
        String text = value.toString();
        return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }

    private Obstacle byCases(Premise premise, SchemaNode schema, Obstacle whole) {
        List<Premise> cases = premise.cases();
        boolean byType = cases.isEmpty() && !schema.appliesOnlyReference();
        if (byType) {
            cases = Types.each(premise.types()).stream().map(premise::of).toList();
        }
        if (cases.isEmpty() || byType && cases.size() == 1) {
            return whole;
        }
        for (Premise each : cases) {
            Obstacle obstacle = obstacle(each, schema);
            if (obstacle != null) {
                return obstacle;
            }
        }
        return null;
    }

    private Obstacle keyword(Premise premise, SchemaNode schema) {
        if (schema.never) {
            return at(schema, "", "it allows no value");
        }
        int types = premise.types() & ~schema.types;
        if (types != 0) {
            return at(schema, "/type", "values of the new version may be " + Types.names(types));
        }
        if (schema.literals != null) {
            String keyword = schema.json.has("enum") ? "/enum" : "/const";
            return at(schema, keyword, "the new version does not list its values");
        }
        Obstacle obstacle = scalars(premise, schema);
        if (obstacle == null && has(premise, Types.ARRAY)) {
            obstacle = new ElementInclusion(this, premise, schema).obstacle();
        }
        if (obstacle == null && has(premise, Types.OBJECT)) {
            obstacle = new MemberInclusion(this, premise, schema).obstacle();
        }
        return obstacle == null ? applied(premise, schema) : obstacle;
    }

    private static boolean has(Premise premise, int type) {
        return (premise.types() & type) != 0;
    }

    private static Obstacle scalars(Premise premise, SchemaNode schema) {
        boolean numbers = !has(premise, Types.NUMBER) || schema.range.includes(premise.range());
        if (!numbers) {
            return at(
                    schema, "", "numbers of the new version may be outside of its bounds or steps");
        }
        boolean strings = !has(premise, Types.STRING) || includesStrings(premise, schema);
        return strings
                ? null
                : at(
                        schema,
                        "",
                        "strings of the new version may have another length, pattern or format");
    }

    private static boolean includesStrings(Premise premise, SchemaNode schema) {
        if (premise.strings().isDisjointFrom(schema.stringSet().complement())) {
            return true;
        }
        // What readers differ on is not shown of sets; an expression is always included in itself.
        StringSet lengths = StringSet.of(new StringShape(schema.minLength, schema.maxLength));
        return kept("pattern", premise, schema)
                && kept("format", premise, schema)
                && premise.strings().isDisjointFrom(lengths.complement());
    }

    private static boolean kept(String keyword, Premise premise, SchemaNode schema) {
        JsonNode asked = schema.json == null ? null : schema.json.get(keyword);
        return asked == null
                || premise.nodes().stream()
                        .anyMatch(
                                node -> node.json != null && asked.equals(node.json.get(keyword)));
    }

    private Obstacle applied(Premise premise, SchemaNode schema) {
        Obstacle obstacle = obstacle(premise, schema.reference);
        for (SchemaNode each : schema.allOf) {
            obstacle = obstacle == null ? obstacle(premise, each) : obstacle;
        }
        for (SchemaNode each : schema.not) {
            boolean excluded = obstacle != null || empty.isEmpty(premise.and(each));
            obstacle =
                    excluded
                            ? obstacle
                            : at(schema, "/not", "the new version may have such values");
        }
        if (obstacle == null && schema.anyOf != null) {
            obstacle = someBranch(premise, schema, "/anyOf", schema.anyOf);
        }
        if (obstacle == null && schema.oneOf != null) {
            obstacle = oneBranch(premise, schema);
        }
        if (obstacle == null && schema.conditional != null) {
            obstacle = conditional(premise, schema, schema.conditional);
        }
        return obstacle == null ? dependent(premise, schema) : obstacle;
    }

    private Obstacle someBranch(
            Premise premise, SchemaNode schema, String keyword, List<SchemaNode> branches) {
        for (SchemaNode branch : branches) {
            if (obstacle(premise, branch) == null) {
                return null;
            }
        }
        return at(schema, keyword, "values of the new version may satisfy none of its branches");
    }

    private Obstacle oneBranch(Premise premise, SchemaNode schema) {
        for (SchemaNode branch : schema.oneOf) {
            boolean alone =
                    schema.oneOf.stream()
                            .allMatch(
                                    other -> other == branch || empty.isEmpty(premise.and(other)));
            if (alone && obstacle(premise, branch) == null) {
                return null;
            }
        }
        return at(
                schema,
                "/oneOf",
                "values of the new version may satisfy none of its branches, or more than one");
    }

    private Obstacle conditional(Premise premise, SchemaNode schema, SchemaNode.Conditional cases) {
        boolean then = obstacle(premise, cases.then()) == null;
        boolean otherwise = obstacle(premise, cases.otherwise()) == null;
        boolean holds =
                then && otherwise
                        || then && obstacle(premise, cases.condition()) == null
                        || otherwise && empty.isEmpty(premise.and(cases.condition()))
                        || cases.then() != null
                                && otherwise
                                && obstacle(premise.and(cases.condition()), cases.then()) == null;
        return holds ? null : at(schema, "/if", "the new version does not keep to it");
    }

    private Obstacle dependent(Premise premise, SchemaNode schema) {
        for (Map.Entry<String, SchemaNode> each : schema.dependentSchemas.entrySet()) {
            boolean asked = has(premise, Types.OBJECT) && !isAbsent(premise, each.getKey());
            if (asked && obstacle(premise.of(Types.OBJECT), each.getValue()) != null) {
                return at(schema, "/dependentSchemas", "the new version does not keep to it");
            }
        }
        return null;
    }

    /// Whether no value has a member of that name.
    boolean isAbsent(Premise premise, String name) {
        return empty.isEmpty(premise.member(name)) || premise.names().complement().contains(name);
    }

    /// Whether a member may have that name, as far as a schema of names says.
    boolean allowsName(SchemaNode names, String name) {
        return judge.satisfiesAll(StringNode.valueOf(name), List.of(names));
    }

    static Obstacle at(SchemaNode schema, String keyword, String reason) {
        return new Obstacle(schema.pointer + keyword, reason);
    }
}

package dev.talaria.schemas.grammar;

import dev.talaria.schemas.grammar.SchemaInclusion.Obstacle;
import dev.talaria.schemas.grammar.SchemaNode.PatternProperty;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The part of an [InclusionProof] that is about the members of objects.
final class MemberInclusion {

    private final InclusionProof proof;
    private final Premise premise;
    private final SchemaNode schema;

    MemberInclusion(InclusionProof proof, Premise premise, SchemaNode schema) {
        this.proof = proof;
        this.premise = premise;
        this.schema = schema;
    }

    Obstacle obstacle() {
        Obstacle obstacle = counts();
        if (obstacle == null) {
            obstacle = needs();
        }
        for (String name : names()) {
            obstacle = obstacle == null ? named(name) : obstacle;
        }
        if (obstacle == null) {
            obstacle = others();
        }
        if (obstacle == null && schema.propertyNames != null) {
            obstacle = propertyNames();
        }
        boolean more = schema.unevaluatedProperties != null || !schema.someMembers.isEmpty();
        return obstacle == null && more
                ? at("/unevaluatedProperties", "the two versions differ, and this is not compared")
                : obstacle;
    }

    private Obstacle counts() {
        if (premise.minProperties() < schema.minProperties) {
            return at("/minProperties", "objects of the new version may have fewer members");
        }
        return premise.maxProperties() > schema.maxProperties
                ? at("/maxProperties", "objects of the new version may have more members")
                : null;
    }

    private Obstacle needs() {
        Set<String> there = premise.required();
        for (String name : schema.required) {
            if (!there.contains(name)) {
                return at("/required", "the new version may leave out '" + name + "'");
            }
        }
        for (Map.Entry<String, Set<String>> each : schema.dependentRequired.entrySet()) {
            boolean kept =
                    there.containsAll(each.getValue())
                            || proof.isAbsent(premise, each.getKey())
                            || isGiven(each.getKey(), each.getValue());
            if (!kept) {
                return at(
                        "/dependentRequired",
                        "the new version may have '" + each.getKey() + "' without the others");
            }
        }
        return null;
    }

    private boolean isGiven(String name, Set<String> needed) {
        return premise.nodes().stream()
                .anyMatch(node ->
                        node.dependentRequired.getOrDefault(name, Set.of()).containsAll(needed));
    }

    private Set<String> names() {
        Set<String> names = new LinkedHashSet<>(schema.properties.keySet());
        names.addAll(premise.named());
        return names;
    }

    /// Members of that name against all that the schema says of it.
    private Obstacle named(String name) {
        if (proof.isAbsent(premise, name)) {
            return null;
        }
        Premise member = premise.member(name);
        SchemaNode property = schema.properties.get(name);
        Obstacle obstacle = proof.obstacle(member, property);
        boolean declared = property != null;
        for (PatternProperty pattern : schema.patternProperties) {
            boolean outside = pattern.names().complement().contains(name);
            if (obstacle == null && !outside) {
                obstacle = proof.obstacle(member, pattern.schema());
            }
            declared |= pattern.names().contains(name);
        }
        if (obstacle != null || declared || schema.additionalProperties == null) {
            return obstacle;
        }
        obstacle = proof.obstacle(member, schema.additionalProperties);
        return obstacle != null && schema.additionalProperties.never
                ? at("/additionalProperties", "the new version may have a member '" + name + "'")
                : obstacle;
    }

    /// Members whose names neither version speaks of one by one.
    private Obstacle others() {
        StringSet declared = StringSet.NONE;
        for (PatternProperty pattern : schema.patternProperties) {
            if (!holdsOfOthers(pattern.names(), pattern.schema())) {
                return at(
                        "/patternProperties",
                        "members of the new version may not satisfy " + pattern.schema().pointer);
            }
            declared = declared.or(pattern.names());
        }
        boolean kept =
                schema.additionalProperties == null
                        || holdsOfOthers(declared.complement(), schema.additionalProperties);
        return kept
                ? null
                : at("/additionalProperties", "the new version may have members of other names");
    }

    private boolean holdsOfOthers(StringSet names, SchemaNode asked) {
        if (premise.names().isDisjointFrom(names.widest())) {
            return true;
        }
        List<SchemaNode> additional = new ArrayList<>();
        boolean patternless = true;
        for (SchemaNode node : premise.nodes()) {
            patternless &= node.patternProperties.isEmpty();
            if (node.additionalProperties != null && node.patternProperties.isEmpty()) {
                additional.add(node.additionalProperties);
            }
        }
        if (proof.obstacle(Premise.of(additional), asked) == null) {
            return true;
        }
        return !patternless
                && premise.nodes().stream().anyMatch(node -> impliesOfOthers(node, names, asked));
    }

    // By one schema alone: each of its patterns that can meet these names, and what it says of the
    // names that none of them has.
    private boolean impliesOfOthers(SchemaNode node, StringSet names, SchemaNode asked) {
        StringSet left = names.widest();
        for (PatternProperty pattern : node.patternProperties) {
            boolean apart = left.isDisjointFrom(pattern.names());
            if (!apart && !within(pattern.schema(), asked)) {
                return false;
            }
        }
        for (PatternProperty pattern : node.patternProperties) {
            left = left.and(pattern.names().complement());
        }
        boolean none = left.widest().isEmpty();
        return none
                || node.additionalProperties != null && within(node.additionalProperties, asked);
    }

    private boolean within(SchemaNode narrower, SchemaNode wider) {
        return proof.obstacle(Premise.of(List.of(narrower)), wider) == null;
    }

    private Obstacle propertyNames() {
        Premise allowed =
                Premise.of(
                        premise.nodes().stream()
                                .map(node -> node.propertyNames)
                                .filter(names -> names != null)
                                .toList());
        if (proof.obstacle(allowed.of(Types.STRING), schema.propertyNames) == null) {
            return null;
        }
        boolean kept = premise.isClosed() && premise.named().stream().allMatch(this::isNameAllowed);
        return kept ? null : at("/propertyNames", "the new version may have other names");
    }

    private boolean isNameAllowed(String name) {
        return proof.isAbsent(premise, name) || proof.allowsName(schema.propertyNames, name);
    }

    private Obstacle at(String keyword, String reason) {
        return InclusionProof.at(schema, keyword, reason);
    }
}

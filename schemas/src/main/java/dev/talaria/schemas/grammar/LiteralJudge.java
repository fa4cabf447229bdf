package dev.talaria.schemas.grammar;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Says whether a value written in the schema, by `enum` or `const`, satisfies the schemas that
/// apply beside it.
final class LiteralJudge {

    private static final int MAX_DEPTH = 400;

    private final Negation negation;
    private final boolean widest;
    private int depth;

    /// @param widest whether a string satisfies what it does for some reader of schemas, instead of
    ///   for all of them
    LiteralJudge(Negation negation, boolean widest) {
        this.negation = negation;
        this.widest = widest;
    }

    /// Whether the schemas' own keywords allow the value; what they apply to it by `$ref`, `allOf`
    /// or `anyOf` is not asked.
    ///
    /// @throws UnsupportedSchemaException where schemas apply to each other too deeply
    boolean satisfiesOwnOfAll(JsonNode value, Collection<SchemaNode> nodes) {
        for (SchemaNode node : nodes) {
            if (!satisfiesOwn(value, node)) {
                return false;
            }
        }
        return true;
    }

    /// Whether the value satisfies all those schemas.
    ///
    /// @throws UnsupportedSchemaException where schemas apply to each other too deeply
    boolean satisfiesAll(JsonNode value, Collection<SchemaNode> nodes) {
        for (SchemaNode node : nodes) {
            if (!satisfies(value, node)) {
                return false;
            }
        }
        return true;
    }

    private boolean satisfies(JsonNode value, SchemaNode node) {
        if (node == null) {
            return true;
        }
        if (++depth > MAX_DEPTH) {
            throw new UnsupportedSchemaException(
                    "$ref", node.pointer, "references lead to each other", "break the circle");
        }
        boolean satisfied =
                satisfiesOwn(value, node)
                        && satisfies(value, node.reference)
                        && satisfiesAll(value, node.allOf)
                        && satisfiesConditions(value, node)
                        && (node.anyOf == null || satisfiesSome(value, node.anyOf))
                        && (node.oneOf == null || satisfiesOne(value, node.oneOf))
                        && node.not.stream().allMatch(excluded -> violates(value, excluded));
        depth--;
        return satisfied;
    }

    private boolean satisfiesSome(JsonNode value, Collection<SchemaNode> branches) {
        return branches.stream().anyMatch(branch -> satisfies(value, branch));
    }

    private boolean satisfiesOne(JsonNode value, List<SchemaNode> branches) {
        for (SchemaNode branch : branches) {
            if (satisfies(value, branch)) {
                return branches.stream()
                        .allMatch(other -> other == branch || violates(value, other));
            }
        }
        return false;
    }

    private boolean satisfiesConditions(JsonNode value, SchemaNode node) {
        SchemaNode.Conditional cases = node.conditional;
        boolean satisfied =
                cases == null
                        || satisfies(value, cases.condition()) && satisfies(value, cases.then())
                        || violates(value, cases.condition())
                                && satisfies(value, cases.otherwise());
        for (Map.Entry<String, SchemaNode> applied : node.dependentSchemas.entrySet()) {
            satisfied =
                    satisfied
                            && (!value.has(applied.getKey())
                                    || satisfies(value, applied.getValue()));
        }
        return satisfied;
    }

    // Not the same as not satisfying it: what readers of schemas differ on does neither.
    private boolean violates(JsonNode value, SchemaNode node) {
        return satisfiesSome(value, negation.alternatives(node));
    }

    private static boolean isListed(JsonNode value, SchemaNode node) {
        String identity = CanonicalJson.identity(value);
        return (node.literals == null || node.literals.containsKey(identity))
                && !node.excludedLiterals.containsKey(identity);
    }

    private boolean satisfiesOwn(JsonNode value, SchemaNode node) {
        return !node.never
                && (node.types & Types.of(value)) != 0
                && isListed(value, node)
                && satisfiesByType(value, node);
    }

    private boolean satisfiesByType(JsonNode value, SchemaNode node) {
        return switch (value.getNodeType()) {
            case NUMBER -> node.range.contains(value.decimalValue());
            case STRING -> {
                String text = value.stringValue();
                int length = text.codePointCount(0, text.length());
                yield length >= node.minLength
                        && length <= node.maxLength
                        && (widest ? node.strings.widest() : node.strings).contains(text);
            }
            case ARRAY -> satisfiesElements(value, node);
            case OBJECT -> satisfiesMembers(value, node);
            case NULL, BOOLEAN, BINARY, POJO, MISSING -> true;
        };
    }

    private boolean satisfiesElements(JsonNode array, SchemaNode node) {
        boolean satisfied = array.size() >= node.minItems && array.size() <= node.maxItems;
        for (int i = 0; i < array.size() && satisfied; i++) {
            satisfied = satisfies(array.get(i), node.element(i));
        }
        for (SchemaNode.Contains counted : node.contains) {
            satisfied = satisfied && satisfiesCount(array, counted);
        }
        if (satisfied && (node.uniqueItems || node.repeatedItems)) {
            satisfied = node.uniqueItems != repeats(array);
        }
        if (satisfied && node.unevaluatedItems != null) {
            satisfied = satisfiesUnevaluatedItems(array, node);
        }
        return satisfied;
    }

    private boolean satisfiesCount(JsonNode array, SchemaNode.Contains counted) {
        long count = 0;
        for (long i = counted.from(); i < array.size(); i++) {
            count += satisfies(array.get((int) i), counted.schema()) ? 1 : 0;
        }
        return count >= counted.minimum() && count <= counted.maximum();
    }

    private static boolean repeats(JsonNode array) {
        Set<String> seen = new HashSet<>();
        for (JsonNode element : array) {
            if (!seen.add(CanonicalJson.identity(element))) {
                return true;
            }
        }
        return false;
    }

    private boolean satisfiesMembers(JsonNode object, SchemaNode node) {
        boolean satisfied =
                object.size() >= node.minProperties
                        && object.size() <= node.maxProperties
                        && node.required.stream().allMatch(object::has);
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            satisfied = satisfied && satisfiesMember(member.getKey(), member.getValue(), node);
        }
        for (Map.Entry<String, Set<String>> needed : node.dependentRequired.entrySet()) {
            satisfied &=
                    !object.has(needed.getKey())
                            || needed.getValue().stream().allMatch(object::has);
        }
        for (SchemaNode.SomeMember some : node.someMembers) {
            satisfied = satisfied && hasSome(object, some);
        }
        if (satisfied && node.unevaluatedProperties != null) {
            satisfied = satisfiesUnevaluated(object, node);
        }
        return satisfied;
    }

    private boolean satisfiesMember(String name, JsonNode value, SchemaNode node) {
        boolean satisfied =
                satisfies(value, node.properties.get(name))
                        && satisfies(StringNode.valueOf(name), node.propertyNames);
        for (SchemaNode.PatternProperty pattern : node.patternProperties) {
            satisfied =
                    satisfied
                            && (pattern.names().complement().contains(name)
                                    || satisfies(value, pattern.schema()));
        }
        boolean declared =
                node.additionalProperties == null
                        || node.properties.containsKey(name)
                        || node.patternNames().contains(name);
        return satisfied && (declared || satisfies(value, node.additionalProperties));
    }

    private boolean hasSome(JsonNode object, SchemaNode.SomeMember some) {
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            String name = member.getKey();
            boolean meant =
                    !some.except().contains(name)
                            && some.names().contains(name)
                            && satisfies(StringNode.valueOf(name), some.namedBy());
            if (meant && satisfies(member.getValue(), some.schema())) {
                return true;
            }
        }
        return false;
    }

    private boolean satisfiesUnevaluated(JsonNode object, SchemaNode node) {
        Set<String> evaluated = new HashSet<>();
        evaluateMembers(object, node, evaluated, false);
        evaluateApplied(object, node, evaluated);
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            if (!evaluated.contains(member.getKey())
                    && !satisfies(member.getValue(), node.unevaluatedProperties)) {
                return false;
            }
        }
        return true;
    }

    private boolean satisfiesUnevaluatedItems(JsonNode array, SchemaNode node) {
        Set<String> evaluated = new HashSet<>();
        evaluateElements(array, node, evaluated, false);
        evaluateApplied(array, node, evaluated);
        for (int i = 0; i < array.size(); i++) {
            if (!evaluated.contains(String.valueOf(i))
                    && !satisfies(array.get(i), node.unevaluatedItems)) {
                return false;
            }
        }
        return true;
    }

    // Elements go by their indexes.
    private void evaluateElements(
            JsonNode array, SchemaNode node, Set<String> evaluated, boolean all) {
        for (int i = 0; i < array.size(); i++) {
            boolean contained =
                    node.evaluatedItems != null && satisfies(array.get(i), node.evaluatedItems);
            if (all || contained || node.element(i) != null) {
                evaluated.add(String.valueOf(i));
            }
        }
    }

    private void evaluate(JsonNode object, SchemaNode node, Set<String> evaluated) {
        if (node != null && satisfies(object, node)) {
            if (object.isArray()) {
                evaluateElements(object, node, evaluated, node.unevaluatedItems != null);
            } else {
                evaluateMembers(object, node, evaluated, node.unevaluatedProperties != null);
            }
            evaluateApplied(object, node, evaluated);
        }
    }

    private static void evaluateMembers(
            JsonNode object, SchemaNode node, Set<String> evaluated, boolean all) {
        for (String name : object.propertyNames()) {
            if (all
                    || node.additionalProperties != null
                    || node.properties.containsKey(name)
                    || node.patternNames().contains(name)) {
                evaluated.add(name);
            }
        }
    }

    private void evaluateApplied(JsonNode object, SchemaNode node, Set<String> evaluated) {
        evaluate(object, node.reference, evaluated);
        node.allOf.forEach(schema -> evaluate(object, schema, evaluated));
        if (node.anyOf != null) {
            node.anyOf.forEach(schema -> evaluate(object, schema, evaluated));
        }
        if (node.oneOf != null) {
            node.oneOf.forEach(schema -> evaluate(object, schema, evaluated));
        }
        node.dependentSchemas.forEach((name, schema) -> {
            if (object.has(name)) {
                evaluate(object, schema, evaluated);
            }
        });
        SchemaNode.Conditional cases = node.conditional;
        if (cases != null && satisfies(object, cases.condition())) {
            evaluate(object, cases.condition(), evaluated);
            evaluate(object, cases.then(), evaluated);
        } else if (cases != null) {
            evaluate(object, cases.otherwise(), evaluated);
        }
    }
}

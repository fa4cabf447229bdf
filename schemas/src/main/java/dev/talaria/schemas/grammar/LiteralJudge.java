package dev.talaria.schemas.grammar;

import tools.jackson.databind.JsonNode;

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
    private int depth;

    LiteralJudge(Negation negation) {
        this.negation = negation;
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

    private boolean satisfiesAll(JsonNode value, Collection<SchemaNode> nodes) {
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
                        && node.strings.contains(text);
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

    private boolean satisfiesSome(JsonNode object, SchemaNode.SomeMember some) {
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            boolean additional = !some.properties().properties.containsKey(member.getKey());
            if (additional && satisfies(member.getValue(), some.schema())) {
                return true;
            }
        }
        return false;
    }

    private boolean satisfiesMembers(JsonNode object, SchemaNode node) {
        boolean satisfied = node.required.stream().allMatch(object::has);
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            satisfied = satisfied && satisfies(member.getValue(), node.member(member.getKey()));
        }
        for (SchemaNode.SomeMember some : node.someMembers) {
            satisfied = satisfied && satisfiesSome(object, some);
        }
        return satisfied;
    }
}

package dev.talaria.schemas.grammar;

import tools.jackson.databind.JsonNode;

import java.util.Collection;
import java.util.Map;

/// Says whether a value written in the schema, by `enum` or `const`, satisfies the schemas that
/// apply beside it.
final class LiteralJudge {

    private static final int MAX_DEPTH = 400;

    private int depth;

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
                        && (node.anyOf == null || matches(value, node.anyOf) > 0)
                        && (node.oneOf == null || matches(value, node.oneOf) == 1);
        depth--;
        return satisfied;
    }

    private long matches(JsonNode value, Collection<SchemaNode> branches) {
        return branches.stream().filter(branch -> satisfies(value, branch)).count();
    }

    private static boolean isListed(JsonNode value, SchemaNode node) {
        return node.literals == null || node.literals.containsKey(CanonicalJson.identity(value));
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
        return satisfied;
    }

    private boolean satisfiesMembers(JsonNode object, SchemaNode node) {
        boolean satisfied = node.required.stream().allMatch(object::has);
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            satisfied = satisfied && satisfies(member.getValue(), node.member(member.getKey()));
        }
        return satisfied;
    }
}

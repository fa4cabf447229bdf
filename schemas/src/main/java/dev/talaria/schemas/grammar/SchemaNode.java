package dev.talaria.schemas.grammar;

import tools.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// One schema of the document and what its keywords say, as [KeywordReader] has read them.
///
/// A keyword that is absent has the value that restricts nothing. Not changed after reading.
final class SchemaNode {

    final String pointer;
    final JsonNode json;
    final int number;

    boolean never;
    int types = Types.ALL;
    Map<String, JsonNode> literals;
    NumberRange range = NumberRange.ALL;
    long minLength;
    long maxLength = StringShape.UNBOUNDED;
    StringSet strings = StringSet.ALL;

    final List<SchemaNode> prefixItems = new ArrayList<>();
    SchemaNode items;
    long minItems;
    long maxItems = ArrayShape.UNBOUNDED;

    final Map<String, SchemaNode> properties = new LinkedHashMap<>();
    final Set<String> required = new LinkedHashSet<>();
    SchemaNode additionalProperties;

    SchemaNode reference;
    final List<SchemaNode> allOf = new ArrayList<>();
    List<SchemaNode> anyOf;
    List<SchemaNode> oneOf;

    /// @param pointer where it stands, as a fragment
    /// @param number counts the nodes of the document
    SchemaNode(String pointer, JsonNode json, int number) {
        this.pointer = pointer;
        this.json = json;
        this.number = number;
    }

    /// Whether it says anything about the value itself, apart from the schemas it applies to it.
    boolean asserts() {
        return never
                || types != Types.ALL
                || literals != null
                || !range.equals(NumberRange.ALL)
                || minLength > 0
                || maxLength != StringShape.UNBOUNDED
                || !strings.restrictsNothing()
                || assertsElements()
                || assertsMembers();
    }

    /// The strings that the keywords for strings allow, lengths included.
    StringSet stringSet() {
        boolean anyLength = minLength == 0 && maxLength == StringShape.UNBOUNDED;
        StringShape length = new StringShape(minLength, maxLength);
        return anyLength ? strings : strings.and(StringSet.of(length));
    }

    private boolean assertsElements() {
        return !prefixItems.isEmpty()
                || items != null
                || minItems > 0
                || maxItems != ArrayShape.UNBOUNDED;
    }

    private boolean assertsMembers() {
        return !properties.isEmpty() || !required.isEmpty() || additionalProperties != null;
    }

    /// The schema of the element at that index; null where any value will do.
    SchemaNode element(int index) {
        return index < prefixItems.size() ? prefixItems.get(index) : items;
    }

    /// The schema of the member of that name; null where any value will do.
    SchemaNode member(String name) {
        return properties.getOrDefault(name, additionalProperties);
    }

    @Override
    public String toString() {
        return pointer;
    }
}

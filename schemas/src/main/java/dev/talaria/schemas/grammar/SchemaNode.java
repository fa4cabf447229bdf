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

    // What a value must not be: schemas turned into their opposite say so.
    Map<String, JsonNode> excludedLiterals = Map.of();

    final List<SchemaNode> prefixItems = new ArrayList<>();
    SchemaNode items;
    long minItems;
    long maxItems = ArrayShape.UNBOUNDED;
    final List<Contains> contains = new ArrayList<>();
    boolean uniqueItems;
    boolean repeatedItems;

    final Map<String, SchemaNode> properties = new LinkedHashMap<>();
    final Set<String> required = new LinkedHashSet<>();
    SchemaNode additionalProperties;
    final List<SomeMember> someMembers = new ArrayList<>();

    SchemaNode reference;
    final List<SchemaNode> allOf = new ArrayList<>();
    List<SchemaNode> anyOf;
    List<SchemaNode> oneOf;
    final List<SchemaNode> not = new ArrayList<>();

    /// Elements that must be there.
    ///
    /// @param schema what they satisfy
    /// @param from index of the first element that counts
    /// @param minimum how many there are at least
    /// @param maximum how many there are at most; [ArrayShape#UNBOUNDED] where that does not matter
    record Contains(SchemaNode schema, long from, long minimum, long maximum) {}

    /// A member that must be there.
    ///
    /// @param properties the schema to whose `additionalProperties` the member belongs
    /// @param schema what its value satisfies
    record SomeMember(SchemaNode properties, SchemaNode schema) {}

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
                || !excludedLiterals.isEmpty()
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
                || maxItems != ArrayShape.UNBOUNDED
                || !contains.isEmpty()
                || uniqueItems
                || repeatedItems;
    }

    private boolean assertsMembers() {
        return !properties.isEmpty()
                || !required.isEmpty()
                || additionalProperties != null
                || !someMembers.isEmpty();
    }

    /// Whether it applies schemas to the value itself.
    boolean applies() {
        return reference != null
                || !allOf.isEmpty()
                || anyOf != null
                || oneOf != null
                || !not.isEmpty();
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

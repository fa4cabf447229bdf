package dev.talaria.schemas.grammar;

import dev.talaria.schemas.grammar.SchemaResource.Place;

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

    final Place place;
    final DynamicScope scope;
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
    SchemaNode unevaluatedItems;

    // By `contains`, where that counts as speaking of them.
    SchemaNode evaluatedItems;

    final Map<String, SchemaNode> properties = new LinkedHashMap<>();
    final Set<String> required = new LinkedHashSet<>();
    SchemaNode additionalProperties;
    final List<PatternProperty> patternProperties = new ArrayList<>();
    SchemaNode propertyNames;
    long minProperties;
    long maxProperties = ObjectShape.UNBOUNDED;
    SchemaNode unevaluatedProperties;
    final List<SomeMember> someMembers = new ArrayList<>();

    SchemaNode reference;
    final List<SchemaNode> allOf = new ArrayList<>();
    List<SchemaNode> anyOf;
    List<SchemaNode> oneOf;
    final List<SchemaNode> not = new ArrayList<>();
    Conditional conditional;
    final Map<String, Set<String>> dependentRequired = new LinkedHashMap<>();
    final Map<String, SchemaNode> dependentSchemas = new LinkedHashMap<>();

    /// What holds in one case and what in the other.
    ///
    /// @param then what values satisfy that satisfy the condition; null where that is anything
    /// @param otherwise what the other values satisfy; null where that is anything
    record Conditional(SchemaNode condition, SchemaNode then, SchemaNode otherwise) {}

    /// What members satisfy whose names are among these.
    record PatternProperty(StringSet names, SchemaNode schema) {}

    /// Elements that must be there.
    ///
    /// @param schema what they satisfy
    /// @param from index of the first element that counts
    /// @param minimum how many there are at least
    /// @param maximum how many there are at most; [ArrayShape#UNBOUNDED] where that does not matter
    record Contains(SchemaNode schema, long from, long minimum, long maximum) {}

    /// A member that must be there.
    ///
    /// @param names what its name is surely among
    /// @param except names that are not meant
    /// @param namedBy what its name satisfies too
    /// @param schema what its value satisfies
    record SomeMember(StringSet names, Set<String> except, SchemaNode namedBy, SchemaNode schema) {}

    /// @param scope what has been entered on the way to it
    /// @param number counts the nodes of the document
    SchemaNode(Place place, DynamicScope scope, int number) {
        this.place = place;
        this.scope = scope;
        this.pointer = place.pointer();
        this.json = place.json();
        this.number = number;
    }

    /// Makes this say what the other says about the value itself, by its own keywords, `$ref` and
    /// `allOf`.
    void copyContext(SchemaNode other) {
        never = other.never;
        types = other.types;
        literals = other.literals;
        range = other.range;
        minLength = other.minLength;
        maxLength = other.maxLength;
        strings = other.strings;
        prefixItems.addAll(other.prefixItems);
        items = other.items;
        minItems = other.minItems;
        maxItems = other.maxItems;
        properties.putAll(other.properties);
        required.addAll(other.required);
        additionalProperties = other.additionalProperties;
        patternProperties.addAll(other.patternProperties);
        propertyNames = other.propertyNames;
        minProperties = other.minProperties;
        maxProperties = other.maxProperties;
        dependentRequired.putAll(other.dependentRequired);
        reference = other.reference;
        allOf.addAll(other.allOf);
    }

    /// A schema that is not written down.
    ///
    /// @param pointer the place to blame for it
    static SchemaNode made(String pointer, int number) {
        return new SchemaNode(new Place(null, pointer, null), DynamicScope.NONE, number);
    }

    Draft draft() {
        return place.resource().draft();
    }

    /// Whether it says anything about the value itself, apart from the schemas it applies to it.
    boolean asserts() {
        return never
                || types != Types.ALL
                || assertsOfScalars()
                || assertsElements()
                || assertsMembers();
    }

    private boolean assertsOfScalars() {
        return literals != null
                || !range.equals(NumberRange.ALL)
                || minLength > 0
                || maxLength != StringShape.UNBOUNDED
                || !strings.restrictsNothing()
                || !excludedLiterals.isEmpty();
    }

    /// Whether it says nothing but which types values have.
    boolean saysOnlyTypes() {
        return !never
                && !assertsOfScalars()
                && !assertsElements()
                && !assertsMembers()
                && !applies();
    }

    /// Whether it says nothing but the type, and of objects, which members are there and what they
    /// are by name.
    boolean saysOnlyNamedMembers() {
        return !never
                && !assertsOfScalars()
                && !assertsElements()
                && !assertsOtherMembers()
                && !applies();
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
                || repeatedItems
                || unevaluatedItems != null;
    }

    private boolean assertsMembers() {
        return !properties.isEmpty() || !required.isEmpty() || assertsOtherMembers();
    }

    private boolean assertsOtherMembers() {
        return additionalProperties != null
                || !patternProperties.isEmpty()
                || propertyNames != null
                || minProperties > 0
                || maxProperties != ObjectShape.UNBOUNDED
                || unevaluatedProperties != null
                || !dependentRequired.isEmpty()
                || !someMembers.isEmpty();
    }

    /// Whether it applies schemas to the value itself.
    boolean applies() {
        return reference != null || !appliesOnlyReference();
    }

    /// Whether it applies nothing but its `$ref` to the value itself.
    boolean appliesOnlyReference() {
        return !(!allOf.isEmpty()
                || anyOf != null
                || oneOf != null
                || !not.isEmpty()
                || conditional != null
                || !dependentSchemas.isEmpty());
    }

    /// Whether it matters to it which members or elements other schemas speak of.
    boolean asksForEvaluated() {
        return unevaluatedProperties != null || unevaluatedItems != null;
    }

    /// The schema of the element at that index; null where any value will do.
    SchemaNode element(int index) {
        return index < prefixItems.size() ? prefixItems.get(index) : items;
    }

    /// The names that may match some pattern of `patternProperties`, whoever reads it.
    StringSet patternNames() {
        StringSet names = StringSet.NONE;
        for (PatternProperty pattern : patternProperties) {
            names = names.or(pattern.names());
        }
        return names;
    }

    @Override
    public String toString() {
        return pointer;
    }
}

package dev.talaria.schemas.grammar;

import dev.talaria.schemas.grammar.SchemaNode.SomeMember;

import tools.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Turns schemas into their opposites.
///
/// The opposite of a schema is a union: at least one of its keywords does not hold. What a keyword
/// restricts is of one type, so each member of the union is of that type: the opposite of
/// `maxLength` are longer strings. What comes out are schemas again, made on demand and once each,
/// so that a recursive schema has a recursive opposite.
final class Negation {

    private final Map<SchemaNode, SchemaNode> opposites = new HashMap<>();
    private final Map<SchemaNode, List<SchemaNode>> alternatives = new HashMap<>();
    private final Map<SchemaNode, SchemaNode> contexts = new HashMap<>();
    private final Map<List<SchemaNode>, SchemaNode> unions = new HashMap<>();
    private final SchemaNode anything = made("#", "true");
    private final SchemaNode nothing = made("#", "false");
    private int made;

    Negation() {
        nothing.never = true;
    }

    /// The schema of all values that do not satisfy that one.
    SchemaNode opposite(SchemaNode schema) {
        SchemaNode known = opposites.get(schema);
        if (known != null) {
            return known;
        }
        SchemaNode opposite = made(schema.pointer, "not");
        opposite.not.add(schema);
        opposites.put(schema, opposite);
        opposites.put(opposite, schema);
        return opposite;
    }

    /// The schema of all values that satisfy the one schema and none of the others.
    SchemaNode but(SchemaNode schema, List<SchemaNode> excluded) {
        if (excluded.isEmpty()) {
            return schema;
        }
        SchemaNode remaining = made(schema.pointer, "not");
        remaining.allOf.add(schema);
        remaining.not.addAll(excluded);
        return remaining;
    }

    /// The schemas one of which every value satisfies that does not satisfy this one, and no other
    /// value does.
    ///
    /// @throws UnsupportedSchemaException where some keyword has no exact opposite
    List<SchemaNode> alternatives(SchemaNode schema) {
        List<SchemaNode> known = alternatives.get(schema);
        if (known == null) {
            known = new ArrayList<>();
            addTypes(schema, known);
            addLiterals(schema, known);
            addRange(schema, known);
            addLengths(schema, known);
            addStrings(schema, known);
            addElements(schema, known);
            addMembers(schema, known);
            addApplied(schema, known);
            alternatives.put(schema, known);
        }
        return known;
    }

    // Numbers from below: those of the document count from 0.
    private SchemaNode made(String pointer, String keyword) {
        return SchemaNode.made(pointer + "/" + keyword, --made);
    }

    private SchemaNode made(SchemaNode from, String keyword, int types, List<SchemaNode> to) {
        SchemaNode made = made(from.pointer, keyword);
        made.types = types;
        to.add(made);
        return made;
    }

    private void addTypes(SchemaNode from, List<SchemaNode> to) {
        if (from.never) {
            to.add(anything);
        }
        if (from.types != Types.ALL) {
            made(from, "type", Types.ALL & ~from.types, to);
        }
    }

    private void addLiterals(SchemaNode from, List<SchemaNode> to) {
        if (from.literals != null) {
            SchemaNode others = made(from, "enum", Types.ALL, to);
            others.excludedLiterals = new LinkedHashMap<>();
            for (Map.Entry<String, JsonNode> literal : from.literals.entrySet()) {
                if (literal.getValue().isContainer()) {
                    others.not.add(exactly(from, literal.getValue()));
                } else {
                    others.excludedLiterals.put(literal.getKey(), literal.getValue());
                }
            }
        }
        if (!from.excludedLiterals.isEmpty()) {
            made(from, "enum", Types.ALL, to).literals = from.excludedLiterals;
        }
    }

    // An array or object, member by member.
    private SchemaNode exactly(SchemaNode from, JsonNode literal) {
        SchemaNode exact = made(from.pointer, "enum");
        if (literal.isArray()) {
            exact.types = Types.ARRAY;
            literal.forEach(element -> exact.prefixItems.add(constant(from, element)));
            exact.minItems = literal.size();
            exact.maxItems = literal.size();
            return exact;
        }
        exact.types = Types.OBJECT;
        for (Map.Entry<String, JsonNode> member : literal.properties()) {
            exact.properties.put(member.getKey(), constant(from, member.getValue()));
            exact.required.add(member.getKey());
        }
        exact.additionalProperties = nothing;
        return exact;
    }

    private SchemaNode constant(SchemaNode from, JsonNode value) {
        SchemaNode constant = made(from.pointer, "enum");
        constant.literals = Map.of(CanonicalJson.identity(value), value);
        return constant;
    }

    private void addRange(SchemaNode from, List<SchemaNode> to) {
        NumberRange range = from.range;
        if (range.low() != null) {
            SchemaNode below = made(from, "minimum", Types.NUMBER, to);
            below.range = NumberRange.ALL.atMost(range.low(), !range.lowExcluded());
        }
        if (range.high() != null) {
            SchemaNode above = made(from, "maximum", Types.NUMBER, to);
            above.range = NumberRange.ALL.atLeast(range.high(), !range.highExcluded());
        }
        if (range.step() != null) {
            SchemaNode between = made(from, "multipleOf", Types.NUMBER, to);
            between.range = NumberRange.ALL.withoutMultiplesOf(range.step());
        }
    }

    private void addLengths(SchemaNode from, List<SchemaNode> to) {
        if (from.minLength > 0) {
            made(from, "minLength", Types.STRING, to).maxLength = from.minLength - 1;
        }
        if (from.maxLength != StringShape.UNBOUNDED) {
            made(from, "maxLength", Types.STRING, to).minLength = from.maxLength + 1;
        }
    }

    private void addStrings(SchemaNode from, List<SchemaNode> to) {
        if (!from.strings.restrictsNothing()) {
            made(from, "pattern", Types.STRING, to).strings = from.strings.complement();
        }
    }

    private void addElements(SchemaNode from, List<SchemaNode> to) {
        for (int i = 0; i < from.prefixItems.size(); i++) {
            SchemaNode other = made(from, "prefixItems", Types.ARRAY, to);
            other.minItems = i + 1L;
            for (int before = 0; before < i; before++) {
                other.prefixItems.add(anything);
            }
            other.prefixItems.add(opposite(from.prefixItems.get(i)));
        }
        if (from.items != null) {
            long first = from.prefixItems.size();
            contains(from, "items", to, opposite(from.items), first, 1, ArrayShape.UNBOUNDED);
        }
        if (from.minItems > 0) {
            made(from, "minItems", Types.ARRAY, to).maxItems = from.minItems - 1;
        }
        if (from.maxItems != ArrayShape.UNBOUNDED) {
            made(from, "maxItems", Types.ARRAY, to).minItems = from.maxItems + 1;
        }
        for (SchemaNode.Contains counted : from.contains) {
            addContains(from, counted, to);
        }
        if (from.uniqueItems) {
            made(from, "uniqueItems", Types.ARRAY, to).repeatedItems = true;
        }
        if (from.repeatedItems) {
            made(from, "uniqueItems", Types.ARRAY, to).uniqueItems = true;
        }
    }

    private void addContains(SchemaNode from, SchemaNode.Contains counted, List<SchemaNode> to) {
        if (counted.minimum() > 0) {
            long most = counted.minimum() - 1;
            contains(from, "contains", to, counted.schema(), counted.from(), 0, most);
        }
        if (counted.maximum() != ArrayShape.UNBOUNDED) {
            long least = counted.maximum() + 1;
            contains(
                    from,
                    "contains",
                    to,
                    counted.schema(),
                    counted.from(),
                    least,
                    ArrayShape.UNBOUNDED);
        }
    }

    private void contains(
            SchemaNode from,
            String keyword,
            List<SchemaNode> to,
            SchemaNode schema,
            long first,
            long least,
            long most) {
        SchemaNode counting = made(from, keyword, Types.ARRAY, to);
        counting.contains.add(new SchemaNode.Contains(schema, first, least, most));
    }

    private void addMembers(SchemaNode from, List<SchemaNode> to) {
        for (Map.Entry<String, SchemaNode> property : from.properties.entrySet()) {
            SchemaNode other = made(from, "properties", Types.OBJECT, to);
            other.required.add(property.getKey());
            other.properties.put(property.getKey(), opposite(property.getValue()));
        }
        for (String name : from.required) {
            made(from, "required", Types.OBJECT, to).properties.put(name, nothing);
        }
        if (from.minProperties > 0) {
            made(from, "minProperties", Types.OBJECT, to).maxProperties = from.minProperties - 1;
        }
        if (from.maxProperties != ObjectShape.UNBOUNDED) {
            made(from, "maxProperties", Types.OBJECT, to).minProperties = from.maxProperties + 1;
        }
        addSomeMember(from, to);
    }

    // Whichever member it is, its name is one the keyword speaks of.
    private void addSomeMember(SchemaNode from, List<SchemaNode> to) {
        if (from.additionalProperties != null) {
            made(from, "additionalProperties", Types.OBJECT, to)
                    .someMembers
                    .add(
                            new SomeMember(
                                    from.patternNames().complement(),
                                    from.properties.keySet(),
                                    anything,
                                    opposite(from.additionalProperties)));
        }
        for (SchemaNode.PatternProperty pattern : from.patternProperties) {
            made(from, "patternProperties", Types.OBJECT, to)
                    .someMembers
                    .add(
                            new SomeMember(
                                    pattern.names(),
                                    Set.of(),
                                    anything,
                                    opposite(pattern.schema())));
        }
        if (from.propertyNames != null) {
            made(from, "propertyNames", Types.OBJECT, to)
                    .someMembers
                    .add(
                            new SomeMember(
                                    StringSet.ALL,
                                    Set.of(),
                                    opposite(from.propertyNames),
                                    anything));
        }
        if (from.unevaluatedItems != null) {
            throw new UnsupportedSchemaException(
                    "unevaluatedItems",
                    from.pointer + "/unevaluatedItems",
                    "under 'not', or in a oneOf whose branches overlap, it is not enforced",
                    "use items after prefixItems");
        }
        if (from.unevaluatedProperties != null) {
            throw new UnsupportedSchemaException(
                    "unevaluatedProperties",
                    from.pointer + "/unevaluatedProperties",
                    "under 'not', or in a oneOf whose branches overlap, it is not enforced",
                    "use additionalProperties");
        }
    }

    private void addApplied(SchemaNode from, List<SchemaNode> to) {
        if (from.reference != null) {
            to.add(opposite(from.reference));
        }
        from.allOf.forEach(schema -> to.add(opposite(schema)));
        to.addAll(from.not);
        if (from.conditional != null) {
            addConditional(from, from.conditional, to);
        }
        addDependencies(from, to);
        if (from.anyOf != null) {
            none(from, "anyOf", from.anyOf, to);
        }
        if (from.oneOf != null) {
            none(from, "oneOf", from.oneOf, to);
            for (int i = 0; i < from.oneOf.size(); i++) {
                for (int j = i + 1; j < from.oneOf.size(); j++) {
                    SchemaNode both = made(from, "oneOf", Types.ALL, to);
                    both.allOf.add(from.oneOf.get(i));
                    both.allOf.add(from.oneOf.get(j));
                }
            }
        }
    }

    private void addConditional(
            SchemaNode from, SchemaNode.Conditional cases, List<SchemaNode> to) {
        if (cases.then() != null) {
            SchemaNode then = made(from, "then", Types.ALL, to);
            then.allOf.add(cases.condition());
            then.allOf.add(opposite(cases.then()));
        }
        if (cases.otherwise() != null) {
            SchemaNode otherwise = made(from, "else", Types.ALL, to);
            otherwise.allOf.add(opposite(cases.condition()));
            otherwise.allOf.add(opposite(cases.otherwise()));
        }
    }

    private void addDependencies(SchemaNode from, List<SchemaNode> to) {
        from.dependentRequired.forEach((name, needed) -> {
            for (String other : needed) {
                SchemaNode without = made(from, "dependentRequired", Types.OBJECT, to);
                without.required.add(name);
                without.properties.put(other, nothing);
            }
        });
        from.dependentSchemas.forEach((name, schema) -> {
            SchemaNode with = made(from, "dependentSchemas", Types.OBJECT, to);
            with.required.add(name);
            with.allOf.add(opposite(schema));
        });
    }

    /// A schema that values satisfy that satisfy this one, whichever its branches hold.
    SchemaNode context(SchemaNode schema) {
        return contexts.computeIfAbsent(
                schema,
                none -> {
                    SchemaNode context = made(schema.pointer, "oneOf");
                    context.copyContext(schema);
                    return context;
                });
    }

    /// The schema of values that satisfy all of these.
    SchemaNode all(SchemaNode... schemas) {
        SchemaNode all = made(schemas[0].pointer, "allOf");
        all.allOf.addAll(List.of(schemas));
        return all;
    }

    /// The schema of values that satisfy at least one of these.
    SchemaNode some(List<SchemaNode> schemas) {
        if (schemas.size() == 1) {
            return schemas.getFirst();
        }
        return unions.computeIfAbsent(
                schemas,
                several -> {
                    SchemaNode some = made(several.getFirst().pointer, "anyOf");
                    some.anyOf = several;
                    return some;
                });
    }

    /// The schema of values that do not have that member, other types than objects included.
    SchemaNode without(SchemaNode from, String name) {
        SchemaNode without = made(from.pointer, "properties");
        without.properties.put(name, nothing);
        return without;
    }

    /// The schema of objects that have these members.
    SchemaNode with(SchemaNode from, String name, Set<String> others) {
        SchemaNode with = made(from.pointer, "required");
        with.types = Types.OBJECT;
        with.required.add(name);
        with.required.addAll(others);
        return with;
    }

    private void none(
            SchemaNode from, String keyword, List<SchemaNode> branches, List<SchemaNode> to) {
        SchemaNode none = made(from, keyword, Types.ALL, to);
        branches.forEach(branch -> none.allOf.add(opposite(branch)));
    }
}

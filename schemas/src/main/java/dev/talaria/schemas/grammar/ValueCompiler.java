package dev.talaria.schemas.grammar;

import dev.talaria.schemas.grammar.Expansion.Conjunction;
import dev.talaria.schemas.grammar.ObjectShape.Member;

import tools.jackson.databind.JsonNode;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Turns the schemas of a document into values: one for every set of schemas that apply together.
///
/// Sets, because a conjunction of objects is the object of the conjunctions; there are finitely
/// many, and meeting one again closes a recursion.
final class ValueCompiler {

    private static final int MAX_VALUES = 100_000;
    private static final int MAX_ALTERNATIVES = 400_000;
    private static final int MAX_SIDE_BY_SIDE = 257;
    private static final int MAX_EXCLUSIVE = 65;
    private static final int MAX_MEMBERS = 2_000_000;

    private final Map<Set<Integer>, Value> values = new LinkedHashMap<>();
    private final Deque<Pending> pending = new ArrayDeque<>();
    private final Map<NumberRange, Automaton> numbers = new HashMap<>();
    private final Map<StringPart, Texts> texts = new HashMap<>();
    private final Map<Value, SchemaNode> places = new HashMap<>();
    private final Set<SchemaNode> exclusive = new HashSet<>();
    private final List<Overlap> overlaps = new ArrayList<>();
    private int alternatives;
    private int members;

    /// Two branches of a `oneOf`, and the value both apply to.
    private record Overlap(SchemaNode node, int first, int second, Value both) {}

    private record Pending(Value value, List<SchemaNode> schemas) {}

    /// The value of a document's root, its costs computed.
    ///
    /// @throws UnsupportedSchemaException where the schema is too large, or nothing satisfies it
    static Value compile(SchemaNode root) {
        ValueCompiler compiler = new ValueCompiler();
        Value value = compiler.value(List.of(root));
        while (!compiler.pending.isEmpty()) {
            compiler.fill(compiler.pending.removeFirst());
        }
        new Costs(compiler.values.values()).settle();
        compiler.checkExclusive();
        if (!value.isReachable()) {
            throw new Unsatisfiable(compiler.places).explain(value);
        }
        compiler.values.values().forEach(Value::seal);
        return value;
    }

    /// The value all these schemas apply to; filled later.
    private Value value(Collection<SchemaNode> schemas) {
        Map<Integer, SchemaNode> distinct = new LinkedHashMap<>();
        for (SchemaNode schema : schemas) {
            SchemaNode target = withoutDetours(schema);
            if (target.never || saysAnything(target)) {
                distinct.put(target.number, target);
            }
        }
        if (distinct.isEmpty()) {
            return FreeForm.VALUE;
        }
        Set<Integer> key = new TreeSet<>(distinct.keySet());
        Value known = values.get(key);
        if (known != null) {
            return known;
        }
        List<SchemaNode> applied = List.copyOf(distinct.values());
        Value value = new Value();
        limit(values.size(), MAX_VALUES, applied.getFirst());
        values.put(key, value);
        places.put(value, applied.getFirst());
        pending.addLast(new Pending(value, applied));
        return value;
    }

    // `oneOf` is `anyOf` where no value satisfies two branches: that is left to the costs to tell.
    private void watch(SchemaNode node) {
        if (node.oneOf == null || !exclusive.add(node)) {
            return;
        }
        limit(node.oneOf.size(), MAX_EXCLUSIVE, node);
        for (int i = 0; i < node.oneOf.size(); i++) {
            for (int j = i + 1; j < node.oneOf.size(); j++) {
                Value both = value(List.of(node.oneOf.get(i), node.oneOf.get(j)));
                overlaps.add(new Overlap(node, i, j, both));
            }
        }
    }

    private void checkExclusive() {
        List<SchemaProblem> problems = new ArrayList<>();
        Set<SchemaNode> reported = new HashSet<>();
        for (Overlap overlap : overlaps) {
            if (overlap.both().isReachable() && reported.add(overlap.node())) {
                problems.add(
                        new SchemaProblem(
                                "oneOf",
                                overlap.node().pointer + "/oneOf",
                                "a value can satisfy branches %d and %d at once"
                                        .formatted(overlap.first(), overlap.second()),
                                "use anyOf, or tell the branches apart by a const"));
            }
        }
        if (!problems.isEmpty()) {
            throw new UnsupportedSchemaException(problems);
        }
    }

    private static boolean saysAnything(SchemaNode node) {
        return node.asserts()
                || node.reference != null
                || !node.allOf.isEmpty()
                || node.anyOf != null
                || node.oneOf != null;
    }

    // A schema that is nothing but a reference is what it refers to.
    private static SchemaNode withoutDetours(SchemaNode schema) {
        SchemaNode at = schema;
        while (isMereReference(at)) {
            at = at.reference;
        }
        return at;
    }

    private static boolean isMereReference(SchemaNode node) {
        return node.reference != null
                && !node.asserts()
                && node.allOf.isEmpty()
                && node.anyOf == null
                && node.oneOf == null;
    }

    private void fill(Pending todo) {
        List<byte[]> literals = new ArrayList<>();
        Expansion expansion = Expansion.of(todo.schemas());
        expansion.exclusive().forEach(this::watch);
        for (Conjunction conjunction : expansion.conjunctions()) {
            limit(++alternatives, MAX_ALTERNATIVES, todo.schemas().getFirst());
            if (conjunction.nodes().stream().anyMatch(node -> node.literals != null)) {
                addLiterals(conjunction, literals);
            } else {
                addShapes(conjunction, todo.value(), literals);
            }
        }
        todo.value().add(LiteralSet.of(literals));
        limit(todo.value().arrays().size(), MAX_SIDE_BY_SIDE, todo.schemas().getFirst());
        limit(todo.value().objects().size(), MAX_SIDE_BY_SIDE, todo.schemas().getFirst());
    }

    private void addLiterals(Conjunction conjunction, List<byte[]> literals) {
        Map<String, JsonNode> fewest = null;
        for (SchemaNode node : conjunction.nodes()) {
            boolean fewer =
                    node.literals != null
                            && (fewest == null || node.literals.size() < fewest.size());
            fewest = fewer ? node.literals : fewest;
        }
        LiteralJudge judge = new LiteralJudge();
        for (JsonNode literal : fewest.values()) {
            if (judge.satisfiesOwnOfAll(literal, conjunction.nodes())) {
                literals.add(CanonicalJson.of(literal));
            }
        }
    }

    private void addShapes(Conjunction conjunction, Value value, List<byte[]> literals) {
        int types = conjunction.types();
        if ((types & Types.NULL) != 0) {
            literals.add(FreeForm.NULL);
        }
        if ((types & Types.BOOLEAN) != 0) {
            literals.add(FreeForm.TRUE);
            literals.add(FreeForm.FALSE);
        }
        if ((types & Types.INTEGER) != 0) {
            addNumber(conjunction, value);
        }
        if ((types & Types.STRING) != 0) {
            addString(conjunction, value);
        }
        if ((types & Types.ARRAY) != 0) {
            value.add(array(conjunction));
        }
        if ((types & Types.OBJECT) != 0) {
            value.add(object(conjunction));
        }
    }

    private void addNumber(Conjunction conjunction, Value value) {
        NumberRange range = NumberRange.ALL;
        for (SchemaNode node : conjunction.nodes()) {
            range = range.and(node.range);
        }
        if (range.step() != null && !NumberAutomaton.isCountable(range.step())) {
            throw new UnsupportedSchemaException(
                    "multipleOf",
                    conjunction.nodes().iterator().next().pointer,
                    "a number is to be a multiple of " + range.step(),
                    "leave out one of the factors");
        }
        if ((conjunction.types() & Types.FRACTION) == 0) {
            range = range.onlyIntegers();
        }
        Automaton automaton = numbers.get(range);
        if (automaton == null && !numbers.containsKey(range)) {
            automaton = NumberAutomaton.of(range);
            numbers.put(range, automaton);
        }
        if (automaton != null) {
            value.addNumber(automaton);
        }
    }

    private void addString(Conjunction conjunction, Value value) {
        StringSet strings = StringSet.ALL;
        StringShape length = StringShape.ANY;
        for (SchemaNode node : conjunction.nodes()) {
            strings = strings.and(node.strings);
            length = length.and(new StringShape(node.minLength, node.maxLength));
        }
        if (strings.restrictsNothing()) {
            value.add(length);
        } else {
            addStrings(strings.and(StringSet.of(length)), value);
        }
    }

    /// Adds the strings of a set to a value.
    private void addStrings(StringSet strings, Value value) {
        for (StringPart part : strings.parts()) {
            if (part.automaton().isAll()) {
                value.add(part.length());
            } else {
                texts.computeIfAbsent(part, none -> Texts.of(part, strings.blame())).addTo(value);
            }
        }
    }

    private ArrayShape array(Conjunction conjunction) {
        long minimum = 0;
        long maximum = ArrayShape.UNBOUNDED;
        int prefix = 0;
        for (SchemaNode node : conjunction.nodes()) {
            minimum = Math.max(minimum, node.minItems);
            maximum = Math.min(maximum, node.maxItems);
            prefix = Math.max(prefix, node.prefixItems.size());
        }
        List<Value> first = new ArrayList<>();
        for (int i = 0; i < Math.min(prefix, maximum); i++) {
            first.add(element(conjunction, i));
        }
        return new ArrayShape(first, element(conjunction, prefix), minimum, maximum);
    }

    private Value element(Conjunction conjunction, int index) {
        List<SchemaNode> schemas = new ArrayList<>();
        for (SchemaNode node : conjunction.nodes()) {
            if (node.element(index) != null) {
                schemas.add(node.element(index));
            }
        }
        return value(schemas);
    }

    private ObjectShape object(Conjunction conjunction) {
        Set<String> names = new LinkedHashSet<>();
        Set<String> required = new LinkedHashSet<>();
        for (SchemaNode node : conjunction.nodes()) {
            names.addAll(node.properties.keySet());
            required.addAll(node.required);
        }
        names.addAll(required);
        List<Member> declared = new ArrayList<>();
        for (String name : names) {
            limit(++members, MAX_MEMBERS, conjunction.nodes().iterator().next());
            byte[] characters = CanonicalJson.characters(name);
            declared.add(
                    new Member(characters, member(conjunction, name), required.contains(name)));
        }
        List<SchemaNode> others = new ArrayList<>();
        for (SchemaNode node : conjunction.nodes()) {
            if (node.additionalProperties != null) {
                others.add(node.additionalProperties);
            }
        }
        return new ObjectShape(declared, value(others));
    }

    private Value member(Conjunction conjunction, String name) {
        List<SchemaNode> schemas = new ArrayList<>();
        for (SchemaNode node : conjunction.nodes()) {
            if (node.member(name) != null) {
                schemas.add(node.member(name));
            }
        }
        return value(schemas);
    }

    private static void limit(int count, int most, SchemaNode node) {
        if (count >= most) {
            throw new UnsupportedSchemaException(
                    "schema",
                    node.pointer,
                    "the schemas combine in " + most + " ways or more",
                    "use fewer branches, or split the schema");
        }
    }
}

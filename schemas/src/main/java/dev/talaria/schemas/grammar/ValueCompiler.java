package dev.talaria.schemas.grammar;

import dev.talaria.schemas.grammar.Combinators.Pair;
import dev.talaria.schemas.grammar.Expansion.Conjunction;

import tools.jackson.databind.JsonNode;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Turns the schemas of a document into values: one for every set of schemas that apply together.
///
/// Sets, because a conjunction of objects is the object of the conjunctions; there are finitely
/// many, and meeting one again closes a recursion.
final class ValueCompiler {

    private static final int MAX_VALUES = 100_000;
    private static final int MAX_ALTERNATIVES = 400_000;
    private static final int MAX_SIDE_BY_SIDE = 257;
    // All pairs of 64 branches.
    private static final int MAX_WATCHED = 64 * 63 / 2 + 1;
    private static final int MAX_ROUNDS = 8;
    private static final int MAX_MEMBERS = 2_000_000;

    // Each is a reading of its own; further ones have their members as they are written.
    private static final int MAX_IN_ANY_ORDER = 64;

    private final Map<Set<Integer>, Value> values = new LinkedHashMap<>();
    private final Deque<Pending> pending = new ArrayDeque<>();
    private final Map<NumberRange, Automaton> numbers = new HashMap<>();
    private final Map<NumberRange, CalculatedNumbers> calculated = new HashMap<>();
    private final Map<StringPart, Texts> texts = new HashMap<>();
    private final Map<Value, SchemaNode> places = new HashMap<>();
    private final Combinators combinators;
    private final Contradictions contradictions;
    private final GrammarOptions options;
    private final Gaps gaps;
    private final LiteralShapes literalShapes;
    private final boolean widest;
    private boolean uncertain;
    private final ObjectCompiler objects = new ObjectCompiler(this);
    private final List<Overlap> overlaps = new ArrayList<>();
    private final Map<SchemaNode, Integer> watched = new HashMap<>();
    private int alternatives;
    private int members;

    /// Two branches of a `oneOf`, and the value both apply to.
    private record Overlap(Pair branches, Value both) {}

    private record Pending(Value value, List<SchemaNode> schemas) {}

    /// @param widest whether strings are those that satisfy a schema for some reader of schemas
    private ValueCompiler(Combinators combinators, GrammarOptions options, boolean widest) {
        this.widest = widest;
        this.contradictions = new Contradictions(combinators.negation(), widest);
        this.combinators = combinators;
        this.options = options;
        this.gaps = Gaps.of(options.spelling());
        this.literalShapes = new LiteralShapes(options.spelling());
    }

    /// The value of a document's root, its costs computed.
    ///
    /// The branches of every `oneOf` are first taken to exclude each other. Where the costs tell
    /// that a value satisfies two of them, all is compiled anew with that known.
    ///
    /// @throws UnsupportedSchemaException where the schema is too large, or nothing satisfies it
    static Value compile(SchemaNode root, GrammarOptions options) {
        Negation negation = new Negation();
        Set<Pair> overlapping = new HashSet<>();
        for (int round = 0; round < MAX_ROUNDS; round++) {
            ValueCompiler compiler =
                    new ValueCompiler(new Combinators(negation, overlapping), options, false);
            Value value = compiler.compileAll(root);
            Set<Pair> found = compiler.overlapping();
            if (compiler.uncertain && !compiler.overlaps.isEmpty()) {
                found.addAll(widestOverlapping(root, new Combinators(negation, overlapping)));
            }
            if (!overlapping.addAll(found)) {
                return compiler.sealed(value);
            }
        }
        throw new UnsupportedSchemaException(
                "oneOf",
                root.pointer,
                "branches overlap in more than " + MAX_ROUNDS + " levels",
                "use anyOf, or tell the branches apart by a const");
    }

    // What readers of schemas differ on may satisfy two branches for one of them.
    private static Set<Pair> widestOverlapping(SchemaNode root, Combinators combinators) {
        ValueCompiler compiler = new ValueCompiler(combinators, GrammarOptions.DEFAULT, true);
        compiler.compileAll(root);
        return compiler.overlapping();
    }

    private Value compileAll(SchemaNode root) {
        Value value = value(List.of(root));
        while (!pending.isEmpty()) {
            fill(pending.removeFirst());
        }
        new Costs(values.values()).settle();
        return value;
    }

    private Set<Pair> overlapping() {
        return overlaps.stream()
                .filter(overlap -> overlap.both().isReachable())
                .map(Overlap::branches)
                .collect(Collectors.toSet());
    }

    private Value sealed(Value value) {
        if (!value.isReachable()) {
            throw new Unsatisfiable(places).explain(value);
        }
        for (Value each : values.values()) {
            each.seal();
            String pointer = places.get(each).pointer;
            limit(each.arrays().size(), MAX_SIDE_BY_SIDE, pointer);
            limit(each.objects().size(), MAX_SIDE_BY_SIDE, pointer);
        }
        return value;
    }

    /// The value all these schemas apply to; filled later.
    Value value(Collection<SchemaNode> schemas) {
        Map<Integer, SchemaNode> distinct = new LinkedHashMap<>();
        for (SchemaNode schema : schemas) {
            SchemaNode target = withoutDetours(schema);
            if (target.never || saysAnything(target)) {
                distinct.put(target.number, target);
            }
        }
        if (distinct.isEmpty()) {
            return FreeForm.value(gaps);
        }
        Set<Integer> key = new TreeSet<>(distinct.keySet());
        Value known = values.get(key);
        if (known != null) {
            return known;
        }
        List<SchemaNode> applied = List.copyOf(distinct.values());
        Value value = new Value();
        limit(values.size(), MAX_VALUES, applied.getFirst().pointer);
        values.put(key, value);
        places.put(value, applied.getFirst());
        pending.addLast(new Pending(value, applied));
        return value;
    }

    // Whether branches exclude each other is left to the costs to tell.
    private void watch(Pair branches) {
        SchemaNode node = branches.node();
        limit(node.oneOf.size(), MAX_SIDE_BY_SIDE, node.pointer);
        List<SchemaNode> both =
                List.of(
                        combinators.negation().context(node),
                        node.oneOf.get(branches.first()),
                        node.oneOf.get(branches.second()));
        if (contradictions.exclude(both)) {
            return;
        }
        limit(watched.merge(node, 1, Integer::sum), MAX_WATCHED, node.pointer);
        overlaps.add(new Overlap(branches, value(both)));
    }

    private static boolean saysAnything(SchemaNode node) {
        return node.asserts() || node.applies();
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
        return node.reference != null && !node.asserts() && node.appliesOnlyReference();
    }

    private void fill(Pending todo) {
        List<byte[]> literals = new ArrayList<>();
        List<Conjunction> conjunctions = Expansion.of(todo.schemas(), combinators, contradictions);
        combinators.takeApart().forEach(this::watch);
        for (Conjunction conjunction : conjunctions) {
            limit(++alternatives, MAX_ALTERNATIVES, todo.schemas().getFirst().pointer);
            if (conjunction.nodes().stream().anyMatch(node -> node.literals != null)) {
                addLiterals(conjunction, literals, todo.value());
            } else {
                addShapes(conjunction, todo.value(), literals);
            }
        }
        todo.value().add(LiteralSet.of(literals, gaps));
    }

    private void addLiterals(Conjunction conjunction, List<byte[]> literals, Value value) {
        Map<String, JsonNode> fewest = null;
        for (SchemaNode node : conjunction.nodes()) {
            boolean fewer =
                    node.literals != null
                            && (fewest == null || node.literals.size() < fewest.size());
            fewest = fewer ? node.literals : fewest;
        }
        uncertain |= conjunction.nodes().stream().anyMatch(node -> !node.strings.isCertain());
        LiteralJudge judge = new LiteralJudge(combinators.negation(), widest);
        int inAnyOrder = order() == PropertyOrder.ANY ? MAX_IN_ANY_ORDER : 0;
        for (JsonNode literal : fewest.values()) {
            if (!judge.satisfiesOwnOfAll(literal, conjunction.nodes())) {
                continue;
            }
            if (inAnyOrder > 0 && LiteralShapes.isOrdered(literal)) {
                inAnyOrder--;
                literalShapes.add(literal, value);
                countMembers(literal.size(), conjunction.pointer());
            } else {
                literals.add(CanonicalJson.of(literal, options.spelling()));
            }
        }
    }

    private void addShapes(Conjunction conjunction, Value value, List<byte[]> literals) {
        int types = conjunction.types();
        Map<String, JsonNode> excluded = excludedLiterals(conjunction);
        addWord(types & Types.NULL, "null", excluded, literals);
        addWord(types & Types.BOOLEAN, "true", excluded, literals);
        addWord(types & Types.BOOLEAN, "false", excluded, literals);
        if ((types & Types.NUMBER) != 0) {
            addNumbers(conjunction, excluded.values(), value);
        }
        if ((types & Types.STRING) != 0) {
            addString(conjunction, excluded.values(), value);
        }
        if ((types & Types.ARRAY) != 0) {
            value.add(array(conjunction));
        }
        if ((types & Types.OBJECT) != 0) {
            objects.compile(conjunction, value::add);
        }
    }

    private static Map<String, JsonNode> excludedLiterals(Conjunction conjunction) {
        Map<String, JsonNode> excluded = new LinkedHashMap<>();
        conjunction.nodes().forEach(node -> excluded.putAll(node.excludedLiterals));
        return excluded;
    }

    private static void addWord(
            int type, String word, Map<String, JsonNode> excluded, List<byte[]> literals) {
        if (type != 0 && !excluded.containsKey(word)) {
            literals.add(word.getBytes(StandardCharsets.US_ASCII));
        }
    }

    private void addNumbers(Conjunction conjunction, Collection<JsonNode> excluded, Value value) {
        NumberRange range = NumberRange.ALL;
        for (SchemaNode node : conjunction.nodes()) {
            range = range.and(node.range);
        }
        if ((conjunction.types() & Types.FRACTION) == 0) {
            range = range.onlyIntegers();
        } else if ((conjunction.types() & Types.INTEGER) == 0) {
            range = range.withoutMultiplesOf(BigDecimal.ONE);
        }
        List<BigDecimal> holes =
                excluded.stream().filter(JsonNode::isNumber).map(JsonNode::decimalValue).toList();
        range = holes.isEmpty() ? range : range.without(holes);
        if (NumberAutomaton.isSmall(range)) {
            addNumber(range, value);
        } else if (range.notSteps().size() > CalculatedNumbers.MAX_NOT_STEPS) {
            throw new UnsupportedSchemaException(
                    "multipleOf",
                    conjunction.pointer(),
                    "more than "
                            + CalculatedNumbers.MAX_NOT_STEPS
                            + " factors are excluded at once, a large one among them",
                    "exclude fewer factors");
        } else {
            addCalculated(range, value);
        }
    }

    private void addCalculated(NumberRange range, Value value) {
        CalculatedNumbers known = calculated.get(range);
        if (known == null && !calculated.containsKey(range)) {
            known = CalculatedNumbers.of(range);
            calculated.put(range, known);
        }
        if (known != null) {
            value.addNumber(known);
        }
    }

    private void addNumber(NumberRange range, Value value) {
        Automaton automaton = numbers.get(range);
        if (automaton == null && !numbers.containsKey(range)) {
            automaton = NumberAutomaton.of(range);
            numbers.put(range, automaton);
        }
        if (automaton != null) {
            value.addNumber(automaton);
        }
    }

    private void addString(Conjunction conjunction, Collection<JsonNode> excluded, Value value) {
        StringSet strings = StringSet.ALL;
        StringShape length = StringShape.ANY;
        for (SchemaNode node : conjunction.nodes()) {
            strings = strings.and(node.strings);
            length = length.and(new StringShape(node.minLength, node.maxLength));
        }
        if (excluded.stream().anyMatch(JsonNode::isString)) {
            strings = strings.and(words(conjunction.pointer(), excluded).complement());
        }
        uncertain |= !strings.isCertain();
        if (strings.restrictsNothing()) {
            value.add(length);
        } else {
            StringSet read = widest ? strings.widest() : strings;
            addStrings(read.and(StringSet.of(length)), value);
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
        return new ArrayCompiler(this::value, combinators.negation(), gaps).shape(conjunction);
    }

    /// The strings that surely satisfy a schema, and those that surely do not satisfy it.
    StringSet strings(SchemaNode schema) {
        StringSet strings = StringSet.NONE;
        for (Conjunction conjunction : Expansion.of(List.of(schema), combinators, contradictions)) {
            if ((conjunction.types() & Types.STRING) != 0) {
                strings = strings.or(strings(conjunction));
            }
        }
        combinators.takeApart().forEach(this::watch);
        return strings;
    }

    private StringSet strings(Conjunction conjunction) {
        StringSet strings = StringSet.ALL;
        for (SchemaNode node : conjunction.nodes()) {
            strings = strings.and(node.stringSet());
            if (node.literals != null) {
                strings = strings.and(words(node.pointer, node.literals.values()));
            }
            if (!node.excludedLiterals.isEmpty()) {
                StringSet excluded = words(node.pointer, node.excludedLiterals.values());
                strings = strings.and(excluded.complement());
            }
        }
        return strings;
    }

    private static StringSet words(String pointer, Collection<JsonNode> literals) {
        List<String> words =
                literals.stream().filter(JsonNode::isString).map(JsonNode::stringValue).toList();
        return StringSet.of(words, "enum", pointer + "/enum");
    }

    PropertyOrder order() {
        return options.order();
    }

    Gaps gaps() {
        return gaps;
    }

    void countMembers(int more, String pointer) {
        members += more;
        limit(members, MAX_MEMBERS, pointer);
    }

    private static void limit(int count, int most, String pointer) {
        if (count >= most) {
            throw new UnsupportedSchemaException(
                    "schema",
                    pointer,
                    "the schemas combine in " + most + " ways or more",
                    "use fewer branches, or split the schema");
        }
    }
}

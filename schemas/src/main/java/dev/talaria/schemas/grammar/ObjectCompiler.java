package dev.talaria.schemas.grammar;

import dev.talaria.schemas.grammar.Expansion.Conjunction;
import dev.talaria.schemas.grammar.KeyClass.Keys;
import dev.talaria.schemas.grammar.ObjectShape.Member;
import dev.talaria.schemas.grammar.SchemaNode.PatternProperty;
import dev.talaria.schemas.grammar.SchemaNode.SomeMember;
import dev.talaria.schemas.grammar.StringAutomaton.TooManyStatesException;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// Merges what the schemas of a conjunction say of objects.
///
/// Every name is a matter of rules: schemas that its value satisfies unless the name is excepted.
/// Declared names are looked up one by one; all other names are divided into classes, each with the
/// rules that apply to it.
final class ObjectCompiler {

    private static final int MAX_CLASSES = 64;
    private static final int MAX_OBLIGATIONS = 4;
    private static final int MAX_CHOSEN = 8;
    private static final int MAX_NEEDS = 2_000;
    private static final int MAX_COUNTED = 1_000;
    private static final int MAX_COUNTED_BESIDE = 64;
    private static final int MAX_CELLS = 4_000_000;
    private static final int MAX_SEARCHED = 40_000_000;
    private static final int MAX_KEY_STATES = 5_000;

    private final ValueCompiler values;
    private final Map<StringAutomaton, Keys> keys = new HashMap<>();

    ObjectCompiler(ValueCompiler values) {
        this.values = values;
    }

    /// A schema for the values of all names but some.
    ///
    /// @param declared names excepted
    /// @param others further names excepted, if surely among them
    private record Rule(Set<String> declared, StringSet others, SchemaNode schema) {

        boolean appliesTo(String name) {
            return !declared.contains(name) && (others == StringSet.NONE || !others.contains(name));
        }
    }

    /// Something some member must settle.
    private record Obligation(Set<String> except, StringSet names, SchemaNode schema) {

        boolean speaksOf(String name) {
            return !except.contains(name) && names.contains(name);
        }
    }

    /// What all names of an object are subject to.
    ///
    /// @param allowed what names must surely be among
    private record Rules(List<Rule> rules, List<StringSet> allowed, List<Obligation> obligations) {

        boolean allows(String name) {
            return allowed.stream().allMatch(names -> names.contains(name));
        }
    }

    /// What an object is made of, whichever members must be there.
    private record Parts(
            Conjunction conjunction,
            Rules rules,
            Map<String, List<MemberValue>> members,
            List<KeyClass> others) {}

    /// Names fall into more than [#MAX_CLASSES] classes.
    private static final class TooManyClassesException extends RuntimeException {

        private static final long serialVersionUID = 1L;
    }

    /// Names that are not declared and subject to the same rules.
    ///
    /// @param obligations those that a member of such a name may settle, as bits
    private record Part(StringAutomaton names, List<SchemaNode> schemas, int obligations) {}

    /// Adds the objects that satisfy the own keywords of all those schemas.
    ///
    /// @throws UnsupportedSchemaException where it takes too much to tell names apart
    void compile(Conjunction conjunction, Consumer<ObjectShape> to) {
        Set<String> names = new LinkedHashSet<>();
        Set<String> required = new LinkedHashSet<>();
        long minimum = 0;
        long maximum = ObjectShape.UNBOUNDED;
        for (SchemaNode node : conjunction.nodes()) {
            names.addAll(node.properties.keySet());
            required.addAll(node.required);
            minimum = Math.max(minimum, node.minProperties);
            maximum = Math.min(maximum, node.maxProperties);
        }
        Map<String, Set<String>> needs = needs(conjunction, required);
        names.addAll(required);
        needs.forEach((name, needed) -> {
            names.add(name);
            names.addAll(needed);
        });
        conjunction
                .nodes()
                .forEach(node -> node.someMembers.forEach(s -> names.addAll(s.except())));
        Rules rules = rules(conjunction);
        Map<String, List<MemberValue>> members = new LinkedHashMap<>();
        names.forEach(name -> members.put(name, memberValues(conjunction, rules, name)));
        Parts parts = new Parts(conjunction, rules, members, others(conjunction, rules));
        boolean counts = !rules.obligations().isEmpty() || minimum > required.size();
        if (needs.isEmpty() || !counts) {
            to.accept(shape(parts, required, needs, minimum, maximum));
        } else {
            for (Map<String, Set<String>> chosen : choices(conjunction, needs)) {
                addChosen(parts, required, needs.keySet(), chosen, minimum, maximum, to);
            }
        }
    }

    private ObjectShape shape(
            Parts parts,
            Set<String> required,
            Map<String, Set<String>> needs,
            long minimum,
            long maximum) {
        Conjunction conjunction = parts.conjunction();
        List<String> names = List.copyOf(parts.members().keySet());
        checkBounds(conjunction, parts.rules(), minimum - required.size(), names.size());
        List<Member> members = new ArrayList<>();
        parts.members()
                .forEach((name, memberValues) -> {
                    byte[] characters = CanonicalJson.characters(name);
                    members.add(new Member(characters, memberValues, required.contains(name)));
                });
        values.countMembers(members.size(), conjunction.pointer());
        ObjectShape shape =
                new ObjectShape(
                        members,
                        parts.others(),
                        MemberNeeds.of(names, needs),
                        parts.rules().obligations().size(),
                        minimum,
                        maximum,
                        values.order(),
                        values.gaps());
        if (values.order() == PropertyOrder.ANY) {
            checkAnyOrder(shape, conjunction.pointer());
        }
        return shape;
    }

    // Every member that has to come is looked for among all that may, and where their number
    // matters what comes after each is looked at.
    private static void checkAnyOrder(ObjectShape shape, String pointer) {
        long required = shape.required().cardinality() + 1L;
        long work = shape.size() * required * (shape.isPlain() ? 1 : required);
        if (work > MAX_SEARCHED) {
            throw new UnsupportedSchemaException(
                    "required",
                    pointer,
                    "so many members in any order that a shortest object takes too much to find",
                    "require fewer, or let members come in the schema's order");
        }
    }

    // What required members need is required itself.
    private static Map<String, Set<String>> needs(Conjunction conjunction, Set<String> required) {
        Map<String, Set<String>> needs = new LinkedHashMap<>();
        for (SchemaNode node : conjunction.nodes()) {
            node.dependentRequired.forEach((name, needed) ->
                    needs.computeIfAbsent(name, none -> new LinkedHashSet<>()).addAll(needed));
        }
        if (needs.values().stream().mapToLong(Set::size).sum() > MAX_NEEDS) {
            throw new UnsupportedSchemaException(
                    "dependentRequired",
                    conjunction.pointer(),
                    "members need others in more than " + MAX_NEEDS + " ways",
                    "list what must be there in required");
        }
        boolean grows = true;
        while (grows) {
            grows = false;
            for (Map.Entry<String, Set<String>> need : needs.entrySet()) {
                grows |= required.contains(need.getKey()) && required.addAll(need.getValue());
            }
        }
        needs.forEach((name, needed) -> {
            needed.remove(name);
            needed.removeAll(required);
        });
        needs.values().removeIf(Set::isEmpty);
        return needs;
    }

    /// The ways to choose which of the members are there that need others, with what they need.
    private static List<Map<String, Set<String>>> choices(
            Conjunction conjunction, Map<String, Set<String>> needs) {
        if (needs.size() > MAX_CHOSEN) {
            throw new UnsupportedSchemaException(
                    "dependentRequired",
                    conjunction.pointer(),
                    "more than " + MAX_CHOSEN + " members need others where members are counted",
                    "list what must be there in required, or leave out minProperties");
        }
        List<Map<String, Set<String>>> choices = List.of(Map.of());
        for (Map.Entry<String, Set<String>> need : needs.entrySet()) {
            List<Map<String, Set<String>>> more = new ArrayList<>(choices);
            for (Map<String, Set<String>> choice : choices) {
                Map<String, Set<String>> with = new LinkedHashMap<>(choice);
                with.put(need.getKey(), need.getValue());
                more.add(with);
            }
            choices = more;
        }
        return choices;
    }

    private void addChosen(
            Parts parts,
            Set<String> required,
            Set<String> choosing,
            Map<String, Set<String>> chosen,
            long minimum,
            long maximum,
            Consumer<ObjectShape> to) {
        Set<String> present = new LinkedHashSet<>(required);
        present.addAll(chosen.keySet());
        chosen.values().forEach(present::addAll);
        Map<String, List<MemberValue>> members = new LinkedHashMap<>(parts.members());
        for (String name : choosing) {
            if (!chosen.containsKey(name)) {
                if (present.contains(name)) {
                    return;
                }
                members.put(name, List.of());
            }
        }
        Parts those = new Parts(parts.conjunction(), parts.rules(), members, parts.others());
        to.accept(shape(those, present, Map.of(), minimum, maximum));
    }

    private void checkBounds(Conjunction conjunction, Rules rules, long optional, int declared) {
        int obligations = rules.obligations().size();
        if (obligations > MAX_OBLIGATIONS) {
            throw new UnsupportedSchemaException(
                    "not",
                    conjunction.pointer(),
                    "more than " + MAX_OBLIGATIONS + " members have to differ, whichever they are",
                    "state what is allowed instead of what is not");
        }
        if (obligations == 0 && optional <= 0) {
            return;
        }
        // In any order the costs are computed anew for each member that may come next.
        long positions =
                values.order() == PropertyOrder.ANY ? (long) declared * declared : declared;
        long rows = (long) (1 << obligations) * (Math.max(0, optional) + obligations + 1);
        long most = obligations == 0 ? MAX_COUNTED : MAX_COUNTED_BESIDE;
        if (optional > most || (positions + 1) * rows > MAX_CELLS) {
            throw new UnsupportedSchemaException(
                    "minProperties",
                    conjunction.pointer(),
                    "which members a shortest object has takes too much to compute",
                    "list what must be there in required");
        }
    }

    private Rules rules(Conjunction conjunction) {
        Rules rules = new Rules(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (SchemaNode node : conjunction.nodes()) {
            for (PatternProperty pattern : node.patternProperties) {
                StringSet except = pattern.names().complement();
                rules.rules().add(new Rule(Set.of(), except, pattern.schema()));
            }
            if (node.additionalProperties != null) {
                Set<String> except = node.properties.keySet();
                StringSet patterns = node.patternNames();
                rules.rules().add(new Rule(except, patterns, node.additionalProperties));
            }
            if (node.propertyNames != null) {
                rules.allowed().add(values.strings(node.propertyNames));
            }
            for (SomeMember some : node.someMembers) {
                StringSet named = some.names().and(values.strings(some.namedBy()));
                Obligation obligation = new Obligation(some.except(), named, some.schema());
                rules.obligations().add(obligation);
            }
            if (node.unevaluatedProperties != null) {
                addUnevaluated(node, conjunction.evaluators().get(node), rules);
            }
        }
        return rules;
    }

    private static void addUnevaluated(SchemaNode node, Set<SchemaNode> evaluators, Rules rules) {
        Set<String> names = new LinkedHashSet<>();
        StringSet patterns = StringSet.NONE;
        for (SchemaNode evaluator : evaluators) {
            boolean evaluatesAll =
                    evaluator.additionalProperties != null
                            || evaluator != node && evaluator.unevaluatedProperties != null;
            if (evaluatesAll) {
                return;
            }
            names.addAll(evaluator.properties.keySet());
            patterns = patterns.or(evaluator.patternNames());
        }
        rules.rules().add(new Rule(names, patterns, node.unevaluatedProperties));
    }

    private List<MemberValue> memberValues(Conjunction conjunction, Rules rules, String name) {
        if (!rules.allows(name)) {
            return List.of();
        }
        List<SchemaNode> schemas = new ArrayList<>();
        for (SchemaNode node : conjunction.nodes()) {
            if (node.properties.containsKey(name)) {
                schemas.add(node.properties.get(name));
            }
        }
        for (Rule rule : rules.rules()) {
            if (rule.appliesTo(name)) {
                schemas.add(rule.schema());
            }
        }
        int obligations = 0;
        for (int i = 0; i < rules.obligations().size(); i++) {
            obligations |= rules.obligations().get(i).speaksOf(name) ? 1 << i : 0;
        }
        return memberValues(rules, schemas, obligations);
    }

    private List<MemberValue> memberValues(Rules rules, List<SchemaNode> schemas, int obligations) {
        List<MemberValue> options = new ArrayList<>();
        for (int settled = 0; settled <= obligations; settled++) {
            if ((settled & ~obligations) == 0) {
                List<SchemaNode> all = new ArrayList<>(schemas);
                for (int i = 0; i < rules.obligations().size(); i++) {
                    if ((settled >> i & 1) != 0) {
                        all.add(rules.obligations().get(i).schema());
                    }
                }
                options.add(new MemberValue(settled, values.value(all)));
            }
        }
        return options;
    }

    private List<KeyClass> others(Conjunction conjunction, Rules rules) {
        try {
            List<KeyClass> others = new ArrayList<>();
            for (Part part : parts(rules)) {
                Keys spelled = keys(part.names());
                if (spelled != null) {
                    List<MemberValue> memberValues =
                            memberValues(rules, part.schemas(), part.obligations());
                    others.add(new KeyClass(spelled, memberValues));
                }
            }
            return others;
        } catch (TooManyClassesException e) {
            throw new UnsupportedSchemaException(
                    "patternProperties",
                    conjunction.pointer(),
                    "names match the patterns in more than " + MAX_CLASSES + " combinations",
                    "use patterns that exclude each other, or fewer");
        } catch (TooManyStatesException e) {
            throw new UnsupportedSchemaException(
                    "patternProperties",
                    conjunction.pointer(),
                    "to tell by which patterns a name is matched takes " + e.getMessage(),
                    "use simpler patterns, or fewer");
        }
    }

    private List<Part> parts(Rules rules) {
        StringAutomaton allowed = StringAutomaton.ALL;
        for (StringSet names : rules.allowed()) {
            allowed = allowed.and(automaton(names));
        }
        List<Part> parts = List.of(new Part(allowed, List.of(), 0));
        for (Rule rule : rules.rules()) {
            parts = divided(parts, rule);
        }
        for (int i = 0; i < rules.obligations().size(); i++) {
            StringAutomaton names = automaton(rules.obligations().get(i).names());
            List<Part> finer = new ArrayList<>();
            for (Part part : parts) {
                int with = part.obligations() | 1 << i;
                add(finer, part.names().and(names), part.schemas(), with);
                add(
                        finer,
                        part.names().and(names.complement()),
                        part.schemas(),
                        part.obligations());
            }
            parts = finer;
        }
        return parts;
    }

    private List<Part> divided(List<Part> parts, Rule rule) {
        StringAutomaton except = automaton(rule.others());
        List<Part> finer = new ArrayList<>();
        for (Part part : parts) {
            add(finer, part.names().and(except), part.schemas(), part.obligations());
            if (!rule.schema().never) {
                List<SchemaNode> with = new ArrayList<>(part.schemas());
                with.add(rule.schema());
                StringAutomaton names = part.names().and(except.complement());
                add(finer, names, with, part.obligations());
            }
        }
        return finer;
    }

    private static void add(
            List<Part> parts, StringAutomaton names, List<SchemaNode> schemas, int obligations) {
        if (!names.isEmpty()) {
            if (parts.size() == MAX_CLASSES) {
                throw new TooManyClassesException();
            }
            parts.add(new Part(names, schemas, obligations));
        }
    }

    /// The strings that surely belong to the set.
    private static StringAutomaton automaton(StringSet strings) {
        StringAutomaton union = StringAutomaton.NONE;
        for (StringPart part : strings.parts()) {
            StringAutomaton names =
                    part.length().equals(StringShape.ANY)
                            ? part.automaton()
                            : part.automaton().and(StringAutomaton.of(part.length()));
            union = union.or(names);
        }
        return union;
    }

    /// Null where there are none.
    private Keys keys(StringAutomaton names) {
        if (names.isAll()) {
            return Keys.ANY;
        }
        Keys known = keys.get(names);
        if (known == null) {
            SchemaProblem blame = StringSet.blame("patternProperties", "#", "the names");
            TextAutomaton.Text text = TextAutomaton.of(names, blame);
            if (text == null) {
                return null;
            }
            if (text.automaton().size() > MAX_KEY_STATES) {
                throw new TooManyStatesException(MAX_KEY_STATES);
            }
            known = new Keys(text.automaton());
            keys.put(names, known);
        }
        return known;
    }
}

package dev.talaria.schemas.grammar;

import dev.talaria.schemas.grammar.ArrayShape.Kind;
import dev.talaria.schemas.grammar.ElementCounts.Bounds;
import dev.talaria.schemas.grammar.Expansion.Conjunction;
import dev.talaria.schemas.grammar.SchemaNode.Contains;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/// Merges what several schemas say of the same array into one shape.
///
/// Where elements are counted by `contains`, an element is of one kind for each set of counts it
/// adds to: those that satisfy the schemas of the set, and none of the others where there may be
/// too many of them. Where only too few matter, an element that could be counted may be read as one
/// that is not, and no opposite is needed.
final class ArrayCompiler {

    private static final int MAX_COUNTED_PREFIX = 200;
    private static final long MAX_COUNTED = 20_000;
    // From here on telling the kinds apart is cheaper than reading elements both ways.
    private static final long MANY = 8;

    private final Function<Collection<SchemaNode>, Value> values;
    private final Negation negation;
    private final Gaps gaps;

    /// Elements that no schema speaks of.
    ///
    /// @param from index of the first of them
    /// @param schema what they satisfy
    private record Unevaluated(int from, SchemaNode schema) {}

    /// What the schemas of a conjunction say of single elements.
    private record Rules(
            Collection<SchemaNode> nodes,
            List<Unevaluated> unevaluated,
            List<Contains> contained,
            ElementCounts counts) {}

    /// @param values makes the value that several schemas apply to
    ArrayCompiler(Function<Collection<SchemaNode>, Value> values, Negation negation, Gaps gaps) {
        this.values = values;
        this.negation = negation;
        this.gaps = gaps;
    }

    /// The arrays that satisfy the own keywords of all those schemas.
    ///
    /// @throws UnsupportedSchemaException where they cannot be told exactly
    ArrayShape shape(Conjunction conjunction) {
        Collection<SchemaNode> nodes = conjunction.nodes();
        nodes.forEach(ArrayCompiler::refuseRepeated);
        long minimum = 0;
        long maximum = ArrayShape.UNBOUNDED;
        long prefix = 0;
        boolean unique = false;
        Set<Contains> counted = new LinkedHashSet<>();
        for (SchemaNode node : nodes) {
            minimum = Math.max(minimum, node.minItems);
            maximum = Math.min(maximum, node.maxItems);
            prefix = Math.max(prefix, node.prefixItems.size());
            unique |= node.uniqueItems;
            counted.addAll(node.contains);
        }
        List<Unevaluated> unevaluated = unevaluated(conjunction);
        for (Unevaluated elements : unevaluated) {
            prefix = Math.max(prefix, elements.from());
        }
        for (Contains contains : counted) {
            prefix = Math.max(prefix, contains.from());
        }
        // Of at most one element there is nothing to compare.
        boolean distinct = unique && maximum > 1;
        List<Contains> contained = List.copyOf(counted);
        ElementCounts counts = counts(contained, distinct);
        check(nodes, contained, counts, distinct, minimum, prefix);
        Rules rules = new Rules(nodes, unevaluated, contained, counts);
        List<List<Kind>> first = new ArrayList<>();
        for (int i = 0; i < Math.min(prefix, maximum); i++) {
            first.add(kinds(rules, i));
        }
        List<Kind> rest = kinds(rules, (int) prefix);
        return new ArrayShape(first, rest, minimum, maximum, counts, distinct, gaps);
    }

    private List<Unevaluated> unevaluated(Conjunction conjunction) {
        List<Unevaluated> unevaluated = new ArrayList<>();
        for (SchemaNode node : conjunction.nodes()) {
            if (node.unevaluatedItems != null) {
                addUnevaluated(node, conjunction.evaluators().get(node), unevaluated);
            }
        }
        return unevaluated;
    }

    private void addUnevaluated(
            SchemaNode node, Collection<SchemaNode> evaluators, List<Unevaluated> to) {
        int from = 0;
        Set<SchemaNode> alternatives = new LinkedHashSet<>(List.of(node.unevaluatedItems));
        for (SchemaNode evaluator : evaluators) {
            if (evaluator.items != null
                    || evaluator != node && evaluator.unevaluatedItems != null) {
                return;
            }
            from = Math.max(from, evaluator.prefixItems.size());
            if (evaluator.evaluatedItems != null) {
                alternatives.add(evaluator.evaluatedItems);
            }
        }
        to.add(new Unevaluated(from, negation.some(List.copyOf(alternatives))));
    }

    private static void refuseRepeated(SchemaNode node) {
        if (node.repeatedItems) {
            throw new UnsupportedSchemaException(
                    "not",
                    node.pointer,
                    "some element, whichever it is, would have to come twice",
                    "state what is allowed instead of what is not");
        }
    }

    private static ElementCounts counts(List<Contains> contained, boolean distinct) {
        List<Bounds> bounds = new ArrayList<>();
        for (Contains contains : contained) {
            boolean bounded = contains.maximum() != ArrayShape.UNBOUNDED;
            boolean apart = bounded || distinct || contains.minimum() > MANY;
            bounds.add(new Bounds(contains.minimum(), contains.maximum(), apart));
        }
        return bounds.isEmpty() ? ElementCounts.NONE : new ElementCounts(bounds);
    }

    private static void check(
            Collection<SchemaNode> nodes,
            List<Contains> contained,
            ElementCounts counts,
            boolean distinct,
            long minimum,
            long prefix) {
        long work = minimum + 1;
        for (Bounds bounds : counts.bounds()) {
            work = Math.min(MAX_COUNTED + 1, work) * Math.min(MAX_COUNTED, bounds.minimum() + 1);
        }
        boolean several = contained.size() > 1;
        if (contained.size() > ElementCounts.MAX_COUNTS
                || !counts.areCountable()
                || several && (work > MAX_COUNTED || minimum + counts.least() > 300)
                || !contained.isEmpty() && prefix > MAX_COUNTED_PREFIX) {
            throw refused(
                    nodes,
                    "contains",
                    "too many elements are counted in too many ways",
                    "use one contains, or smaller counts");
        }
        long needed = Math.max(minimum, counts.least());
        boolean mixed = prefix > 0 && (needed > 1 || !contained.isEmpty());
        if (distinct && (several || mixed || needed > DistinctElements.MAX_NEEDED)) {
            throw refused(
                    nodes,
                    "uniqueItems",
                    several || mixed
                            ? "different elements are needed for several reasons at once"
                            : "more than " + DistinctElements.MAX_NEEDED + " elements are needed",
                    "leave it out and check it after extraction, or lower minItems");
        }
    }

    private static UnsupportedSchemaException refused(
            Collection<SchemaNode> nodes, String keyword, String reason, String suggestion) {
        for (SchemaNode node : nodes) {
            if (node.uniqueItems && keyword.equals("uniqueItems")
                    || !node.contains.isEmpty() && keyword.equals("contains")) {
                return new UnsupportedSchemaException(
                        keyword, node.pointer + "/" + keyword, reason, suggestion);
            }
        }
        throw new IllegalStateException("no schema has " + keyword);
    }

    private List<Kind> kinds(Rules rules, int index) {
        int counting = 0;
        for (int i = 0; i < rules.contained().size(); i++) {
            counting |= rules.contained().get(i).from() <= index ? 1 << i : 0;
        }
        List<Kind> kinds = new ArrayList<>();
        // Down to the empty set, so that every set comes after those it is part of.
        for (int set = counting; set >= 0; set--) {
            if ((set & counting) == set) {
                Kind kind = kind(rules, index, set, counting & ~set);
                if (kinds.stream().noneMatch(other -> covers(other, kind, rules.counts()))) {
                    kinds.add(kind);
                }
            }
        }
        return kinds;
    }

    // The same values counted more often, where that cannot hurt.
    private static boolean covers(Kind other, Kind kind, ElementCounts counts) {
        boolean more = (other.counts() & kind.counts()) == kind.counts();
        int added = other.counts() & ~kind.counts();
        for (int i = 0; i < counts.bounds().size(); i++) {
            more &= (added >> i & 1) == 0 || !counts.bounds().get(i).apart();
        }
        return more && other.value().equals(kind.value());
    }

    private Kind kind(Rules rules, int index, int set, int others) {
        List<SchemaNode> schemas = new ArrayList<>();
        for (SchemaNode node : rules.nodes()) {
            if (node.element(index) != null) {
                schemas.add(node.element(index));
            }
        }
        for (Unevaluated elements : rules.unevaluated()) {
            if (index >= elements.from()) {
                schemas.add(elements.schema());
            }
        }
        for (int i = 0; i < rules.contained().size(); i++) {
            SchemaNode contained = rules.contained().get(i).schema();
            if ((set >> i & 1) != 0) {
                schemas.add(contained);
            } else if ((others >> i & 1) != 0 && rules.counts().bounds().get(i).apart()) {
                schemas.add(negation.opposite(contained));
            }
        }
        return new Kind(values.apply(schemas), set);
    }
}

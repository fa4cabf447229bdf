package dev.talaria.schemas.grammar;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A set of numbers for the algebra of schemas: intersection, union and complement of intervals,
/// multiples and single numbers.
///
/// A union of ranges and of single numbers; exact. Immutable. What asks whether there is a number
/// at all means one that the grammar can spell.
///
/// @param ranges intervals with their multiples
/// @param values further numbers, told apart by their value
record NumberSet(List<NumberRange> ranges, SortedSet<BigDecimal> values) {

    private static final int MAX_RANGES = 256;

    static final NumberSet ALL = of(NumberRange.ALL);
    static final NumberSet NONE = new NumberSet(List.of(), Collections.emptySortedSet());
    static final NumberSet INTEGERS = of(NumberRange.ALL.onlyIntegers());

    static NumberSet of(NumberRange range) {
        return new NumberSet(List.of(range), Collections.emptySortedSet());
    }

    static NumberSet of(Collection<BigDecimal> values) {
        return new NumberSet(List.of(), new TreeSet<>(values));
    }

    /// The numbers of both.
    ///
    /// @throws UnsupportedSchemaException where they fall apart into too many intervals
    NumberSet and(NumberSet other) {
        List<NumberRange> both = new ArrayList<>();
        for (NumberRange a : ranges) {
            for (NumberRange b : other.ranges) {
                NumberRange range = a.and(b);
                if (!isClearlyEmpty(range) && !both.contains(range)) {
                    both.add(range);
                }
            }
        }
        limit(both.size());
        SortedSet<BigDecimal> common =
                Stream.concat(
                                values.stream().filter(other::contains),
                                other.values.stream().filter(this::contains))
                        .collect(Collectors.toCollection(TreeSet::new));
        return new NumberSet(List.copyOf(both), common);
    }

    private static boolean isClearlyEmpty(NumberRange range) {
        if (range.low() == null || range.high() == null) {
            return false;
        }
        int order = range.low().compareTo(range.high());
        return order > 0 || order == 0 && !range.contains(range.low());
    }

    /// The numbers of either.
    ///
    /// @throws UnsupportedSchemaException where they fall apart into too many intervals
    NumberSet or(NumberSet other) {
        List<NumberRange> either = new ArrayList<>(ranges);
        other.ranges.stream().filter(range -> !ranges.contains(range)).forEach(either::add);
        limit(either.size());
        SortedSet<BigDecimal> all = new TreeSet<>(values);
        all.addAll(other.values);
        return new NumberSet(List.copyOf(either), all);
    }

    /// The numbers that do not belong to it.
    ///
    /// @throws UnsupportedSchemaException where they fall apart into too many intervals
    NumberSet complement() {
        NumberSet none = of(NumberRange.ALL.without(values));
        for (NumberRange range : ranges) {
            none = none.and(complement(range));
        }
        return none;
    }

    private static NumberSet complement(NumberRange range) {
        List<NumberRange> not = new ArrayList<>();
        if (range.low() != null) {
            not.add(NumberRange.ALL.atMost(range.low(), !range.lowExcluded()));
        }
        if (range.high() != null) {
            not.add(NumberRange.ALL.atLeast(range.high(), !range.highExcluded()));
        }
        if (range.integer()) {
            not.add(NumberRange.ALL.withoutMultiplesOf(BigDecimal.ONE));
        }
        if (range.step() != null) {
            not.add(NumberRange.ALL.withoutMultiplesOf(range.step()));
        }
        range.notSteps().forEach(factor -> not.add(NumberRange.ALL.multiplesOf(factor)));
        return new NumberSet(List.copyOf(not), range.excluded());
    }

    private static void limit(int ranges) {
        if (ranges > MAX_RANGES) {
            throw new UnsupportedSchemaException(
                    "minimum",
                    "#",
                    "the numbers fall apart into more than " + MAX_RANGES + " intervals",
                    "combine fewer bounds");
        }
    }

    boolean contains(BigDecimal number) {
        return values.contains(number) || ranges.stream().anyMatch(range -> range.contains(number));
    }

    /// Whether no number that can be spelled belongs to it.
    ///
    /// @throws UnsupportedSchemaException where that would take too many states
    boolean isEmpty() {
        return values.stream().noneMatch(NumberAutomaton::isSpellable)
                && ranges.stream().allMatch(range -> NumberAutomaton.of(range) == null);
    }

    /// Whether no number that can be spelled belongs to both.
    ///
    /// @throws UnsupportedSchemaException where that would take too many states
    boolean isDisjointFrom(NumberSet other) {
        return and(other).isEmpty();
    }

    /// Whether finitely many numbers belong to it, whatever their spelling.
    boolean isFinite() {
        return ranges.stream()
                .allMatch(range ->
                        isClearlyEmpty(range)
                                || range.low() != null
                                        && range.high() != null
                                        && (range.integer()
                                                || range.step() != null
                                                || range.low().compareTo(range.high()) == 0));
    }

    /// A member with the shortest spelling; null where none can be spelled.
    ///
    /// @throws UnsupportedSchemaException where that would take too many states
    BigDecimal shortest() {
        String best = null;
        for (BigDecimal value : values) {
            if (NumberAutomaton.isSpellable(value)) {
                best = shorter(best, NumberAutomaton.strip(value).toPlainString());
            }
        }
        for (NumberRange range : ranges) {
            Automaton automaton = NumberAutomaton.of(range);
            best = automaton == null ? best : shorter(best, shortest(automaton));
        }
        return best == null ? null : new BigDecimal(best);
    }

    private static String shorter(String a, String b) {
        return a == null || b.length() < a.length() ? b : a;
    }

    private static String shortest(Automaton automaton) {
        StringBuilder text = new StringBuilder();
        int state = automaton.start();
        while (automaton.cost(state) > 0) {
            int octet = automaton.cheapest(state);
            text.append((char) octet);
            state = automaton.next(state, octet);
        }
        return text.toString();
    }
}

package dev.talaria.schemas.grammar;

import dev.talaria.schemas.grammar.Regex.Ahead;
import dev.talaria.schemas.grammar.Regex.Beginning;
import dev.talaria.schemas.grammar.Regex.Behind;
import dev.talaria.schemas.grammar.Regex.Characters;
import dev.talaria.schemas.grammar.Regex.Choice;
import dev.talaria.schemas.grammar.Regex.Ending;
import dev.talaria.schemas.grammar.Regex.Repeat;
import dev.talaria.schemas.grammar.Regex.Sequence;
import dev.talaria.schemas.grammar.Regex.UnsupportedRegexException;
import dev.talaria.schemas.grammar.RegexStates.Edge;
import dev.talaria.schemas.grammar.RegexStates.Jump;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The subset construction, with lookarounds: a deterministic state is the set of the readings of
/// the characters so far, and the states of the lookbehinds' automata.
final class Determinization {

    /// What must follow: an automaton, by its number, and its state.
    private record Duty(int automaton, int state) {}

    /// One reading.
    ///
    /// @param duties all of them have to be met by the characters to come
    private record Reading(int state, Set<Duty> duties) {}

    private record Place(Set<Reading> readings, List<Integer> behind) {}

    private final RegexAutomaton regex;
    private final RegexStates inside;
    private final int classCount;
    private final BitSet[][] edgeClasses;
    private final List<StringAutomaton> automata = new ArrayList<>();
    private final Map<StringAutomaton, Integer> automatonNumbers = new HashMap<>();
    private final Map<Place, Integer> numbers = new HashMap<>();
    private final List<Place> places = new ArrayList<>();

    Determinization(RegexAutomaton regex, RegexStates inside) {
        this.regex = regex;
        this.inside = inside;
        this.classCount = regex.alphabet().size();
        this.edgeClasses = new BitSet[inside.size()][];
        Map<CodePoints, BitSet> known = new HashMap<>();
        for (int state = 0; state < inside.size(); state++) {
            List<Edge> edges = inside.edges(state);
            edgeClasses[state] = new BitSet[edges.size()];
            for (int i = 0; i < edges.size(); i++) {
                edgeClasses[state][i] = known.computeIfAbsent(edges.get(i).of(), this::classesOf);
            }
        }
    }

    private BitSet classesOf(CodePoints characters) {
        BitSet classes = new BitSet(classCount);
        for (int c = 0; c < classCount; c++) {
            classes.set(c, characters.contains(regex.example(c)));
        }
        return classes;
    }

    /// The strings that match from a place on.
    ///
    /// @param atBeginning whether nothing has been read there
    /// @param behind the states of the lookbehinds there
    StringAutomaton build(boolean atBeginning, List<Integer> behind)
            throws UnsupportedRegexException {
        StringAutomaton.Cells cells = new StringAutomaton.Cells(classCount);
        Reading first = new Reading(inside.start(), Set.of());
        number(new Place(closure(List.of(first), atBeginning, behind), behind));
        for (int i = 0; i < places.size(); i++) {
            for (int c = 0; c < classCount; c++) {
                cells.add(number(next(places.get(i), c)));
            }
        }
        BitSet accepting = new BitSet(places.size());
        for (int i = 0; i < places.size(); i++) {
            accepting.set(i, places.get(i).readings().stream().anyMatch(this::accepts));
        }
        return StringAutomaton.smallest(regex.alphabet(), cells.toArray(), accepting);
    }

    private int number(Place place) {
        Integer known = numbers.putIfAbsent(place, places.size());
        if (known != null) {
            return known;
        }
        places.add(place);
        return places.size() - 1;
    }

    private boolean accepts(Reading reading) {
        return reading.state() == inside.matched()
                && reading.duties().stream()
                        .allMatch(duty -> automata.get(duty.automaton()).accepts(duty.state()));
    }

    private Place next(Place at, int c) throws UnsupportedRegexException {
        List<Integer> behind = new ArrayList<>(at.behind().size());
        for (int i = 0; i < at.behind().size(); i++) {
            StringAutomaton automaton = regex.behind(i);
            int behindClass = automaton.alphabet().classOf(regex.example(c));
            behind.add(automaton.next(at.behind().get(i), behindClass));
        }
        List<Reading> readings = new ArrayList<>();
        for (Reading reading : at.readings()) {
            Set<Duty> duties = null;
            List<Edge> edges = inside.edges(reading.state());
            for (int i = 0; i < edges.size(); i++) {
                if (edgeClasses[reading.state()][i].get(c)) {
                    duties = duties == null ? next(reading.duties(), c) : duties;
                    if (duties != null) {
                        readings.add(new Reading(edges.get(i).to(), duties));
                    }
                }
            }
            regex.spend(1 + edges.size() + reading.duties().size());
        }
        // Where nothing can match any more, what lies behind does not matter.
        Set<Reading> closed = closure(readings, false, behind);
        boolean decided = closed.isEmpty() || closed.contains(matched());
        return new Place(closed, decided ? List.of() : behind);
    }

    private Reading matched() {
        return new Reading(inside.matched(), Set.of());
    }

    /// The duties one character on; null where one of them cannot be met.
    private Set<Duty> next(Set<Duty> duties, int c) {
        if (duties.isEmpty()) {
            return duties;
        }
        Set<Duty> next = new HashSet<>();
        for (Duty duty : duties) {
            StringAutomaton automaton = automata.get(duty.automaton());
            int characterClass = automaton.alphabet().classOf(regex.example(c));
            if (!add(next, duty.automaton(), automaton.next(duty.state(), characterClass))) {
                return null;
            }
        }
        return next;
    }

    /// Whether the duty can be met.
    private boolean add(Set<Duty> duties, int number, int state) {
        StringAutomaton automaton = automata.get(number);
        if (automaton.isSink(state)) {
            return automaton.accepts(state);
        }
        duties.add(new Duty(number, state));
        return true;
    }

    private Set<Reading> closure(
            Collection<Reading> readings, boolean atBeginning, List<Integer> behind)
            throws UnsupportedRegexException {
        Set<Reading> reached = new HashSet<>(readings);
        Deque<Reading> open = new ArrayDeque<>(reached);
        while (!open.isEmpty()) {
            Reading at = open.pop();
            List<Jump> jumps = inside.jumps(at.state());
            regex.spend(1 + jumps.size());
            for (Jump jump : jumps) {
                Set<Duty> duties = pass(jump.condition(), at.duties(), atBeginning, behind);
                Reading to = duties == null ? null : new Reading(jump.to(), duties);
                if (to != null && reached.add(to)) {
                    open.push(to);
                }
            }
        }
        // Once matched, always matched: the other readings do not matter.
        return reached.contains(matched()) && regexGoesOn()
                ? Set.of(matched())
                : withoutNeedless(reached);
    }

    private boolean regexGoesOn() {
        return !inside.edges(inside.matched()).isEmpty();
    }

    /// The duties behind a condition; null where it does not hold.
    private Set<Duty> pass(
            Regex condition, Set<Duty> duties, boolean atBeginning, List<Integer> behind)
            throws UnsupportedRegexException {
        return switch (condition) {
            case null -> duties;
            case Beginning none -> atBeginning ? duties : null;
            case Behind look -> regex.holds(look, behind) ? duties : null;
            case Ending none -> with(duties, END);
            case Ahead look -> with(duties, regex.ahead(look, atBeginning, behind));
            case Characters none -> throw notACondition(none);
            case Choice none -> throw notACondition(none);
            case Repeat none -> throw notACondition(none);
            case Sequence none -> throw notACondition(none);
        };
    }

    private static IllegalStateException notACondition(Regex regex) {
        return new IllegalStateException("not a condition: " + regex);
    }

    private static final StringAutomaton END = StringAutomaton.of(List.of(""));

    private Set<Duty> with(Set<Duty> duties, StringAutomaton more) {
        Integer number = automatonNumbers.putIfAbsent(more, automata.size());
        if (number == null) {
            number = automata.size();
            automata.add(more);
        }
        Set<Duty> all = new HashSet<>(duties);
        return add(all, number, 0) ? all : null;
    }

    // A reading with more duties than another in the same state adds nothing.
    private Set<Reading> withoutNeedless(Set<Reading> readings) {
        if (readings.stream().allMatch(reading -> reading.duties().isEmpty())) {
            return readings;
        }
        Map<Integer, List<Reading>> byState = new HashMap<>();
        for (Reading reading : readings) {
            byState.computeIfAbsent(reading.state(), none -> new ArrayList<>()).add(reading);
        }
        Set<Reading> needed = new HashSet<>();
        for (List<Reading> rivals : byState.values()) {
            regex.spend(rivals.size() * rivals.size());
            for (Reading reading : rivals) {
                boolean needless =
                        rivals.stream()
                                .anyMatch(other ->
                                        !other.equals(reading)
                                                && reading.duties().containsAll(other.duties()));
                if (!needless) {
                    needed.add(reading);
                }
            }
        }
        return needed;
    }
}

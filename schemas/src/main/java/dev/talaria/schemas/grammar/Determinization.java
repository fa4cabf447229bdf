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

import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// The subset construction, with lookarounds: a deterministic state is the set of the readings of
/// the characters so far, and the states of the lookbehinds' automata.
final class Determinization {

    private static final StringAutomaton END = StringAutomaton.of(List.of(""));

    /// One reading of the characters so far.
    ///
    /// @param duties what the characters to come have to meet, see [Duties]
    private record Reading(int state, int duties) {}

    /// A deterministic state.
    ///
    /// @param readings their numbers in order
    private record Place(IntBuffer readings, List<Integer> behind) {}

    private final RegexAutomaton regex;
    private final RegexStates inside;
    private final Duties duties;
    private final int classCount;
    private final BitSet[][] edgeClasses;
    private final boolean goesOn;
    private final Interned<Reading> readings = new Interned<>();
    private final Interned<Place> places = new Interned<>();
    // The readings being collected; each once.
    private int[] found = new int[16];
    private int count;
    private final BitSet isFound = new BitSet();
    private final int matched;

    Determinization(RegexAutomaton regex, RegexStates inside) {
        this.regex = regex;
        this.inside = inside;
        this.duties = new Duties(regex);
        this.classCount = regex.alphabet().size();
        this.goesOn = !inside.edges(inside.matched()).isEmpty();
        this.matched = readings.number(new Reading(inside.matched(), Duties.NONE));
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
        find(new Reading(inside.start(), Duties.NONE));
        places.number(closed(atBeginning, behind));
        for (int i = 0; i < places.size(); i++) {
            for (int c = 0; c < classCount; c++) {
                cells.add(places.number(next(places.get(i), c)));
            }
        }
        BitSet accepting = new BitSet(places.size());
        for (int i = 0; i < places.size(); i++) {
            IntStream all = IntStream.of(places.get(i).readings().array());
            accepting.set(i, all.mapToObj(readings::get).anyMatch(this::accepts));
        }
        return StringAutomaton.smallest(regex.alphabet(), cells.toArray(), accepting);
    }

    private boolean accepts(Reading reading) {
        return reading.state() == inside.matched() && duties.areMetAtEnd(reading.duties());
    }

    private Place next(Place at, int c) throws UnsupportedRegexException {
        for (int number : at.readings().array()) {
            Reading reading = readings.get(number);
            List<Edge> edges = inside.edges(reading.state());
            regex.spend(1 + edges.size());
            for (int i = 0; i < edges.size(); i++) {
                if (edgeClasses[reading.state()][i].get(c)) {
                    int then = duties.next(reading.duties(), c);
                    if (then != Duties.UNMET) {
                        find(new Reading(edges.get(i).to(), then));
                    }
                }
            }
        }
        return closed(false, regex.behind(at.behind(), c));
    }

    private void find(Reading reading) {
        int number = readings.number(reading);
        if (!isFound.get(number)) {
            isFound.set(number);
            if (count == found.length) {
                found = Arrays.copyOf(found, 2 * count);
            }
            found[count++] = number;
        }
    }

    /// The place of the readings found and those that follow without a character.
    private Place closed(boolean atBeginning, List<Integer> behind)
            throws UnsupportedRegexException {
        for (int i = 0; i < count; i++) {
            Reading at = readings.get(found[i]);
            List<Jump> jumps = inside.jumps(at.state());
            regex.spend(1 + jumps.size());
            for (Jump jump : jumps) {
                int then = pass(jump.condition(), at.duties(), atBeginning, behind);
                if (then != Duties.UNMET) {
                    find(new Reading(jump.to(), then));
                }
            }
        }
        // Once matched, always matched: the other readings do not matter.
        boolean decided = goesOn && isFound.get(matched);
        int[] kept = decided ? new int[] {matched} : needed();
        Arrays.sort(kept);
        count = 0;
        isFound.clear();
        // Where nothing can match any more, what lies behind does not matter either.
        return new Place(IntBuffer.wrap(kept), decided || kept.length == 0 ? List.of() : behind);
    }

    /// The duties behind a condition; [Duties#UNMET] where it does not hold.
    private int pass(Regex condition, int set, boolean atBeginning, List<Integer> behind)
            throws UnsupportedRegexException {
        return switch (condition) {
            case null -> set;
            case Beginning none -> atBeginning ? set : Duties.UNMET;
            case Behind look -> regex.holds(look, behind) ? set : Duties.UNMET;
            case Ending none -> duties.with(set, END);
            case Ahead look -> duties.with(set, regex.ahead(look, atBeginning, behind));
            case Characters none -> throw notACondition(none);
            case Choice none -> throw notACondition(none);
            case Repeat none -> throw notACondition(none);
            case Sequence none -> throw notACondition(none);
        };
    }

    private static IllegalStateException notACondition(Regex regex) {
        return new IllegalStateException("not a condition: " + regex);
    }

    // A reading with more duties than another in the same state adds nothing; one that only jumps
    // on has been followed.
    private int[] needed() {
        int[] kept = new int[count];
        int size = 0;
        for (int i = 0; i < count; i++) {
            Reading reading = readings.get(found[i]);
            boolean stays =
                    reading.state() == inside.matched() || !inside.edges(reading.state()).isEmpty();
            if (stays && (reading.duties() == Duties.NONE || !isNeedless(i))) {
                kept[size++] = found[i];
            }
        }
        return Arrays.copyOf(kept, size);
    }

    private boolean isNeedless(int index) {
        Reading reading = readings.get(found[index]);
        regex.spend(count);
        for (int i = 0; i < count; i++) {
            Reading other = readings.get(found[i]);
            if (i != index
                    && other.state() == reading.state()
                    && duties.contains(reading.duties(), other.duties())) {
                return true;
            }
        }
        return false;
    }
}

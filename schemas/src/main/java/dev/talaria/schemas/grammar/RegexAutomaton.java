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

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Turns a regular expression into the set of the strings in which it matches somewhere.
///
/// What a lookbehind says depends on the characters read, so one automaton for each runs alongside
/// from the beginning. What a lookahead says depends on the characters to come, so a reading that
/// passes one carries the automaton of what must follow with it; see [Determinization].
final class RegexAutomaton {

    private static final long MAX_WORK = 4_000_000;

    /// A lookahead met in a known place.
    ///
    /// @param behind the states of the lookbehinds there
    private record Met(Ahead ahead, boolean atBeginning, List<Integer> behind) {}

    private final Alphabet alphabet;
    private final int[] examples;
    private final Map<Regex, Integer> behindNumbers = new LinkedHashMap<>();
    private final List<StringAutomaton> behind = new ArrayList<>();
    private final Map<Met, StringAutomaton> ahead = new HashMap<>();
    private final Map<Ahead, RegexStates> aheadStates = new HashMap<>();
    private long work;

    private RegexAutomaton(Regex regex) throws UnsupportedRegexException {
        Set<CodePoints> sets = new HashSet<>();
        Set<Regex> looked = new HashSet<>();
        collect(regex, false, sets, looked);
        alphabet = Alphabet.of(sets);
        examples = alphabet.examples();
        for (Regex part : looked) {
            behindNumbers.put(part, behind.size());
            behind.add(
                    new Determinization(this, new RegexStates(part, true, false))
                            .build(true, List.of()));
        }
    }

    /// The strings in which the expression matches somewhere.
    ///
    /// @throws UnsupportedRegexException where it cannot be told, or only with too much to do
    static StringAutomaton of(Regex regex) throws UnsupportedRegexException {
        try {
            RegexAutomaton automaton = new RegexAutomaton(regex);
            return new Determinization(automaton, new RegexStates(regex, true, true))
                    .build(true, automaton.nothingBehind());
        } catch (StringAutomaton.TooManyStatesException e) {
            throw new UnsupportedRegexException("so many ways to match that " + e.getMessage());
        }
    }

    private List<Integer> nothingBehind() {
        return behind.stream().map(none -> 0).toList();
    }

    // A lookbehind sees nothing but what comes before it: inside, nothing looks elsewhere.
    private static void collect(
            Regex regex, boolean inBehind, Set<CodePoints> sets, Set<Regex> behind)
            throws UnsupportedRegexException {
        switch (regex) {
            case Characters characters -> sets.add(characters.of());
            case Sequence sequence -> {
                for (Regex part : sequence.parts()) {
                    collect(part, inBehind, sets, behind);
                }
            }
            case Choice choice -> {
                for (Regex branch : choice.branches()) {
                    collect(branch, inBehind, sets, behind);
                }
            }
            case Repeat repeat -> collect(repeat.part(), inBehind, sets, behind);
            case Beginning none -> {}
            case Ending none -> refuse(inBehind);
            case Ahead look -> {
                refuse(inBehind);
                collect(look.part(), false, sets, behind);
            }
            case Behind look -> {
                refuse(inBehind);
                behind.add(look.part());
                collect(look.part(), true, sets, behind);
            }
        }
    }

    private static void refuse(boolean inBehind) throws UnsupportedRegexException {
        if (inBehind) {
            throw new UnsupportedRegexException(
                    "a lookbehind with an end, a boundary or another look around in it");
        }
    }

    Alphabet alphabet() {
        return alphabet;
    }

    /// A member of each class of the alphabet.
    int example(int characterClass) {
        return examples[characterClass];
    }

    /// The states of the lookbehinds' automata one character on.
    List<Integer> behind(List<Integer> states, int characterClass) {
        if (states.isEmpty()) {
            return states;
        }
        List<Integer> next = new ArrayList<>(states.size());
        for (int i = 0; i < states.size(); i++) {
            int c = behind.get(i).alphabet().classOf(examples[characterClass]);
            next.add(behind.get(i).next(states.get(i), c));
        }
        return next;
    }

    /// Whether the lookbehind holds where the automata of all of them are in these states.
    boolean holds(Behind look, List<Integer> states) {
        int number = behindNumbers.get(look.part());
        return behind.get(number).accepts(states.get(number)) != look.negative();
    }

    /// What must follow a lookahead met in that place.
    StringAutomaton ahead(Ahead look, boolean atBeginning, List<Integer> states)
            throws UnsupportedRegexException {
        Met met = new Met(look, atBeginning, states);
        StringAutomaton known = ahead.get(met);
        if (known == null) {
            RegexStates inside = aheadStates.get(look);
            if (inside == null) {
                inside = new RegexStates(look.part(), false, true);
                aheadStates.put(look, inside);
            }
            StringAutomaton matches = new Determinization(this, inside).build(atBeginning, states);
            known = look.negative() ? matches.complement() : matches;
            ahead.put(met, known);
        }
        return known;
    }

    /// Counts steps of work.
    void spend(int steps) {
        work += steps;
        if (work > MAX_WORK) {
            throw new StringAutomaton.TooManyStatesException();
        }
    }
}

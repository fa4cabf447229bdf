package dev.talaria.schemas.grammar;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Sets of what must follow: each duty is an automaton and its state, and all duties of a set have
/// to be met by the characters to come. Sets are numbered; the empty one is [#NONE].
final class Duties {

    /// The set of no duties.
    static final int NONE = 0;

    /// What cannot be met.
    static final int UNMET = -1;

    private record Duty(int automaton, int state) {}

    private record Step(int set, int characterClass) {}

    private final RegexAutomaton regex;
    private final Interned<StringAutomaton> automata = new Interned<>();
    private final Interned<Duty> duties = new Interned<>();
    private final Interned<List<Integer>> sets = new Interned<>();
    private final Map<Step, Integer> steps = new HashMap<>();

    Duties(RegexAutomaton regex) {
        this.regex = regex;
        sets.number(List.of());
    }

    /// The set with one more duty; [#UNMET] where it cannot be met.
    int with(int set, StringAutomaton more) {
        return plus(set, automata.number(more), 0);
    }

    private int plus(int set, int number, int state) {
        StringAutomaton automaton = automata.get(number);
        if (automaton.isSink(state)) {
            return automaton.accepts(state) ? set : UNMET;
        }
        int duty = duties.number(new Duty(number, state));
        List<Integer> old = sets.get(set);
        if (old.contains(duty)) {
            return set;
        }
        List<Integer> all = new ArrayList<>(old);
        all.add(duty);
        all.sort(null);
        return sets.number(List.copyOf(all));
    }

    /// The set one character on; [#UNMET] where one of the duties cannot be met any more.
    int next(int set, int characterClass) {
        if (set == NONE) {
            return NONE;
        }
        return steps.computeIfAbsent(new Step(set, characterClass), this::advanced);
    }

    private int advanced(Step step) {
        int advanced = NONE;
        for (int number : sets.get(step.set())) {
            regex.spend(1);
            Duty duty = duties.get(number);
            StringAutomaton automaton = automata.get(duty.automaton());
            int c = automaton.alphabet().classOf(regex.example(step.characterClass()));
            advanced = plus(advanced, duty.automaton(), automaton.next(duty.state(), c));
            if (advanced == UNMET) {
                return UNMET;
            }
        }
        return advanced;
    }

    /// Whether all duties are met where nothing follows.
    boolean areMetAtEnd(int set) {
        return sets.get(set).stream()
                .map(duties::get)
                .allMatch(duty -> automata.get(duty.automaton()).accepts(duty.state()));
    }

    /// Whether every duty of `fewer` is one of `more` too.
    boolean contains(int more, int fewer) {
        return fewer == NONE || sets.get(more).containsAll(sets.get(fewer));
    }
}

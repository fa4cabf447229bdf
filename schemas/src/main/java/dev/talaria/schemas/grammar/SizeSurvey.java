package dev.talaria.schemas.grammar;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Set;

/// Walks over every value of a grammar and adds up what it is made of.
final class SizeSurvey {

    // Estimates: an object of the program with its fields, its lists and its place in tables.
    private static final int VALUE_BYTES = 400;
    private static final int MEMBER_BYTES = 160;
    private static final int STATE_BYTES = 16;

    private final Set<Value> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<Automaton> counted = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Deque<Value> open = new ArrayDeque<>();
    private int alternatives;
    private long members;
    private long states;
    private long bytes;

    private SizeSurvey() {}

    static GrammarSize of(Value root) {
        SizeSurvey survey = new SizeSurvey();
        survey.meet(root);
        while (!survey.open.isEmpty()) {
            survey.add(survey.open.removeFirst());
        }
        int values = survey.seen.size();
        long all = survey.bytes + (long) VALUE_BYTES * values;
        return new GrammarSize(values, survey.alternatives, survey.members, survey.states, all);
    }

    private void meet(Value value) {
        if (seen.add(value)) {
            open.addLast(value);
        }
    }

    private void add(Value value) {
        alternatives += value.alternatives();
        bytes += value.literalBytes();
        value.automata().forEach(this::add);
        for (ArrayShape array : value.arrays()) {
            array.elements().forEach(this::meet);
            bytes += (long) MEMBER_BYTES * array.elements().size();
        }
        value.objects().forEach(this::add);
    }

    private void add(ObjectShape object) {
        members += object.size();
        for (ObjectShape.Member member : object.members()) {
            bytes += MEMBER_BYTES + member.name().length;
            member.values().forEach(each -> meet(each.value()));
        }
        for (KeyClass kind : object.others()) {
            add(kind.keys().automaton());
            kind.values().forEach(each -> meet(each.value()));
        }
    }

    private void add(Automaton automaton) {
        if (counted.add(automaton)) {
            states += automaton.size();
            bytes += (long) automaton.size() * (STATE_BYTES + 4L * automaton.classCount());
        }
    }
}

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
import java.util.List;

/// A regular expression as a nondeterministic automaton over characters.
final class RegexStates {

    private static final int MAX_STATES = 20_000;

    /// A step by a character of a set.
    record Edge(CodePoints of, int to) {}

    /// A step by no character, where the condition holds; null is no condition.
    record Jump(Regex condition, int to) {}

    private final List<List<Edge>> edges = new ArrayList<>();
    private final List<List<Jump>> jumps = new ArrayList<>();
    private final int start;
    private final int matched;

    /// @param goesOn whether anything may follow the match
    /// @param anywhere whether anything may come before it
    RegexStates(Regex regex, boolean anywhere, boolean goesOn) throws UnsupportedRegexException {
        start = state();
        matched = state();
        if (anywhere) {
            edge(start, CodePoints.ALL, start);
        }
        if (goesOn) {
            edge(matched, CodePoints.ALL, matched);
        }
        add(regex, start, matched);
    }

    int start() {
        return start;
    }

    /// The state once the expression has matched.
    int matched() {
        return matched;
    }

    int size() {
        return edges.size();
    }

    List<Edge> edges(int state) {
        return edges.get(state);
    }

    List<Jump> jumps(int state) {
        return jumps.get(state);
    }

    private void add(Regex regex, int from, int to) throws UnsupportedRegexException {
        switch (regex) {
            case Characters characters -> edge(from, characters.of(), to);
            case Sequence sequence -> addSequence(sequence.parts(), from, to);
            case Choice choice -> {
                for (Regex branch : choice.branches()) {
                    add(branch, from, to);
                }
            }
            case Repeat repeat -> addRepeat(repeat, from, to);
            case Beginning condition -> jumps.get(from).add(new Jump(condition, to));
            case Ending condition -> jumps.get(from).add(new Jump(condition, to));
            case Ahead condition -> jumps.get(from).add(new Jump(condition, to));
            case Behind condition -> jumps.get(from).add(new Jump(condition, to));
        }
    }

    private void edge(int from, CodePoints of, int to) {
        if (!of.isEmpty()) {
            edges.get(from).add(new Edge(of, to));
        }
    }

    private void jump(int from, int to) {
        jumps.get(from).add(new Jump(null, to));
    }

    private void addSequence(List<Regex> parts, int from, int to) throws UnsupportedRegexException {
        int at = from;
        for (Regex part : parts) {
            int next = state();
            add(part, at, next);
            at = next;
        }
        jump(at, to);
    }

    private void addRepeat(Repeat repeat, int from, int to) throws UnsupportedRegexException {
        int at = from;
        for (int i = 0; i < repeat.least(); i++) {
            int next = state();
            add(repeat.part(), at, next);
            at = next;
        }
        if (repeat.most() < 0) {
            int loop = state();
            jump(at, loop);
            add(repeat.part(), loop, loop);
            jump(loop, to);
            return;
        }
        for (int i = repeat.least(); i < repeat.most(); i++) {
            jump(at, to);
            int next = state();
            add(repeat.part(), at, next);
            at = next;
        }
        jump(at, to);
    }

    private int state() throws UnsupportedRegexException {
        if (edges.size() == MAX_STATES) {
            throw new UnsupportedRegexException("too many repetitions to write out");
        }
        edges.add(new ArrayList<>(1));
        jumps.add(new ArrayList<>(1));
        return edges.size() - 1;
    }
}

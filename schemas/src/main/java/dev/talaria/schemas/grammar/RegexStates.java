package dev.talaria.schemas.grammar;

import dev.talaria.schemas.grammar.Regex.Beginning;
import dev.talaria.schemas.grammar.Regex.Characters;
import dev.talaria.schemas.grammar.Regex.Choice;
import dev.talaria.schemas.grammar.Regex.Ending;
import dev.talaria.schemas.grammar.Regex.Repeat;
import dev.talaria.schemas.grammar.Regex.Sequence;
import dev.talaria.schemas.grammar.Regex.UnsupportedRegexException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A regular expression as a nondeterministic automaton over the bytes between a string's quotes,
/// in their one spelling.
///
/// The expression may match anywhere: before it any characters are skipped, and once it has matched
/// any may follow. States are between characters or inside one; the bytes say which, so a set of
/// states is all of the one kind.
final class RegexStates {

    private static final int MAX_STATES = 20_000;
    private static final int NONE = -1;

    /// A step by a byte from `low` to `high`.
    private record Edge(int low, int high, int to) {}

    /// A step by no byte, under a condition.
    private record Jump(int to, boolean atBeginning, boolean atEnd) {}

    private final List<List<Edge>> edges = new ArrayList<>();
    private final List<List<Jump>> jumps = new ArrayList<>();
    private final BitSet insideCharacter = new BitSet();
    private final int start;
    private final int matched;

    RegexStates(Regex regex) throws UnsupportedRegexException {
        start = state();
        matched = state();
        characters(CodePoints.ALL, start, start);
        characters(CodePoints.ALL, matched, matched);
        add(regex, start, matched);
    }

    /// The states before the first character.
    int[] begin() {
        return closure(new int[] {start}, true, false);
    }

    /// The states after one more byte; empty where there are none.
    int[] next(int[] states, int octet) {
        BitSet next = new BitSet();
        for (int state : states) {
            for (Edge edge : edges.get(state)) {
                if (octet >= edge.low() && octet <= edge.high()) {
                    next.set(edge.to());
                }
            }
        }
        int[] reached = next.stream().toArray();
        return reached.length == 0 || isInsideCharacter(reached)
                ? reached
                : closure(reached, false, false);
    }

    boolean isInsideCharacter(int[] states) {
        return insideCharacter.get(states[0]);
    }

    /// Whether the text may end here.
    ///
    /// @param empty whether nothing has been read
    boolean accepts(int[] states, boolean empty) {
        return states.length > 0
                && !isInsideCharacter(states)
                && contains(closure(states, empty, true), matched);
    }

    /// Whether the string of these bytes matches.
    boolean matches(byte[] characters) {
        int[] states = begin();
        for (byte octet : characters) {
            states = next(states, octet & 0xFF);
            if (states.length == 0) {
                return false;
            }
        }
        return accepts(states, characters.length == 0);
    }

    /// Marks the bytes at which some edge begins, and those after which one ends.
    void markBoundaries(boolean[] boundaries) {
        for (List<Edge> from : edges) {
            for (Edge edge : from) {
                boundaries[edge.low()] = true;
                boundaries[edge.high() + 1] = true;
            }
        }
    }

    // Once matched, always matched: the other states do not matter.
    private int[] closure(int[] states, boolean atBeginning, boolean atEnd) {
        BitSet reached = new BitSet();
        List<Integer> open = new ArrayList<>();
        for (int state : states) {
            reached.set(state);
            open.add(state);
        }
        while (!open.isEmpty()) {
            for (Jump jump : jumps.get(open.removeLast())) {
                boolean may = (!jump.atBeginning() || atBeginning) && (!jump.atEnd() || atEnd);
                if (may && !reached.get(jump.to())) {
                    reached.set(jump.to());
                    open.add(jump.to());
                }
            }
        }
        return reached.get(matched) ? new int[] {matched} : reached.stream().toArray();
    }

    private static boolean contains(int[] states, int state) {
        return Arrays.stream(states).anyMatch(s -> s == state);
    }

    private void add(Regex regex, int from, int to) throws UnsupportedRegexException {
        switch (regex) {
            case Characters characters -> characters(characters.of(), from, to);
            case Sequence sequence -> addSequence(sequence.parts(), from, to);
            case Choice choice -> {
                for (Regex branch : choice.branches()) {
                    add(branch, from, to);
                }
            }
            case Repeat repeat -> addRepeat(repeat, from, to);
            case Beginning none -> jumps.get(from).add(new Jump(to, true, false));
            case Ending none -> jumps.get(from).add(new Jump(to, false, true));
        }
    }

    private void jump(int from, int to) {
        jumps.get(from).add(new Jump(to, false, false));
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

    private void characters(CodePoints of, int from, int to) throws UnsupportedRegexException {
        Map<Edge, Integer> shared = new HashMap<>();
        for (int low = of.first(0); low >= 0; low = of.first(of.lastOfRun(low) + 1)) {
            int high = of.lastOfRun(low);
            for (int c = low; c <= Math.min(high, '\\'); c++) {
                byte[] spelling = CanonicalJson.character(c);
                if (spelling.length > 1) {
                    chain(spelling, spelling, from, to, shared);
                }
            }
            raw(Math.max(low, 0x20), Math.min(high, '"' - 1), from, to, shared);
            raw(Math.max(low, '"' + 1), Math.min(high, '\\' - 1), from, to, shared);
            raw(Math.max(low, '\\' + 1), high, from, to, shared);
        }
    }

    // Splits a range until all of its members are spelled by one range for each byte.
    private void raw(int low, int high, int from, int to, Map<Edge, Integer> shared)
            throws UnsupportedRegexException {
        if (low > high) {
            return;
        }
        int cut = cut(low, high);
        if (cut != NONE) {
            raw(low, cut, from, to, shared);
            raw(cut + 1, high, from, to, shared);
            return;
        }
        chain(CanonicalJson.character(low), CanonicalJson.character(high), from, to, shared);
    }

    private static int cut(int low, int high) {
        for (int last : new int[] {0x7F, 0x7FF, 0xFFFF}) {
            if (low <= last && high > last) {
                return last;
            }
        }
        if (high <= 0x7F) {
            return NONE;
        }
        for (int bits = 6; bits <= 18; bits += 6) {
            int mask = (1 << bits) - 1;
            if ((low & ~mask) != (high & ~mask)) {
                if ((low & mask) != 0) {
                    return low | mask;
                }
                if ((high & mask) != mask) {
                    return (high & ~mask) - 1;
                }
            }
        }
        return NONE;
    }

    private void chain(byte[] low, byte[] high, int from, int to, Map<Edge, Integer> shared)
            throws UnsupportedRegexException {
        int next = to;
        for (int i = low.length - 1; i > 0; i--) {
            Edge edge = new Edge(low[i] & 0xFF, high[i] & 0xFF, next);
            Integer before = shared.get(edge);
            if (before == null) {
                before = state();
                insideCharacter.set(before);
                edges.get(before).add(edge);
                shared.put(edge, before);
            }
            next = before;
        }
        edges.get(from).add(new Edge(low[0] & 0xFF, high[0] & 0xFF, next));
    }

    private int state() throws UnsupportedRegexException {
        if (edges.size() == MAX_STATES) {
            throw new UnsupportedRegexException("too many repetitions to write out");
        }
        edges.add(new ArrayList<>());
        jumps.add(new ArrayList<>());
        return edges.size() - 1;
    }
}

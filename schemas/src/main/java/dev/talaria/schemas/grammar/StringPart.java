package dev.talaria.schemas.grammar;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The strings of an automaton that have a length. Immutable; equal parts need not be equal sets.
///
/// The length is kept beside the automaton, so that a bound of a million costs no states.
///
/// @param automaton what they look like
/// @param length how many characters they have
record StringPart(StringAutomaton automaton, StringShape length) {

    private static final int MAX_LAYER_CELLS = 4_000_000;

    static final StringPart ALL = new StringPart(StringAutomaton.ALL, StringShape.ANY);

    /// Whether no string belongs to it.
    ///
    /// @throws StringAutomaton.TooManyStatesException where that takes too long to tell
    boolean isEmpty() {
        return shortestLength() < 0;
    }

    boolean contains(String string) {
        long count = string.codePointCount(0, string.length());
        return count >= length.minimum() && count <= length.maximum() && automaton.contains(string);
    }

    /// Whether finitely many strings belong to it.
    boolean isFinite() {
        return length.isBounded() || longest() >= 0;
    }

    /// The characters of the shortest string; -1 where there is none.
    ///
    /// @throws StringAutomaton.TooManyStatesException where that takes too long to tell
    long shortestLength() {
        if (length.isEmpty()) {
            return -1;
        }
        return automaton.isAll() ? length.minimum() : new Layers().first();
    }

    /// A string of the fewest characters; null where there is none.
    ///
    /// @throws StringAutomaton.TooManyStatesException where that takes too long to tell
    String shortest() {
        if (length.isEmpty()) {
            return null;
        }
        Layers layers = new Layers();
        long count = layers.first();
        if (count < 0) {
            return null;
        }
        if (count > MAX_LAYER_CELLS) {
            throw new StringAutomaton.TooManyStatesException();
        }
        int[] examples = automaton.alphabet().examples();
        StringBuilder text = new StringBuilder();
        int state = 0;
        for (long left = count - 1; left >= 0; left--) {
            int taken = 0;
            while (!layers.at(left).get(automaton.next(state, taken))) {
                taken++;
            }
            text.appendCodePoint(examples[taken]);
            state = automaton.next(state, taken);
        }
        return text.toString();
    }

    /// The characters of the automaton's longest string; -1 where it has strings of any length.
    long longest() {
        BitSet alive = automaton.alive();
        int[] leading = new int[automaton.size()];
        alive.stream().forEach(state -> successors(state, alive).forEach(to -> leading[to]++));
        List<Integer> free = new ArrayList<>();
        alive.stream().filter(state -> leading[state] == 0).forEach(free::add);
        long[] longest = new long[automaton.size()];
        long best = 0;
        for (int i = 0; i < free.size(); i++) {
            int state = free.get(i);
            for (int to : successors(state, alive)) {
                longest[to] = Math.max(longest[to], longest[state] + 1);
                best = Math.max(best, longest[to]);
                if (--leading[to] == 0) {
                    free.add(to);
                }
            }
        }
        return free.size() == alive.cardinality() ? best : -1;
    }

    private List<Integer> successors(int state, BitSet alive) {
        List<Integer> successors = new ArrayList<>();
        for (int c = 0; c < automaton.alphabet().size(); c++) {
            int to = automaton.next(state, c);
            if (alive.get(to)) {
                successors.add(to);
            }
        }
        return successors;
    }

    /// For each count of characters the states from which exactly so many are accepted. There are
    /// finitely many sets of states, so the layers repeat from some point on.
    private final class Layers {

        private final List<BitSet> layers = new ArrayList<>();
        private final Map<BitSet, Integer> numbers = new HashMap<>();
        private final List<int[]> before = new ArrayList<>();
        private int repeatedFrom = -1;

        Layers() {
            BitSet accepting = new BitSet();
            for (int state = 0; state < automaton.size(); state++) {
                accepting.set(state, automaton.accepts(state));
            }
            layers.add(accepting);
            numbers.put(accepting, 0);
            invert();
        }

        private void invert() {
            List<List<Integer>> leading = new ArrayList<>();
            for (int state = 0; state < automaton.size(); state++) {
                leading.add(new ArrayList<>());
            }
            for (int state = 0; state < automaton.size(); state++) {
                for (int c = 0; c < automaton.alphabet().size(); c++) {
                    List<Integer> from = leading.get(automaton.next(state, c));
                    if (from.isEmpty() || from.getLast() != state) {
                        from.add(state);
                    }
                }
            }
            leading.forEach(
                    from -> before.add(from.stream().mapToInt(Integer::intValue).toArray()));
        }

        BitSet at(long count) {
            while (count >= layers.size() && repeatedFrom < 0) {
                extend();
            }
            if (count < layers.size()) {
                return layers.get((int) count);
            }
            int period = layers.size() - repeatedFrom;
            return layers.get(repeatedFrom + (int) ((count - repeatedFrom) % period));
        }

        private void extend() {
            BitSet layer = new BitSet();
            layers.getLast().stream()
                    .forEach(to -> {
                        for (int from : before.get(to)) {
                            layer.set(from);
                        }
                    });
            Integer known = numbers.putIfAbsent(layer, layers.size());
            if (known != null) {
                repeatedFrom = known;
                return;
            }
            layers.add(layer);
            if ((long) layers.size() * automaton.size() > MAX_LAYER_CELLS) {
                throw new StringAutomaton.TooManyStatesException();
            }
        }

        /// The least length at which the start accepts; -1 where there is none.
        long first() {
            for (long count = length.minimum(); count <= length.maximum(); count++) {
                if (at(count).get(0)) {
                    return count;
                }
                boolean wholePeriod =
                        repeatedFrom >= 0
                                && count - Math.max(length.minimum(), repeatedFrom)
                                        > layers.size() - repeatedFrom;
                if (wholePeriod) {
                    return -1;
                }
            }
            return -1;
        }
    }
}

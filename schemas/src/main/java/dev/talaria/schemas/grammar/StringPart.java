package dev.talaria.schemas.grammar;

import java.util.ArrayList;
import java.util.Arrays;
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

    private static final int MAX_LAYER_CELLS = 20_000_000;

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
        if (automaton.isAll()) {
            return length.minimum();
        }
        if (length.minimum() > 0) {
            return new Layers().first();
        }
        int distance = distances()[0];
        return distance <= length.maximum() ? distance : -1;
    }

    /// For each state the characters to the nearest that accepts; -1 where none does.
    private int[] distances() {
        int[][] before = before();
        int[] distances = new int[automaton.size()];
        Arrays.fill(distances, -1);
        int[] queue = new int[automaton.size()];
        int tail = 0;
        for (int state = 0; state < automaton.size(); state++) {
            if (automaton.accepts(state)) {
                distances[state] = 0;
                queue[tail++] = state;
            }
        }
        for (int head = 0; head < tail; head++) {
            for (int from : before[queue[head]]) {
                if (distances[from] < 0) {
                    distances[from] = distances[queue[head]] + 1;
                    queue[tail++] = from;
                }
            }
        }
        return distances;
    }

    /// For each state those that a character leads to it from.
    private int[][] before() {
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
        return leading.stream()
                .map(from -> from.stream().mapToInt(Integer::intValue).toArray())
                .toArray(int[][]::new);
    }

    /// A string of the fewest characters; null where there is none.
    ///
    /// @throws StringAutomaton.TooManyStatesException where that takes too long to tell
    String shortest() {
        if (length.isEmpty()) {
            return null;
        }
        long count = shortestLength();
        if (count > MAX_LAYER_CELLS) {
            throw new StringAutomaton.TooManyStatesException();
        }
        Layers layers = length.minimum() == 0 ? null : new Layers();
        int[] distances = layers == null ? distances() : new int[0];
        int[] examples = automaton.alphabet().examples();
        StringBuilder text = new StringBuilder();
        int state = 0;
        for (long left = count - 1; left >= 0; left--) {
            int taken = 0;
            while (layers == null
                    ? distances[automaton.next(state, taken)] != left
                    : !layers.at(left).get(automaton.next(state, taken))) {
                taken++;
            }
            text.appendCodePoint(examples[taken]);
            state = automaton.next(state, taken);
        }
        return count < 0 ? null : text.toString();
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
        private final int[][] before = before();
        private int repeatedFrom = -1;

        Layers() {
            BitSet accepting = new BitSet();
            for (int state = 0; state < automaton.size(); state++) {
                accepting.set(state, automaton.accepts(state));
            }
            layers.add(accepting);
            numbers.put(accepting, 0);
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
                        for (int from : before[to]) {
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

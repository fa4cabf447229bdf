package dev.talaria.schemas.grammar;

import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The strings of an automaton that have a length, the count of characters kept beside the state.
///
/// For every state and count it is known how many bytes the shortest completion needs: `rows` of
/// these for the counts below the maximum, from the top down until they do not change any more, and
/// for those below the minimum until they repeat. So neither a bound of a million nor one beside a
/// pattern costs more than the automaton is large. Immutable.
final class CountedText {

    /// The cost where no completion has the length.
    static final int FAR = Integer.MAX_VALUE;

    private static final int MAX_CELLS = 2_000_000;

    private final Automaton automaton;
    private final BitSet between;
    private final StringShape length;
    private final int[][] successors;
    private final int[] order;
    // From the maximum, or where there is none the minimum, down; the last of them goes on.
    private final List<int[]> top = new ArrayList<>();
    // From one below the minimum down.
    private final List<int[]> bottom = new ArrayList<>();
    private int period = 1;
    private int rise;

    private CountedText(TextAutomaton.Text text, StringShape length) {
        this.automaton = text.automaton();
        this.between = text.betweenCharacters();
        this.length = length;
        this.successors = successors();
        this.order = order();
        writeTop();
        writeBottom();
    }

    /// The strings that have the length; null where there are none.
    ///
    /// @throws StringAutomaton.TooManyStatesException where the counts cannot be told apart within
    ///   the limits
    static CountedText of(TextAutomaton.Text text, StringShape length) {
        CountedText counted = new CountedText(text, length);
        return counted.cost(counted.automaton.start(), 0) == FAR ? null : counted;
    }

    Automaton automaton() {
        return automaton;
    }

    /// Whether the byte that leads to the state ends a character.
    boolean endsCharacter(int from, int to) {
        return from != automaton.start() && between.get(to);
    }

    boolean isBetweenCharacters(int state) {
        return between.get(state);
    }

    /// The least length.
    long minimum() {
        return length.minimum();
    }

    /// The most characters with which the upper bound is out of reach; negative where it never is.
    long farUntil() {
        return length.isBounded() ? length.maximum() - Recognizer.FAR - (top.size() - 1L) : -1;
    }

    boolean isFar(long characters) {
        return characters >= length.minimum() && characters <= farUntil();
    }

    /// As much of a count as matters.
    long kept(long characters) {
        return length.isBounded() ? characters : Math.min(characters, length.minimum());
    }

    /// Whether the text is whole in that state.
    boolean isWhole(int state) {
        return automaton.accepts(state);
    }

    private int[][] successors() {
        int[][] successors = new int[automaton.size()][];
        for (int state = 0; state < successors.length; state++) {
            int[] row = new int[automaton.classCount()];
            int count = 0;
            for (int c = 0; c < row.length; c++) {
                int to = automaton.nextByClass(state, c);
                if (to != Automaton.DEAD && !contains(row, count, to)) {
                    row[count++] = to;
                }
            }
            successors[state] = Arrays.copyOf(row, count);
        }
        return successors;
    }

    private static boolean contains(int[] row, int count, int to) {
        for (int i = 0; i < count; i++) {
            if (row[i] == to) {
                return true;
            }
        }
        return false;
    }

    // States inside characters come after those they lead to, then all others; the start, whose
    // quote is no character, is last.
    private int[] order() {
        int[] order = new int[automaton.size()];
        BitSet done = (BitSet) between.clone();
        done.set(automaton.start());
        int count = 0;
        for (int state = 0; state < order.length; state++) {
            count = orderFrom(state, done, order, count);
        }
        for (int state = between.nextSetBit(0); state >= 0; state = between.nextSetBit(state + 1)) {
            order[count++] = state;
        }
        order[count] = automaton.start();
        return order;
    }

    // As deep as a character has bytes.
    private int orderFrom(int state, BitSet done, int[] order, int count) {
        if (done.get(state)) {
            return count;
        }
        done.set(state);
        int next = count;
        for (int to : successors[state]) {
            next = orderFrom(to, done, order, next);
        }
        order[next] = state;
        return next + 1;
    }

    /// The costs with that many characters whole, from those with one more.
    private int[] row(int[] above, boolean mayEnd) {
        int[] row = new int[automaton.size()];
        for (int state : order) {
            int best = automaton.accepts(state) && mayEnd ? 0 : FAR;
            for (int to : successors[state]) {
                best = Math.min(best, endsCharacter(state, to) ? above[to] : row[to]);
            }
            row[state] = best == FAR || automaton.accepts(state) ? best : best + 1;
        }
        return row;
    }

    private void writeTop() {
        if (!length.isBounded()) {
            int[] row = new int[automaton.size()];
            Arrays.setAll(row, automaton::cost);
            top.add(row);
            return;
        }
        int[] above = new int[automaton.size()];
        Arrays.fill(above, FAR);
        long counts = length.maximum() - length.minimum() + 1;
        for (long i = 0; i < counts; i++) {
            int[] row = row(above, true);
            if (Arrays.equals(row, above)) {
                return;
            }
            add(top, row);
            above = row;
        }
    }

    private void writeBottom() {
        int[] above = top.getLast();
        Map<IntBuffer, Integer> seen = new HashMap<>();
        for (long i = 0; i < length.minimum(); i++) {
            int[] row = row(above, false);
            int least = least(row);
            int[] shape = new int[row.length];
            for (int state = 0; state < shape.length; state++) {
                shape[state] = row[state] == FAR ? FAR : row[state] - least;
            }
            Integer known = seen.putIfAbsent(IntBuffer.wrap(shape), bottom.size());
            if (known != null) {
                period = bottom.size() - known;
                rise = least == FAR ? 0 : least - least(bottom.get(known));
                return;
            }
            add(bottom, row);
            above = row;
        }
    }

    private static int least(int[] row) {
        return Arrays.stream(row).min().orElse(FAR);
    }

    private void add(List<int[]> rows, int[] row) {
        if ((long) (top.size() + bottom.size() + 1) * row.length > MAX_CELLS) {
            throw new StringAutomaton.TooManyStatesException();
        }
        rows.add(row);
    }

    /// Bytes of the shortest completion with that many characters whole; [#FAR] where there is
    /// none.
    int cost(int state, long count) {
        if (count >= length.minimum()) {
            if (count > length.maximum()) {
                return FAR;
            }
            return top.get(length.isBounded() ? topIndex(count) : 0)[state];
        }
        long index = length.minimum() - 1 - count;
        if (index < bottom.size()) {
            return bottom.get((int) index)[state];
        }
        long first = (long) bottom.size() - period;
        long periods = (index - first) / period;
        int cost = bottom.get((int) (first + (index - first) % period))[state];
        return cost == FAR ? FAR : (int) Math.min(FAR, cost + periods * rise);
    }

    private int topIndex(long count) {
        return (int) Math.min(top.size() - 1L, length.maximum() - count);
    }

    /// A count with the same continuations of up to `octets` bytes.
    long alike(long count, int octets) {
        if (count >= length.minimum()) {
            boolean steady =
                    !length.isBounded() || length.maximum() - count - octets >= top.size() - 1L;
            return steady ? length.minimum() : count;
        }
        long index = length.minimum() - 1 - count;
        long first = (long) bottom.size() - period + octets;
        return index < first ? count : length.minimum() - 1 - first - (index - first) % period;
    }
}

package dev.talaria.schemas.grammar;

import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// A regular set of strings, as the smallest complete deterministic automaton over scalar values.
///
/// Immutable. The smallest automaton is unique and its states are numbered in one order, so two
/// automata are equal exactly where their sets are. Strings with lone surrogates belong to none.
///
/// Every operation that grows an automaton stops at [#MAX_STATES] or [#MAX_CELLS] with
/// [TooManyStatesException].
final class StringAutomaton {

    static final int MAX_STATES = 50_000;
    static final int MAX_CELLS = 4_000_000;

    static final StringAutomaton ALL = constant(true);
    static final StringAutomaton NONE = constant(false);

    /// The set cannot be told within the limits.
    static final class TooManyStatesException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        TooManyStatesException() {
            super("more than " + MAX_STATES + " states or " + MAX_CELLS + " transitions");
        }

        TooManyStatesException(int limit) {
            super("more than " + limit + " states");
        }
    }

    private final Alphabet alphabet;
    private final int[] next;
    private final BitSet accepting;
    private final int size;
    private final int hash;

    private StringAutomaton(Alphabet alphabet, int[] next, BitSet accepting, int size) {
        this.alphabet = alphabet;
        this.next = next;
        this.accepting = accepting;
        this.size = size;
        this.hash = 31 * (31 * alphabet.hashCode() + Arrays.hashCode(next)) + accepting.hashCode();
    }

    private static StringAutomaton constant(boolean all) {
        BitSet accepting = new BitSet();
        accepting.set(0, all);
        return new StringAutomaton(Alphabet.ONE, new int[1], accepting, 1);
    }

    /// The smallest automaton equal to a complete one that starts in state 0.
    ///
    /// @param next rows of one state for each class of the alphabet
    static StringAutomaton smallest(Alphabet alphabet, int[] next, BitSet accepting) {
        int classCount = alphabet.size();
        int[] block = Minimization.blocks(next, classCount, accepting);
        // Numbered as a breadth-first walk meets them, after which equal columns are joined.
        int[] number = new int[block.length];
        int[] order = new int[block.length];
        Arrays.fill(number, -1);
        number[block[0]] = 0;
        int count = 1;
        for (int i = 0; i < count; i++) {
            for (int c = 0; c < classCount; c++) {
                int to = next[order[i] * classCount + c];
                if (number[block[to]] < 0) {
                    number[block[to]] = count;
                    order[count++] = to;
                }
            }
        }
        BitSet accepts = new BitSet(count);
        int[] rows = new int[count * classCount];
        for (int i = 0; i < count; i++) {
            accepts.set(i, accepting.get(order[i]));
            for (int c = 0; c < classCount; c++) {
                rows[i * classCount + c] = number[block[next[order[i] * classCount + c]]];
            }
        }
        return withoutEqualColumns(alphabet, rows, accepts, count);
    }

    // The order of the states stays: the first of equal columns decides it.
    private static StringAutomaton withoutEqualColumns(
            Alphabet alphabet, int[] rows, BitSet accepting, int count) {
        int classCount = alphabet.size();
        Map<IntBuffer, Integer> distinct = new HashMap<>();
        int[] labels = new int[classCount];
        int[] kept = new int[classCount];
        for (int c = 0; c < classCount; c++) {
            int[] column = new int[count];
            for (int state = 0; state < count; state++) {
                column[state] = rows[state * classCount + c];
            }
            Integer known = distinct.putIfAbsent(IntBuffer.wrap(column), distinct.size());
            labels[c] = known == null ? distinct.size() - 1 : known;
            if (known == null) {
                kept[labels[c]] = c;
            }
        }
        int columns = distinct.size();
        int[] next = new int[count * columns];
        for (int state = 0; state < count; state++) {
            for (int c = 0; c < columns; c++) {
                next[state * columns + c] = rows[state * classCount + kept[c]];
            }
        }
        return new StringAutomaton(alphabet.joining(labels), next, accepting, count);
    }

    /// The strings of one scalar value.
    static StringAutomaton ofCharacter(CodePoints characters) {
        Alphabet alphabet = Alphabet.of(List.of(characters));
        int[] next = new int[3 * alphabet.size()];
        Arrays.fill(next, 2);
        for (int run = 0; run < characters.runs(); run++) {
            next[alphabet.classOf(characters.low(run))] = 1;
        }
        BitSet accepting = new BitSet();
        accepting.set(1);
        return smallest(alphabet, next, accepting);
    }

    /// The listed strings; those with a lone surrogate are left out.
    ///
    /// @throws TooManyStatesException where they are too many
    static StringAutomaton of(Collection<String> strings) {
        return LiteralStrings.automaton(new TreeSet<>(strings));
    }

    /// The strings of that length.
    ///
    /// @throws TooManyStatesException where a bound is too large to be counted in states
    static StringAutomaton of(StringShape length) {
        long largest = length.isBounded() ? length.maximum() : length.minimum();
        if (largest > MAX_STATES) {
            throw new TooManyStatesException();
        }
        int[] next = new int[(int) largest + 2];
        for (int count = 0; count < next.length; count++) {
            boolean last = length.isBounded() ? count > largest : count == largest;
            next[count] = last || count + 1 == next.length ? count : count + 1;
        }
        BitSet accepting = new BitSet();
        accepting.set((int) length.minimum(), (int) largest + 1);
        return smallest(Alphabet.ONE, next, accepting);
    }

    Alphabet alphabet() {
        return alphabet;
    }

    /// How many states there are; the first is 0.
    int size() {
        return size;
    }

    int next(int state, int characterClass) {
        return next[state * alphabet.size() + characterClass];
    }

    boolean accepts(int state) {
        return accepting.get(state);
    }

    boolean isEmpty() {
        return size == 1 && !accepting.get(0);
    }

    /// Whether every string belongs to it.
    boolean isAll() {
        return size == 1 && accepting.get(0);
    }

    boolean contains(String string) {
        int state = 0;
        for (int i = 0; i < string.length(); ) {
            int codePoint = string.codePointAt(i);
            int characterClass = alphabet.classOf(codePoint);
            if (characterClass == Alphabet.NOTHING) {
                return false;
            }
            state = next(state, characterClass);
            i += Character.charCount(codePoint);
        }
        return accepts(state);
    }

    /// The strings that do not belong to it.
    StringAutomaton complement() {
        BitSet flipped = (BitSet) accepting.clone();
        flipped.flip(0, size);
        return new StringAutomaton(alphabet, next, flipped, size);
    }

    /// The strings of both.
    StringAutomaton and(StringAutomaton other) {
        if (isEmpty() || other.isAll() || equals(other)) {
            return this;
        }
        return other.isEmpty() || isAll() ? other : new Product(this, other, true).build();
    }

    /// The strings of either.
    StringAutomaton or(StringAutomaton other) {
        if (isAll() || other.isEmpty() || equals(other)) {
            return this;
        }
        return other.isAll() || isEmpty() ? other : new Product(this, other, false).build();
    }

    /// The state that no string leaves, accepting or not; -1 where there is none.
    private int sink(boolean accepts) {
        for (int state = 0; state < size; state++) {
            if (accepting.get(state) == accepts && isSink(state)) {
                return state;
            }
        }
        return -1;
    }

    /// Whether no string leaves the state.
    boolean isSink(int state) {
        for (int c = 0; c < alphabet.size(); c++) {
            if (next(state, c) != state) {
                return false;
            }
        }
        return true;
    }

    /// The states from which some string is accepted.
    BitSet alive() {
        BitSet alive = new BitSet(size);
        int dead = sink(false);
        alive.set(0, size);
        if (dead >= 0) {
            alive.clear(dead);
        }
        return alive;
    }

    @Override
    public boolean equals(Object object) {
        return this == object
                || object instanceof StringAutomaton other
                        && hash == other.hash
                        && alphabet.equals(other.alphabet)
                        && Arrays.equals(next, other.next)
                        && accepting.equals(other.accepting);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    /// Both automata side by side.
    private static final class Product {

        private final StringAutomaton left;
        private final StringAutomaton right;
        private final boolean both;
        private final int leftEnd;
        private final int rightEnd;
        private final Map<Long, Integer> numbers = new HashMap<>();
        private final List<Long> states = new ArrayList<>();

        /// @param both whether both must accept, or either
        Product(StringAutomaton left, StringAutomaton right, boolean both) {
            this.left = left;
            this.right = right;
            this.both = both;
            // Where one side decides for good, the other does not matter.
            this.leftEnd = left.sink(!both);
            this.rightEnd = right.sink(!both);
        }

        StringAutomaton build() {
            Alphabet.Common common = left.alphabet.with(right.alphabet);
            int classCount = common.both().size();
            Cells cells = new Cells(classCount);
            number(0, 0);
            for (int i = 0; i < states.size(); i++) {
                int l = (int) (states.get(i) >> 32);
                int r = states.get(i).intValue();
                for (int c = 0; c < classCount; c++) {
                    int to =
                            number(
                                    left.next(l, common.left()[c]),
                                    right.next(r, common.right()[c]));
                    cells.add(to);
                }
            }
            BitSet accepting = new BitSet(states.size());
            for (int i = 0; i < states.size(); i++) {
                boolean l = left.accepts((int) (states.get(i) >> 32));
                boolean r = right.accepts(states.get(i).intValue());
                accepting.set(i, both ? l && r : l || r);
            }
            return smallest(common.both(), cells.toArray(), accepting);
        }

        private int number(int l, int r) {
            boolean decided = l == leftEnd || r == rightEnd;
            long pair =
                    decided ? leftEnd >= 0 ? (long) leftEnd << 32 : rightEnd : (long) l << 32 | r;
            Integer known = numbers.putIfAbsent(pair, states.size());
            if (known != null) {
                return known;
            }
            states.add(pair);
            return states.size() - 1;
        }
    }

    /// Rows of an automaton under construction, within the limits.
    static final class Cells {

        private final int classCount;
        private int[] cells = new int[256];
        private int count;

        Cells(int classCount) {
            this.classCount = classCount;
        }

        void add(int state) {
            if (state >= MAX_STATES || count == MAX_CELLS) {
                throw new TooManyStatesException();
            }
            if (count == cells.length) {
                cells = Arrays.copyOf(cells, 2 * count);
            }
            cells[count++] = state;
        }

        /// How many rows are whole.
        int rows() {
            return count / classCount;
        }

        int[] toArray() {
            return Arrays.copyOf(cells, count);
        }
    }
}

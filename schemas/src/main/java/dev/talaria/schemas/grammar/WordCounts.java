package dev.talaria.schemas.grammar;

import java.util.Arrays;

/// Counts what an automaton accepts: for each state how many continuations there are at least, each
/// of another value.
///
/// Continuations that end in a zero are not counted, so that 1.5 and 1.50 are one.
final class WordCounts {

    private static final long MANY = 1L << 40;

    private final Automaton automaton;
    private final long[] octets;
    private final long[] words;

    private WordCounts(Automaton automaton) {
        this.automaton = automaton;
        this.octets = new long[automaton.classCount()];
        this.words = new long[automaton.size()];
        for (short octetClass : automaton.classes()) {
            if (octetClass >= 0) {
                octets[octetClass]++;
            }
        }
    }

    static long[] of(Automaton automaton) {
        return new WordCounts(automaton).count();
    }

    // States are counted once all that follow them are; those of circles never are, and every one
    // of them has as many continuations as anybody likes.
    private long[] count() {
        int size = automaton.size();
        int[] following = new int[size];
        int[][] before = before(following);
        int[] ready = new int[size];
        int tail = 0;
        for (int state = 0; state < size; state++) {
            if (following[state] == 0) {
                ready[tail++] = state;
            }
        }
        boolean[] counted = new boolean[size];
        for (int head = 0; head < tail; head++) {
            counted[ready[head]] = true;
            words[ready[head]] = wordsFrom(ready[head]);
            for (int from : before[ready[head]]) {
                if (--following[from] == 0) {
                    ready[tail++] = from;
                }
            }
        }
        for (int state = 0; state < size; state++) {
            words[state] = counted[state] ? Math.max(1, words[state]) : MANY;
        }
        return words;
    }

    private int[][] before(int[] following) {
        int size = automaton.size();
        int[] leading = new int[size];
        for (int state = 0; state < size; state++) {
            for (int c = 0; c < automaton.classCount(); c++) {
                int next = automaton.nextByClass(state, c);
                if (next != Automaton.DEAD) {
                    following[state]++;
                    leading[next]++;
                }
            }
        }
        int[][] before = new int[size][];
        Arrays.setAll(before, state -> new int[leading[state]]);
        for (int state = 0; state < size; state++) {
            for (int c = 0; c < automaton.classCount(); c++) {
                int next = automaton.nextByClass(state, c);
                if (next != Automaton.DEAD) {
                    before[next][--leading[next]] = state;
                }
            }
        }
        return before;
    }

    private long wordsFrom(int state) {
        long sum = 0;
        short zero = automaton.classes()['0'];
        for (int c = 0; c < automaton.classCount(); c++) {
            int next = automaton.nextByClass(state, c);
            if (next != Automaton.DEAD) {
                long ending = octets[c] - (c == zero ? 1 : 0);
                sum += octets[c] * words[next] + (automaton.accepts(next) ? ending : 0);
                sum = Math.min(sum, MANY);
            }
        }
        return sum;
    }
}

package dev.talaria.schemas.grammar;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/// Keys that the schema does not declare by name and treats alike, and what their values may be.
///
/// Knows how many such keys there are of each length, so that the shortest one that is not used yet
/// is known without writing keys down.
final class KeyClass {

    /// Every string.
    static final Automaton ANY_KEY =
            TextAutomaton.of(StringAutomaton.ALL, StringSet.blame("schema", "#", "all strings"))
                    .automaton();

    private final Keys keys;
    private final List<MemberValue> values;
    private BitSet declared = new BitSet();

    KeyClass(Keys keys, List<MemberValue> values) {
        this.keys = keys;
        this.values = List.copyOf(values);
    }

    boolean isSameAs(KeyClass other) {
        return keys == other.keys && values.equals(other.values);
    }

    Keys keys() {
        return keys;
    }

    List<MemberValue> values() {
        return values;
    }

    boolean isReachable() {
        return values.stream().anyMatch(MemberValue::isReachable);
    }

    /// The declared members whose names would belong here, and do not because they are declared.
    BitSet declared() {
        return declared;
    }

    void declare(List<ObjectShape.Member> members) {
        BitSet here = new BitSet();
        for (int i = 0; i < members.size(); i++) {
            here.set(i, keys.contains(members.get(i).name()));
        }
        declared = here;
    }

    /// The keys of a class, spelled with their closing quote. Shared by many classes.
    static final class Keys {

        static final Keys ANY = new Keys(ANY_KEY);

        private final Automaton automaton;
        private final int[] weights;
        private final BitSet endless;

        Keys(Automaton automaton) {
            this.automaton = automaton;
            this.weights = new int[automaton.classCount()];
            for (int octet = 0; octet < 256; octet++) {
                if (automaton.classes()[octet] >= 0) {
                    weights[automaton.classes()[octet]]++;
                }
            }
            this.endless = endless();
        }

        Automaton automaton() {
            return automaton;
        }

        /// The state behind the opening quote.
        int start() {
            return automaton.next(automaton.start(), '"');
        }

        boolean contains(byte[] name) {
            int state = start();
            for (int i = 0; i < name.length && state != Automaton.DEAD; i++) {
                state = automaton.next(state, name[i] & 0xFF);
            }
            return state != Automaton.DEAD && automaton.next(state, '"') != Automaton.DEAD;
        }

        /// Whether infinitely many keys continue so.
        boolean isEndless(int state) {
            return endless.get(state);
        }

        /// Whether infinitely many keys continue every beginning of one.
        boolean isEverywhereEndless() {
            int ended = 0;
            for (int state = 0; state < automaton.size(); state++) {
                ended += automaton.accepts(state) ? 1 : 0;
            }
            return endless.cardinality() + ended == automaton.size();
        }

        // States that lead in no circle are taken away, the last ones first.
        private BitSet endless() {
            int size = automaton.size();
            int[] leaving = new int[size];
            List<List<Integer>> before = new ArrayList<>();
            for (int state = 0; state < size; state++) {
                before.add(new ArrayList<>());
            }
            for (int state = 0; state < size; state++) {
                for (int c = 0; c < automaton.classCount(); c++) {
                    int to = automaton.nextByClass(state, c);
                    if (to != Automaton.DEAD) {
                        leaving[state]++;
                        before.get(to).add(state);
                    }
                }
            }
            BitSet remaining = new BitSet(size);
            remaining.set(0, size);
            List<Integer> open = new ArrayList<>();
            for (int state = 0; state < size; state++) {
                if (leaving[state] == 0) {
                    open.add(state);
                }
            }
            for (int i = 0; i < open.size(); i++) {
                remaining.clear(open.get(i));
                for (int from : before.get(open.get(i))) {
                    if (--leaving[from] == 0) {
                        open.add(from);
                    }
                }
            }
            return remaining;
        }

        /// The lengths of the shortest continuations that are not taken, in order, the closing
        /// quote included.
        ///
        /// @param most how many are asked for; there may be fewer
        /// @param taken how many of each length are taken
        List<Integer> free(int state, int most, Map<Integer, Integer> taken) {
            List<Integer> lengths = new ArrayList<>();
            if (most == 1 && taken.isEmpty()) {
                lengths.add(automaton.cost(state));
                return lengths;
            }
            long[] ways = new long[automaton.size()];
            ways[state] = 1;
            for (int length = 0; ways != null && lengths.size() < most; length++) {
                long free = ended(ways) - taken.getOrDefault(length, 0);
                for (long i = 0; i < free && lengths.size() < most; i++) {
                    lengths.add(length);
                }
                ways = oneFurther(ways);
            }
            return lengths;
        }

        private long ended(long[] ways) {
            long ended = 0;
            for (int state = 0; state < ways.length; state++) {
                if (ways[state] > 0 && automaton.accepts(state)) {
                    ended = sum(ended, ways[state], 1);
                }
            }
            return ended;
        }

        // In how many ways each state is reached; null where there is none.
        private long[] oneFurther(long[] ways) {
            long[] further = new long[ways.length];
            boolean any = false;
            for (int state = 0; state < ways.length; state++) {
                for (int c = 0; ways[state] > 0 && c < weights.length; c++) {
                    int to = automaton.nextByClass(state, c);
                    if (to != Automaton.DEAD) {
                        further[to] = sum(further[to], ways[state], weights[c]);
                        any = true;
                    }
                }
            }
            return any ? further : null;
        }

        // Many are [Long#MAX_VALUE].
        private static long sum(long sum, long more, int weight) {
            long product = more > Long.MAX_VALUE / weight ? Long.MAX_VALUE : more * weight;
            return sum > Long.MAX_VALUE - product ? Long.MAX_VALUE : sum + product;
        }
    }
}

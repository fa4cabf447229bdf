package dev.talaria.schemas.grammar;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/// A deterministic automaton over the bytes of a scalar, with no dead states: every state leads to
/// an accepting one. Immutable.
final class Automaton {

    /// What [#next] says where no value continues so.
    static final int DEAD = -1;

    private final short[] classes;
    private final int classCount;
    private final int[] next;
    private final boolean[] accepting;
    private final boolean[] last;
    private final int[] cost;
    private final byte[] cheapest;
    private volatile long[] words;

    // Found out when asked: 1 for yes, -1 for no.
    private final byte[] takesAny;

    /// @param classes the class of each byte; -1 where no state reads it
    /// @param next rows of `classCount` states
    /// @param cost bytes to the nearest accepting state
    /// @param cheapest the first of these bytes
    Automaton(
            short[] classes,
            int classCount,
            int[] next,
            boolean[] accepting,
            int[] cost,
            byte[] cheapest) {
        this.classes = classes;
        this.classCount = classCount;
        this.next = next;
        this.accepting = accepting;
        this.cost = cost;
        this.cheapest = cheapest;
        this.last = new boolean[accepting.length];
        this.takesAny = new byte[accepting.length];
        for (int state = 0; state < accepting.length; state++) {
            last[state] = accepting[state] && !continues(state);
        }
    }

    /// The state before the first byte.
    int start() {
        return 0;
    }

    int next(int state, int octet) {
        int octetClass = classes[octet];
        return octetClass < 0 ? DEAD : next[state * classCount + octetClass];
    }

    /// As [#next], by the byte's class.
    int nextByClass(int state, int octetClass) {
        return next[state * classCount + octetClass];
    }

    /// The class of each byte; -1 where no state reads it.
    short[] classes() {
        return classes;
    }

    int classCount() {
        return classCount;
    }

    /// How many states there are.
    int size() {
        return accepting.length;
    }

    boolean accepts(int state) {
        return accepting[state];
    }

    /// Whether nothing can follow: the value ends here and nowhere later.
    boolean isLast(int state) {
        return last[state];
    }

    /// Bytes until the nearest accepting state.
    int cost(int state) {
        return cost[state];
    }

    /// The first of these bytes.
    int cheapest(int state) {
        return cheapest[state] & 0xFF;
    }

    /// Whether every character other than `"`, `\` and control characters leads back to the state.
    boolean takesAnyCharacter(int state) {
        if (takesAny[state] == 0) {
            takesAny[state] = (byte) (leadsBack(state) ? 1 : -1);
        }
        return takesAny[state] > 0;
    }

    // Along the spelling of characters: places inside one, and the states they are in.
    private boolean leadsBack(int state) {
        int[] at = new int[StringSpelling.PLACES];
        Arrays.fill(at, DEAD);
        at[StringSpelling.PLAIN] = state;
        Deque<Integer> open = new ArrayDeque<>(List.of(StringSpelling.PLAIN));
        while (!open.isEmpty()) {
            int place = open.removeFirst();
            for (int octet = 0x20; octet < 256; octet++) {
                int inside = octet == '\\' ? DEAD : StringSpelling.next(place, octet);
                if (inside == StringSpelling.DEAD) {
                    continue;
                }
                int to = next(at[place], octet);
                if (to == DEAD || at[inside] != DEAD && at[inside] != to) {
                    return false;
                }
                if (at[inside] == DEAD) {
                    at[inside] = to;
                    open.addLast(inside);
                }
            }
        }
        return true;
    }

    /// A lower bound of how many different values continue a state, see [WordCounts].
    long words(int state) {
        long[] counted = words;
        if (counted == null) {
            counted = WordCounts.of(this);
            words = counted;
        }
        return counted[state];
    }

    /// The least of [#words] before the end.
    long leastWords() {
        long least = Long.MAX_VALUE;
        for (int state = 0; state < size(); state++) {
            least = last[state] ? least : Math.min(least, words(state));
        }
        return least;
    }

    /// Whether it accepts strings.
    boolean isText() {
        return next(start(), '"') != DEAD;
    }

    private boolean continues(int state) {
        for (int i = 0; i < classCount; i++) {
            if (next[state * classCount + i] != DEAD) {
                return true;
            }
        }
        return false;
    }
}

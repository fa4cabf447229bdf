package dev.talaria.schemas.grammar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Explores an automaton from its start, then cuts off what leads nowhere.
///
/// @param <S> a state, told apart by `equals`
abstract class AutomatonBuilder<S> {

    private static final int FAR = Integer.MAX_VALUE;

    private final short[] classes;
    private final int classCount;
    private final int maxStates;
    private final SchemaProblem place;
    private final Map<S, Integer> numbers = new HashMap<>();
    private final List<S> states = new ArrayList<>();
    private final List<int[]> rows = new ArrayList<>();

    /// @param classes the class of each byte; -1 where no state reads it
    /// @param place the keyword whose fault it is where there are too many states
    AutomatonBuilder(short[] classes, int classCount, int maxStates, SchemaProblem place) {
        this.place = place;
        this.classes = classes;
        this.classCount = classCount;
        this.maxStates = maxStates;
    }

    /// The state after a byte of that class; null where there is none.
    abstract S next(S state, int octetClass);

    abstract boolean accepts(S state);

    /// The automaton; null where it accepts nothing.
    ///
    /// @throws UnsupportedSchemaException where it has more states than allowed
    final Automaton build(S start) {
        number(start);
        for (int i = 0; i < states.size(); i++) {
            int[] row = new int[classCount];
            for (int c = 0; c < classCount; c++) {
                S to = next(states.get(i), c);
                row[c] = to == null ? Automaton.DEAD : number(to);
            }
            rows.add(row);
        }
        int[] cost = costs();
        return cost[0] == FAR ? null : assemble(cost);
    }

    /// The state of that number in the automaton built.
    final S state(int number) {
        return states.get(number);
    }

    private int number(S state) {
        Integer known = numbers.get(state);
        if (known != null) {
            return known;
        }
        if (states.size() >= maxStates) {
            throw new UnsupportedSchemaException(List.of(place));
        }
        numbers.put(state, states.size());
        states.add(state);
        return states.size() - 1;
    }

    // Breadth first from the accepting states, against the transitions.
    private int[] costs() {
        int count = states.size();
        List<List<Integer>> before = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            before.add(new ArrayList<>());
        }
        for (int i = 0; i < count; i++) {
            for (int to : rows.get(i)) {
                if (to != Automaton.DEAD) {
                    before.get(to).add(i);
                }
            }
        }
        int[] cost = new int[count];
        Arrays.fill(cost, FAR);
        int[] queue = new int[count];
        int tail = 0;
        for (int i = 0; i < count; i++) {
            if (accepts(states.get(i))) {
                cost[i] = 0;
                queue[tail++] = i;
            }
        }
        for (int head = 0; head < tail; head++) {
            for (int from : before.get(queue[head])) {
                if (cost[from] == FAR) {
                    cost[from] = cost[queue[head]] + 1;
                    queue[tail++] = from;
                }
            }
        }
        return cost;
    }

    private Automaton assemble(int[] cost) {
        int count = states.size();
        int[] next = new int[count * classCount];
        boolean[] accepting = new boolean[count];
        byte[] cheapest = new byte[count];
        int[] example = exampleOctets();
        for (int i = 0; i < count; i++) {
            accepting[i] = cost[i] == 0;
            // Backwards, so that the lowest byte wins.
            for (int c = classCount - 1; c >= 0; c--) {
                int to = rows.get(i)[c];
                boolean alive = to != Automaton.DEAD && cost[to] != FAR;
                next[i * classCount + c] = alive ? to : Automaton.DEAD;
                if (alive && cost[to] == cost[i] - 1) {
                    cheapest[i] = (byte) example[c];
                }
            }
        }
        return new Automaton(classes, classCount, next, accepting, cost, cheapest);
    }

    private int[] exampleOctets() {
        int[] example = new int[classCount];
        for (int octet = 255; octet >= 0; octet--) {
            if (classes[octet] >= 0) {
                example[classes[octet]] = octet;
            }
        }
        return example;
    }
}

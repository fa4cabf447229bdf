package dev.talaria.schemas.grammar;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;

/// Finds the states of a complete deterministic automaton that accept the same, by Hopcroft's
/// partition refinement.
final class Minimization {

    private final int size;
    private final int classCount;
    // Predecessors, by class and state.
    private final int[] firstBefore;
    private final int[] before;
    // The blocks are ranges of `states`, whose first `marked` members are those found.
    private final int[] states;
    private final int[] position;
    private final int[] block;
    private final int[] begin;
    private final int[] end;
    private final int[] marked;
    private int blocks;
    private final Deque<Integer> open = new ArrayDeque<>();
    private final BitSet isOpen = new BitSet();

    private Minimization(int[] next, int classCount, BitSet accepting) {
        this.classCount = classCount;
        this.size = next.length / classCount;
        this.firstBefore = new int[next.length + 1];
        this.before = new int[next.length];
        this.states = new int[size];
        this.position = new int[size];
        this.block = new int[size];
        this.begin = new int[size];
        this.end = new int[size];
        this.marked = new int[size];
        invert(next);
        divide(accepting);
    }

    /// For each state the number of its block; states of one block accept the same strings.
    static int[] blocks(int[] next, int classCount, BitSet accepting) {
        Minimization minimization = new Minimization(next, classCount, accepting);
        minimization.refine();
        return minimization.block;
    }

    private void invert(int[] next) {
        for (int i = 0; i < next.length; i++) {
            firstBefore[(i % classCount) * size + next[i] + 1]++;
        }
        for (int i = 0; i < next.length; i++) {
            firstBefore[i + 1] += firstBefore[i];
        }
        int[] filled = Arrays.copyOf(firstBefore, next.length);
        for (int i = 0; i < next.length; i++) {
            before[filled[(i % classCount) * size + next[i]]++] = i / classCount;
        }
    }

    private void divide(BitSet accepting) {
        int low = 0;
        int high = size;
        for (int state = 0; state < size; state++) {
            int place = accepting.get(state) ? low++ : --high;
            states[place] = state;
            position[state] = place;
        }
        if (low > 0) {
            add(0, low);
        }
        if (low < size) {
            add(low, size);
        }
    }

    private void add(int from, int to) {
        int number = blocks++;
        begin[number] = from;
        end[number] = to;
        for (int i = from; i < to; i++) {
            block[states[i]] = number;
        }
        open.add(number);
        isOpen.set(number);
    }

    private void refine() {
        int[] touched = new int[size];
        while (!open.isEmpty()) {
            int splitter = open.poll();
            isOpen.clear(splitter);
            int[] members = Arrays.copyOfRange(states, begin[splitter], end[splitter]);
            for (int c = 0; c < classCount; c++) {
                int count = mark(members, c, touched);
                for (int i = 0; i < count; i++) {
                    split(touched[i]);
                }
            }
        }
    }

    // Moves the predecessors of the members to the front of their blocks.
    private int mark(int[] members, int c, int[] touched) {
        int count = 0;
        for (int member : members) {
            int from = c * size + member;
            for (int i = firstBefore[from]; i < firstBefore[from + 1]; i++) {
                int number = block[before[i]];
                if (marked[number] == 0) {
                    touched[count++] = number;
                }
                swap(before[i], begin[number] + marked[number]++);
            }
        }
        return count;
    }

    // Every state has one successor by a class, so none is marked twice.
    private void swap(int state, int place) {
        int other = states[place];
        states[position[state]] = other;
        position[other] = position[state];
        states[place] = state;
        position[state] = place;
    }

    private void split(int number) {
        int middle = begin[number] + marked[number];
        marked[number] = 0;
        if (middle == end[number]) {
            return;
        }
        boolean frontIsSmaller = middle - begin[number] <= end[number] - middle;
        int from = frontIsSmaller ? begin[number] : middle;
        int to = frontIsSmaller ? middle : end[number];
        if (frontIsSmaller) {
            begin[number] = middle;
        } else {
            end[number] = middle;
        }
        // The new block is the smaller one; the old one, if open, stays so.
        add(from, to);
    }
}

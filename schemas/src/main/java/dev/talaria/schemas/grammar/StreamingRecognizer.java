package dev.talaria.schemas.grammar;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Reads bytes and keeps the readings that can still be completed, with those of every earlier
/// byte, so that taking bytes back is moving two indices.
final class StreamingRecognizer implements Recognizer, Steps {

    private static final int FEW = 16;

    private final Map<State, Integer> byState = new HashMap<>();
    private byte[] text = new byte[256];
    private int length;
    private int floor;
    private Branch[] branches = new Branch[256];
    private int[] starts = new int[257];
    private int top;
    private int emitting;

    StreamingRecognizer(Branch start) {
        branches[0] = start;
        top = 1;
    }

    private StreamingRecognizer(StreamingRecognizer other) {
        text = Arrays.copyOf(other.text, Math.max(256, other.length + 64));
        length = other.length;
        floor = other.length;
        starts = new int[text.length + 1];
        top = other.top - other.starts[length];
        branches = new Branch[Math.max(256, 2 * top)];
        System.arraycopy(other.branches, other.starts[length], branches, 0, top);
    }

    @Override
    public boolean push(int octet) {
        int from = starts[length];
        int to = top;
        emitting = to;
        for (int i = from; i < to; i++) {
            Branch branch = branches[i];
            branch.state().step(branch, octet, this);
        }
        if (top == to) {
            return false;
        }
        if (length == text.length) {
            text = Arrays.copyOf(text, 2 * length);
            starts = Arrays.copyOf(starts, 2 * length + 1);
        }
        text[length++] = (byte) octet;
        starts[length] = to;
        return true;
    }

    @Override
    public void pop(int count) {
        if (count < 0 || count > length - floor) {
            throw new IllegalArgumentException(
                    "cannot take back " + count + " of " + (length - floor) + " bytes");
        }
        if (count > 0) {
            top = starts[length - count + 1];
            length -= count;
        }
    }

    @Override
    public void emit(Branch branch) {
        if (top - emitting < FEW) {
            for (int i = emitting; i < top; i++) {
                if (join(i, branch)) {
                    return;
                }
            }
        } else if (isJoinedByState(branch)) {
            return;
        }
        append(branch);
    }

    private boolean join(int index, Branch branch) {
        Branch joined = branches[index].mergedWith(branch);
        if (joined != null) {
            branches[index] = joined;
        }
        return joined != null;
    }

    // Schemas with hundreds of branches: looked up instead of compared one by one.
    private boolean isJoinedByState(Branch branch) {
        if (top - emitting == FEW) {
            byState.clear();
            for (int i = emitting; i < top; i++) {
                byState.put(branches[i].state(), i);
            }
        }
        Integer index = byState.putIfAbsent(branch.state(), top);
        return index != null && join(index, branch);
    }

    private void append(Branch branch) {
        if (top == branches.length) {
            branches = Arrays.copyOf(branches, 2 * top);
        }
        branches[top++] = branch;
    }

    @Override
    public byte[] text() {
        return text;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public boolean isComplete() {
        for (int i = starts[length]; i < top; i++) {
            if (branches[i].isWhole()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public int minimumBytes() {
        return Math.toIntExact(Math.min(minimum(), Integer.MAX_VALUE));
    }

    private long minimum() {
        long minimum = Long.MAX_VALUE;
        for (int i = starts[length]; i < top; i++) {
            minimum = Math.min(minimum, branches[i].cost(this));
        }
        return minimum;
    }

    @Override
    public byte[] shortestCompletion() {
        int begin = length;
        while (!isComplete()) {
            if (!push(cheapest())) {
                throw new IllegalStateException("no way on after " + length + " bytes");
            }
        }
        byte[] completion = Arrays.copyOfRange(text, begin, length);
        pop(length - begin);
        return completion;
    }

    private int cheapest() {
        Branch best = branches[starts[length]];
        for (int i = starts[length] + 1; i < top; i++) {
            if (branches[i].cost(this) < best.cost(this)) {
                best = branches[i];
            }
        }
        while (best.state().mayEnd()) {
            best = best.cheapestReturn();
        }
        return best.state().cheapest(this);
    }

    @Override
    public Object continuationKey() {
        return continuationKey(Integer.MAX_VALUE);
    }

    @Override
    public Object continuationKey(int octets) {
        return new KeyWriter(octets).key();
    }

    @Override
    public Recognizer fork() {
        return new StreamingRecognizer(this);
    }

    /// Writes the readings down level by level: their states, and for each the numbers of its
    /// returns. Every closing takes a byte, so levels deeper than the horizon do not matter.
    private final class KeyWriter {

        private final int octets;
        private final Map<Branch, Integer> numbers = new HashMap<>();
        private final Deque<Branch> open = new ArrayDeque<>();
        private final Map<Branch, Integer> depths = new HashMap<>();
        private final List<Object> key = new ArrayList<>();

        private KeyWriter(int octets) {
            this.octets = octets;
        }

        private Object key() {
            key.add(top - starts[length]);
            for (int i = starts[length]; i < top; i++) {
                number(branches[i], 0);
            }
            while (!open.isEmpty()) {
                Branch branch = open.removeFirst();
                State state = branch.state().within(octets);
                if (state == null) {
                    return null;
                }
                key.add(state);
                writeReturns(branch);
            }
            return key;
        }

        private void writeReturns(Branch branch) {
            int depth = depths.get(branch);
            if (depth >= octets) {
                return;
            }
            Branch[] returns = branch.returns();
            key.add(returns.length);
            for (Branch outer : returns) {
                key.add(number(outer, depth + 1));
            }
        }

        private int number(Branch branch, int depth) {
            Integer known = numbers.putIfAbsent(branch, numbers.size());
            if (known != null) {
                return known;
            }
            depths.put(branch, depth);
            open.addLast(branch);
            return numbers.size() - 1;
        }
    }
}

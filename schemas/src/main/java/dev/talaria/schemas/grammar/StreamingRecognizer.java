package dev.talaria.schemas.grammar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Reads bytes and keeps the readings that can still be completed, with those of every earlier
/// byte, so that taking bytes back is moving an index.
///
/// What a byte makes of the readings is looked up where it was met before, by whichever recognizer
/// of the grammar; only steps that ask for the text are taken anew.
final class StreamingRecognizer implements Recognizer, Steps {

    private static final int FEW = 16;

    private final ConfigurationGraph graph;
    private final ConfigurationGraph trials;
    private final boolean trying;
    private byte[] text;
    private int length;
    private int floor;
    private Configuration[] configurations;

    // The length to which the first configuration belongs.
    private int offset;

    // What one step emits.
    private final Map<State, Integer> byState = new HashMap<>();
    private Branch[] emitted = new Branch[16];
    private int emittedCount;
    private boolean asked;
    private boolean dependsOnText;

    /// @param graph of the grammar
    /// @param trials another graph of it, for bytes that are only tried
    StreamingRecognizer(Branch start, ConfigurationGraph graph, ConfigurationGraph trials) {
        this(graph, trials, false, new byte[256], 0, new Configuration[257], 0);
        configurations[0] = graph.configuration(new Branch[] {start}, 1);
    }

    private StreamingRecognizer(
            ConfigurationGraph graph,
            ConfigurationGraph trials,
            boolean trying,
            byte[] text,
            int length,
            Configuration[] configurations,
            int offset) {
        this.graph = graph;
        this.trials = trials;
        this.trying = trying;
        this.text = text;
        this.length = length;
        this.floor = length;
        this.configurations = configurations;
        this.offset = offset;
    }

    private Configuration at() {
        return configurations[length - offset];
    }

    @Override
    public boolean push(int octet) {
        Configuration next = at().next(octet);
        if (next == null) {
            next = step(at(), octet);
        }
        if (next == Configuration.DEAD) {
            return false;
        }
        if (length == text.length) {
            text = Arrays.copyOf(text, 2 * length);
        }
        text[length++] = (byte) octet;
        if (length - offset == configurations.length) {
            configurations = Arrays.copyOf(configurations, 2 * configurations.length);
        }
        configurations[length - offset] = next;
        return true;
    }

    private Configuration step(Configuration from, int octet) {
        emittedCount = 0;
        asked = false;
        for (Branch branch : from.branches()) {
            branch.state().step(branch, octet, this);
        }
        dependsOnText |= asked;
        boolean always = !asked;
        ConfigurationGraph own = trying ? trials : graph;
        Configuration to =
                emittedCount == 0 ? Configuration.DEAD : own.configuration(emitted, emittedCount);
        if (always) {
            own.link(from, octet, to);
        }
        return to;
    }

    @Override
    public void pop(int count) {
        if (count < 0 || count > length - floor) {
            throw new IllegalArgumentException(
                    "cannot take back " + count + " of " + (length - floor) + " bytes");
        }
        length -= count;
    }

    @Override
    public void emit(Branch branch) {
        if (emittedCount < FEW) {
            for (int i = 0; i < emittedCount; i++) {
                if (join(i, branch)) {
                    return;
                }
            }
        } else if (isJoinedByState(branch)) {
            return;
        }
        if (emittedCount == emitted.length) {
            emitted = Arrays.copyOf(emitted, 2 * emittedCount);
        }
        emitted[emittedCount++] = branch;
    }

    private boolean join(int index, Branch branch) {
        Branch joined = emitted[index].mergedWith(branch);
        if (joined != null) {
            emitted[index] = joined;
        }
        return joined != null;
    }

    // Schemas with hundreds of branches: looked up instead of compared one by one.
    private boolean isJoinedByState(Branch branch) {
        if (emittedCount == FEW) {
            byState.clear();
            for (int i = 0; i < emittedCount; i++) {
                byState.put(emitted[i].state(), i);
            }
        }
        Integer index = byState.putIfAbsent(branch.state(), emittedCount);
        return index != null && join(index, branch);
    }

    @Override
    public byte[] text() {
        asked = true;
        return text;
    }

    @Override
    public int length() {
        asked = true;
        return length;
    }

    @Override
    public boolean keepsKeys() {
        return !trying;
    }

    @Override
    public boolean isComplete() {
        return at().isWhole();
    }

    @Override
    public boolean dependsOnText() {
        return dependsOnText;
    }

    @Override
    public int forcedByte() {
        Configuration at = at();
        if (at.knowsForced()) {
            return at.forced();
        }
        boolean askedBefore = asked;
        asked = false;
        int forced = at.isWhole() ? -1 : onlyByte(at);
        if (!asked) {
            at.noteForced(forced);
        }
        dependsOnText |= asked;
        asked = askedBefore;
        return forced;
    }

    // Printable bytes first: where there is a choice, there usually is one among them.
    private int onlyByte(Configuration at) {
        int only = -1;
        for (int i = 0; i < 256; i++) {
            int octet = i + ' ' & 0xFF;
            emittedCount = 0;
            for (Branch branch : at.branches()) {
                branch.state().step(branch, octet, this);
            }
            if (emittedCount > 0) {
                if (only >= 0) {
                    return -1;
                }
                only = octet;
            }
        }
        return only;
    }

    @Override
    public int minimumBytes() {
        Configuration at = at();
        if (at.minimum() >= 0) {
            return at.minimum();
        }
        asked = false;
        long minimum = Integer.MAX_VALUE;
        for (Branch branch : at.branches()) {
            minimum = Math.min(minimum, branch.cost(this));
        }
        int octets = Math.toIntExact(minimum);
        if (!asked) {
            at.noteMinimum(octets);
        }
        return octets;
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
        Branch[] branches = at().branches();
        Branch best = branches[0];
        for (Branch branch : branches) {
            if (branch.cost(this) < best.cost(this)) {
                best = branch;
            }
        }
        while (best.state().mayEnd()) {
            best = best.cheapestReturn();
        }
        return best.state().cheapest(this);
    }

    @Override
    public Object place() {
        return at();
    }

    @Override
    public List<Reading> readings(int octets, int octetsAfterText) {
        List<Reading> readings = new ArrayList<>();
        for (Branch branch : at().branches()) {
            long free = branch.state().freeCharacters();
            asked = false;
            State inside = branch.state().within(free > 0 ? octetsAfterText : octets, this);
            List<byte[]> excluded = branch.state().excluded(this);
            readings.add(new BranchReading(branch, inside, excluded, free, asked));
        }
        return readings;
    }

    /// A branch as others see it.
    private final class BranchReading implements Reading {

        private final Branch branch;
        private final State shared;
        private final State state;
        private final List<byte[]> excluded;
        private final long freeCharacters;
        private final boolean dependsOnText;
        private StreamingRecognizer after;

        private BranchReading(
                Branch branch,
                State shared,
                List<byte[]> excluded,
                long freeCharacters,
                boolean dependsOnText) {
            this.excluded = excluded;
            this.branch = branch;
            this.shared = shared;
            this.state = shared == null ? branch.state() : shared;
            this.freeCharacters = freeCharacters;
            this.dependsOnText = dependsOnText;
        }

        @Override
        public Object value() {
            return shared;
        }

        @Override
        public List<byte[]> excluded() {
            return excluded;
        }

        @Override
        public boolean dependsOnText() {
            return dependsOnText;
        }

        @Override
        public boolean isCommon() {
            return state.isCommon();
        }

        @Override
        public long freeCharacters() {
            return freeCharacters;
        }

        @Override
        public Recognizer inside() {
            Branch alone = new Branch(state, new Branch[] {Branch.end()});
            return trial(true, alone);
        }

        @Override
        public Object following() {
            return afterwards().configurations[0];
        }

        @Override
        public Recognizer after(byte[] octets, int count) {
            afterwards().moveBehind(StreamingRecognizer.this, octets, count);
            return after;
        }

        private StreamingRecognizer afterwards() {
            if (after == null) {
                after = trial(false, branch.returns());
            }
            return after;
        }
    }

    private void moveBehind(StreamingRecognizer other, byte[] octets, int count) {
        text = other.text;
        length = other.length + count;
        if (length > text.length) {
            text = Arrays.copyOf(text, 2 * length);
        }
        System.arraycopy(octets, 0, text, other.length, count);
        floor = length;
        offset = length;
    }

    // Bytes are pushed behind the text there is; what lies there means nothing to this recognizer.
    private StreamingRecognizer trial(boolean trial, Branch... branches) {
        Configuration start = (trial ? trials : graph).configuration(branches, branches.length);
        Configuration[] stack = new Configuration[64];
        stack[0] = start;
        return new StreamingRecognizer(graph, trials, trial, text, length, stack, length);
    }

    @Override
    public Recognizer fork() {
        Configuration[] stack = new Configuration[64];
        stack[0] = at();
        byte[] copy = Arrays.copyOf(text, Math.max(256, length + 64));
        return new StreamingRecognizer(graph, trials, trying, copy, length, stack, length);
    }
}

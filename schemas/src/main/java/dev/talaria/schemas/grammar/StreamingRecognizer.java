package dev.talaria.schemas.grammar;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Reads bytes and keeps the readings that can still be completed, with those of every earlier
/// byte, so that taking bytes back is moving an index.
///
/// What a byte makes of the readings is looked up where it was met before, by whichever recognizer
/// of the grammar: nothing is made then.
final class StreamingRecognizer implements Recognizer, Steps {

    private static final int FEW = 16;

    // More than the last tokens that may be taken back usually are.
    private static final int ROOM = 1024;
    private static final int ROOM_AHEAD = 64;

    private final ConfigurationGraph graph;
    private final ConfigurationGraph trials;
    private final ConfigurationGraph own;
    private Configuration[] configurations;

    // Characters begun in the string under way, where the configuration does not count them.
    private long[] characters;
    private int length;

    // Bytes that are not taken back any more.
    private int settled;

    // What one step emits.
    private final Map<State, Integer> byState = new HashMap<>();
    private Branch[] emitted = new Branch[16];
    private int emittedCount;

    /// @param graph of the grammar
    /// @param trials another graph of it, for bytes that are only tried
    StreamingRecognizer(Branch start, ConfigurationGraph graph, ConfigurationGraph trials) {
        this(graph, trials, graph, graph.configuration(new Branch[] {start}, 1), ROOM);
    }

    /// @param own where what it meets is kept; null where it is not worth keeping
    private StreamingRecognizer(
            ConfigurationGraph graph,
            ConfigurationGraph trials,
            ConfigurationGraph own,
            Configuration start,
            int room) {
        this.graph = graph;
        this.trials = trials;
        this.own = own;
        this.configurations = new Configuration[room];
        this.characters = new long[room];
        configurations[0] = start;
    }

    private Configuration at() {
        return configurations[length];
    }

    @Override
    public boolean push(int octet) {
        Configuration at = at();
        long begun = characters[length] + (at.isBetweenCharacters() ? 1 : 0);
        boolean counts = at.isFar() && begun > at.farUntil();
        Configuration from = counts ? at.atBound() : at;
        Configuration next = from.next(octet);
        if (next == null) {
            next = step(from, octet);
        }
        if (next == Configuration.DEAD) {
            return false;
        }
        long now = at.isFar() ? begun : next.farFrom();
        length++;
        if (length == configurations.length) {
            makeRoom();
        }
        configurations[length] = next;
        characters[length] = next.isFar() ? now : 0;
        return true;
    }

    private void makeRoom() {
        if (settled < length / 2) {
            configurations = Arrays.copyOf(configurations, 2 * length);
            characters = Arrays.copyOf(characters, 2 * length);
            return;
        }
        System.arraycopy(configurations, settled, configurations, 0, length - settled);
        System.arraycopy(characters, settled, characters, 0, length - settled);
        length -= settled;
        settled = 0;
    }

    @Override
    public boolean takesAnyCharacters() {
        return at().takesAnyCharacters();
    }

    @Override
    public void settle(int count) {
        settled = Math.max(settled, length - count);
    }

    private Configuration step(Configuration from, int octet) {
        emittedCount = 0;
        for (Branch branch : from.branches()) {
            branch.state().step(branch, octet, this);
        }
        Configuration to =
                emittedCount == 0 ? Configuration.DEAD : configuration(own, emitted, emittedCount);
        if (own != null) {
            own.link(from, octet, to);
        }
        return to;
    }

    private static Configuration configuration(
            ConfigurationGraph graph, Branch[] branches, int count) {
        return graph == null
                ? new Configuration(Arrays.copyOf(branches, count))
                : graph.configuration(branches, count);
    }

    @Override
    public void pop(int count) {
        if (count < 0 || count > length - settled) {
            throw new IllegalArgumentException(
                    "cannot take back " + count + " of " + (length - settled) + " bytes");
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
    public boolean countsCharacters() {
        return true;
    }

    @Override
    public long characters() {
        return characters[length];
    }

    @Override
    public boolean keepsKeys() {
        return own != trials;
    }

    @Override
    public boolean isComplete() {
        return at().isWhole();
    }

    @Override
    public int forcedByte() {
        Configuration at = at();
        if (at.knowsForced()) {
            return at.forced();
        }
        int forced = at.isWhole() ? -1 : onlyByte(at);
        at.noteForced(forced);
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
        long minimum = Integer.MAX_VALUE;
        for (Branch branch : at.branches()) {
            minimum = Math.min(minimum, branch.cost(this));
        }
        int octets = Math.toIntExact(minimum);
        at.noteMinimum(octets);
        return octets;
    }

    @Override
    public byte[] shortestCompletion() {
        ByteArrayOutputStream completion = new ByteArrayOutputStream();
        while (!isComplete()) {
            int octet = cheapest();
            if (!push(octet)) {
                throw new IllegalStateException("no way on after " + length + " bytes");
            }
            completion.write(octet);
        }
        pop(completion.size());
        return completion.toByteArray();
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
            if (branch.state() instanceof DistinctItemState item && item.staysInText(octets)) {
                for (Branch inside : item.readings()) {
                    readings.add(elementReading(branch, item, inside, octets, octetsAfterText));
                }
            } else {
                State state = branch.state();
                long free = state.freeCharacters();
                State shared = state.within(free > 0 ? octetsAfterText : octets);
                readings.add(new BranchReading(branch, shared, state.excluded(), free, null));
            }
        }
        return readings;
    }

    // Inside a string of an element apart: as if it were not, but for what comes after the string.
    private Reading elementReading(
            Branch at, DistinctItemState item, Branch inside, int octets, int octetsAfterText) {
        State state = inside.state();
        State shared = state.within(state.freeCharacters() > 0 ? octetsAfterText : octets);
        if (item.isString(inside) && item.hasIndifferentArray(octets)) {
            Branch[] returns = {at.to(item.afterAny())};
            Branch alone = new Branch(state, returns);
            return new BranchReading(
                    alone, shared, item.repetitions(), state.freeCharacters(), null);
        }
        Element element = new Element(at, item, inside);
        return new BranchReading(
                inside, shared, item.deadEnds(at, inside), state.freeCharacters(), element);
    }

    /// A reading of an element that is read apart.
    ///
    /// @param at the branch of its array
    /// @param inside how the element itself is read
    private record Element(Branch at, DistinctItemState item, Branch inside) {

        Branch[] after(byte[] octets, int count) {
            return item.after(at, inside, octets, count);
        }
    }

    /// A branch as others see it.
    private final class BranchReading implements Reading {

        private final Branch branch;
        private final State shared;
        private final State state;
        private final List<byte[]> excluded;
        private final long freeCharacters;
        private final Element element;
        private StreamingRecognizer after;

        /// @param element of which the branch is a part; null where it is one of the document
        private BranchReading(
                Branch branch,
                State shared,
                List<byte[]> excluded,
                long freeCharacters,
                Element element) {
            this.excluded = excluded;
            this.branch = branch;
            this.shared = shared;
            this.state = shared == null ? branch.state() : shared;
            this.freeCharacters = freeCharacters;
            this.element = element;
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
            return recognizer(shared == null ? null : trials, alone);
        }

        @Override
        public Object following() {
            if (element != null) {
                return null;
            }
            if (after == null) {
                after = recognizer(graph, branch.returns());
            }
            return after.configurations[0];
        }

        @Override
        public Recognizer after(byte[] octets, int count) {
            if (element != null) {
                return recognizer(null, element.after(octets, count));
            }
            following();
            after.length = 0;
            return after;
        }
    }

    private StreamingRecognizer recognizer(ConfigurationGraph into, Branch... branches) {
        Configuration start = configuration(into, branches, branches.length);
        return ahead(into, start);
    }

    @Override
    public Recognizer fork() {
        return ahead(own, at());
    }

    private StreamingRecognizer ahead(ConfigurationGraph into, Configuration start) {
        StreamingRecognizer ahead = new StreamingRecognizer(graph, trials, into, start, ROOM_AHEAD);
        ahead.characters[0] = start.isFar() ? characters[length] : 0;
        return ahead;
    }
}

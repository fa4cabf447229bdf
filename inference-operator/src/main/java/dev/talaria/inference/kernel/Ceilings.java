package dev.talaria.inference.kernel;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// What this machine could do at best, measured now: the two limits that every speed of the
/// operator is a share of.
///
/// Each is what the whole team keeps up for half a second at a time, its work divided in parts of
/// less than a millisecond, so that a thread that is interrupted is not waited for. So long,
/// because what is compared with them lasts seconds, and memory that several machines share gives
/// for a few milliseconds what it does not give for longer. A few rounds before bring the loops to
/// the compiler. Other programs that run at the same time lower both figures, and so does a
/// processor that runs hot: measure before and after whatever is compared with them.
///
/// *Memory read.* A buffer far above any last-level cache ([#LEAST_BYTES], or 32 MiB a thread where
/// that is more) is read from end to end, in the widest vectors, and added up so that no load can
/// be left out. Every thread reads four streams side by side, then a single one, and then, where
/// machine code can be run, a single one that it asks for ahead; what is fastest counts. Some
/// processors' prefetchers begin anew at every 4 KiB page, and with four streams three are running
/// meanwhile; on others memory gives more to one. The buffer is written before, so that its pages
/// exist, and the operating system is asked for huge ones, which weights get as well.
///
/// *Multiply-add*, of the Vector API. Ten vectors of floats, each multiplied and added to ten times
/// over without touching memory: two units with a latency of four cycles need eight sums that do
/// not wait for each other, and ten with their two operands fit the sixteen registers of AVX2. One
/// multiply-add counts as one.
public final class Ceilings {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
    private static final int ROUNDS_BEFORE = 4;
    private static final long SUSTAINED_NANOS = 500_000_000;

    private static final long LEAST_BYTES = 512L << 20;
    private static final long LEAST_BYTES_PER_THREAD = 32L << 20;

    // Not a power of two: the lines that are read together would all fall into one set of a cache.
    private static final long STREAM_BYTES = (256L << 10) + 33 * 128;
    private static final int STREAMS = 4;
    private static final long PART_BYTES = STREAMS * STREAM_BYTES;

    private static final int MULTIPLY_PARTS_PER_THREAD = 128;
    private static final int MULTIPLY_LOOPS = 250_000;
    private static final int SUMS = 10;

    private Ceilings() {}

    /// Bytes the team reads from memory in a second.
    ///
    /// @throws OutOfMemoryError where there is no room for the buffer
    public static double readBytesPerSecond(WorkerTeam team) {
        int parts = readParts(team.size());
        try (Arena arena = Arena.ofShared()) {
            MemorySegment memory = arena.allocate(parts * PART_BYTES, HugePages.BYTES);
            HugePages.ask(memory);
            team.run(parts, (part, _) -> part(memory, part).fill((byte) 1));
            long[] sink = new long[parts];
            double sideBySide =
                    roundsPerSecond(
                            team,
                            parts,
                            (part, _) -> sink[part] += sumSideBySide(memory, part * PART_BYTES));
            double inOne =
                    roundsPerSecond(
                            team,
                            parts,
                            (part, _) -> sink[part] += sumInOne(memory, part * PART_BYTES));
            double askedFor = askedForRoundsPerSecond(team, memory, parts, arena);
            return memory.byteSize() * Math.max(askedFor, Math.max(sideBySide, inOne));
        }
    }

    private static double askedForRoundsPerSecond(
            WorkerTeam team, MemorySegment memory, int parts, Arena arena) {
        Optional<PrefetchedRead> read = NativePlatform.ofThisMachine().prefetchedRead(arena);
        if (read.isEmpty()) {
            return 0;
        }
        int[][] sums = new int[team.size()][PrefetchedRead.SUMS];
        long steps = PART_BYTES / PrefetchedRead.STEP_BYTES;
        return roundsPerSecond(
                team,
                parts,
                (part, worker) -> read.get().read(memory, part * PART_BYTES, steps, sums[worker]));
    }

    private static double roundsPerSecond(WorkerTeam team, int parts, WorkerTeam.Part part) {
        for (int round = 0; round < ROUNDS_BEFORE; round++) {
            team.run(parts, part);
        }
        long start = System.nanoTime();
        long passed = 0;
        int rounds = 0;
        while (passed < SUSTAINED_NANOS) {
            team.run(parts, part);
            rounds++;
            passed = System.nanoTime() - start;
        }
        return rounds * 1e9 / passed;
    }

    private static int readParts(int threads) {
        long bytes = Math.max(LEAST_BYTES, threads * LEAST_BYTES_PER_THREAD);
        return Math.toIntExact(Math.ceilDiv(bytes, PART_BYTES));
    }

    private static MemorySegment part(MemorySegment memory, int part) {
        return memory.asSlice(part * PART_BYTES, PART_BYTES);
    }

    private static long sumSideBySide(MemorySegment memory, long from) {
        int step = 2 * LONGS.vectorByteSize();
        return sum(memory, from, from + STREAM_BYTES, step, STREAM_BYTES);
    }

    private static long sumInOne(MemorySegment memory, long from) {
        int step = 2 * LONGS.vectorByteSize();
        return sum(memory, from, from + PART_BYTES, STREAMS * step, step);
    }

    // Two vectors at each of four places a step: a whole cache line, where they have 256 bits.
    private static long sum(MemorySegment memory, long from, long to, int step, long apart) {
        LongVector a = LongVector.zero(LONGS);
        LongVector b = LongVector.zero(LONGS);
        LongVector c = LongVector.zero(LONGS);
        LongVector d = LongVector.zero(LONGS);
        int width = LONGS.vectorByteSize();
        for (long at = from; at < to; at += step) {
            long second = at + apart;
            long third = second + apart;
            long fourth = third + apart;
            a = a.add(LongVector.fromMemorySegment(LONGS, memory, at, LITTLE_ENDIAN));
            a = a.add(LongVector.fromMemorySegment(LONGS, memory, at + width, LITTLE_ENDIAN));
            b = b.add(LongVector.fromMemorySegment(LONGS, memory, second, LITTLE_ENDIAN));
            b = b.add(LongVector.fromMemorySegment(LONGS, memory, second + width, LITTLE_ENDIAN));
            c = c.add(LongVector.fromMemorySegment(LONGS, memory, third, LITTLE_ENDIAN));
            c = c.add(LongVector.fromMemorySegment(LONGS, memory, third + width, LITTLE_ENDIAN));
            d = d.add(LongVector.fromMemorySegment(LONGS, memory, fourth, LITTLE_ENDIAN));
            d = d.add(LongVector.fromMemorySegment(LONGS, memory, fourth + width, LITTLE_ENDIAN));
        }
        return a.add(b).add(c.add(d)).reduceLanes(VectorOperators.ADD);
    }

    /// Float32 multiply-adds the team does in a second with all operands in registers.
    public static double multiplyAddsPerSecond(WorkerTeam team) {
        int parts = MULTIPLY_PARTS_PER_THREAD * team.size();
        float[] sink = new float[parts];
        double rounds =
                roundsPerSecond(
                        team, parts, (part, _) -> sink[part] += multiplyAdd(MULTIPLY_LOOPS));
        return (double) parts * MULTIPLY_LOOPS * SUMS * FLOATS.length() * rounds;
    }

    private static float multiplyAdd(int loops) {
        FloatVector factor = FloatVector.broadcast(FLOATS, 0.5f);
        FloatVector term = FloatVector.broadcast(FLOATS, 0.25f);
        FloatVector a = term;
        FloatVector b = term;
        FloatVector c = term;
        FloatVector d = term;
        FloatVector e = term;
        FloatVector f = term;
        FloatVector g = term;
        FloatVector h = term;
        FloatVector i = term;
        FloatVector j = term;
        for (int loop = 0; loop < loops; loop++) {
            a = a.fma(factor, term);
            b = b.fma(factor, term);
            c = c.fma(factor, term);
            d = d.fma(factor, term);
            e = e.fma(factor, term);
            f = f.fma(factor, term);
            g = g.fma(factor, term);
            h = h.fma(factor, term);
            i = i.fma(factor, term);
            j = j.fma(factor, term);
        }
        FloatVector first = a.add(b).add(c.add(d)).add(e);
        FloatVector second = f.add(g).add(h.add(i)).add(j);
        return first.add(second).reduceLanes(VectorOperators.ADD);
    }
}

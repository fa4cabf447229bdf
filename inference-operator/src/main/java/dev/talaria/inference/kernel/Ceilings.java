package dev.talaria.inference.kernel;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// What this machine could do at best with the Vector API, measured now: the two limits that every
/// speed of the operator is a share of.
///
/// Each is the best of several rounds on the whole team. Other programs that run at the same time
/// lower it.
public final class Ceilings {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
    private static final int ROUNDS = 8;

    // Far above any last-level cache.
    private static final long READ_BYTES = 512L << 20;
    private static final long PART_BYTES = 4L << 20;
    private static final int MULTIPLY_PARTS = 64;
    private static final int MULTIPLY_LOOPS = 1_000_000;
    private static final int SUMS = 10;

    private Ceilings() {}

    /// Bytes the team reads from memory in a second.
    public static double readBytesPerSecond(WorkerTeam team) {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment memory = arena.allocate(READ_BYTES, 64);
            memory.fill((byte) 1);
            int parts = (int) (READ_BYTES / PART_BYTES);
            long[] sink = new long[parts];
            double best = Double.MAX_VALUE;
            for (int round = 0; round < ROUNDS; round++) {
                long start = System.nanoTime();
                team.run(
                        parts,
                        (part, _) -> sink[part] += sum(memory, part * PART_BYTES, PART_BYTES));
                best = Math.min(best, (System.nanoTime() - start) / 1e9);
            }
            return READ_BYTES / best;
        }
    }

    private static long sum(MemorySegment memory, long from, long bytes) {
        LongVector a = LongVector.zero(LONGS);
        LongVector b = LongVector.zero(LONGS);
        LongVector c = LongVector.zero(LONGS);
        LongVector d = LongVector.zero(LONGS);
        int width = LONGS.vectorByteSize();
        for (long at = from; at < from + bytes; at += 4L * width) {
            a = a.add(LongVector.fromMemorySegment(LONGS, memory, at, LITTLE_ENDIAN));
            b = b.add(LongVector.fromMemorySegment(LONGS, memory, at + width, LITTLE_ENDIAN));
            c = c.add(LongVector.fromMemorySegment(LONGS, memory, at + 2L * width, LITTLE_ENDIAN));
            d = d.add(LongVector.fromMemorySegment(LONGS, memory, at + 3L * width, LITTLE_ENDIAN));
        }
        return a.add(b).add(c.add(d)).reduceLanes(VectorOperators.ADD);
    }

    /// Float32 multiply-adds the team does in a second with all operands in registers.
    public static double multiplyAddsPerSecond(WorkerTeam team) {
        float[] sink = new float[MULTIPLY_PARTS];
        double best = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            team.run(MULTIPLY_PARTS, (part, _) -> sink[part] += multiplyAdd(MULTIPLY_LOOPS));
            best = Math.min(best, (System.nanoTime() - start) / 1e9);
        }
        return (double) MULTIPLY_PARTS * MULTIPLY_LOOPS * SUMS * FLOATS.length() / best;
    }

    // Ten sums: latency 4 to 5 times two units.
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

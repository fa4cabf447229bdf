package dev.talaria.inference.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.talaria.inference.kernel.Kernels.Phase;
import dev.talaria.inference.tensor.TensorType;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/// Many threads in machine code over arrays of the heap, alone and in teams, while other threads
/// make garbage and ask for collections: arrays move between calls and never during one, so every
/// product, and every attention to stored keys and values, has the bits it had when nothing else
/// ran.
///
/// A moment of it in the ordinary build; `./mvnw -Pcode-soak -pl inference-operator -am test` goes
/// on for half an hour of each tier this machine has, with a safepoint every millisecond.
@Timeout(value = 3, unit = TimeUnit.HOURS)
class MachineCodeSoakTest {

    private static final int MINUTES = Integer.getInteger("talaria.soak.minutes", 0);
    private static final int LEAST_RESULTS = 60;
    private static final int ALONE = 6;
    private static final int TEAMS = 2;
    private static final int TEAM_SIZE = 3;
    private static final int COLUMNS = 512;
    private static final int OUTPUTS = 300;
    private static final int[] ROWS = {1, 7, 16, 33};
    private static final int HEAD_LENGTH = 128;
    private static final int[] QUERIES = {4, 32};
    private static final int BLOCKS = 3;
    private static final float SCALE = 0.09f;
    private static final TensorType[] TYPES = {
        TensorType.Q4_0,
        TensorType.Q8_0,
        TensorType.Q4_K,
        TensorType.Q5_K,
        TensorType.Q6_K,
        TensorType.BF16,
        TensorType.F16
    };

    // So that the others get to work as well.
    private static final long BETWEEN_COLLECTIONS_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    // Longer than this the thread that watches the time does not run only where the whole process
    // is held up, and that is no part of the soak.
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(2);

    /// Something to compute whose result is known.
    private sealed interface Known {

        float[] result();

        /// The same anew.
        float[] compute(Kernels kernels, WorkerTeam team, float[][] scratch);
    }

    private record Product(
            Phase phase, WeightMatrix matrix, int rows, float[] activations, float[] result)
            implements Known {

        @Override
        public float[] compute(Kernels kernels, WorkerTeam team, float[][] scratch) {
            float[] packed = new float[kernels.packedLength(rows, COLUMNS)];
            float[] out = new float[rows * OUTPUTS];
            kernels.pack(phase, activations.clone(), 0, rows, COLUMNS, packed);
            team.divide(
                    matrix.panels(),
                    3,
                    (from, to, worker) ->
                            kernels.multiply(
                                    phase,
                                    matrix,
                                    packed,
                                    rows,
                                    out,
                                    0,
                                    from,
                                    to,
                                    scratch[worker]));
            return out;
        }
    }

    /// @param block keys and behind them values, of all tokens alike
    private record Attention(
            KvType type, MemorySegment block, int queries, float[] activations, float[] result)
            implements Known {

        @Override
        public float[] compute(Kernels kernels, WorkerTeam team, float[][] scratch) {
            AttentionTile tile = new AttentionTile(queries, HEAD_LENGTH);
            float[] x = activations.clone();
            int end = BLOCKS * Kernels.KV_BLOCK_TOKENS;
            for (int query = 0; query < queries; query++) {
                tile.add(x, query * HEAD_LENGTH, SCALE, 0, end);
            }
            for (int from = 0; from < end; from += Kernels.KV_BLOCK_TOKENS) {
                kernels.attend(tile, from, type, block, 0, type.headBytes(HEAD_LENGTH));
            }
            float[] out = new float[x.length];
            for (int query = 0; query < queries; query++) {
                tile.finish(query, out, query * HEAD_LENGTH);
            }
            return out;
        }
    }

    /// What one thread did.
    private record Done(long results, long wrong) {}

    @ParameterizedTest
    @ValueSource(strings = {"avx2", "vnni", "amx"})
    void collectionsDoNotChangeResults(String tier) throws Exception {
        Kernels kernels = kernels(tier);
        long seed = System.nanoTime();
        AtomicBoolean isOver = new AtomicBoolean();
        try (Arena arena = Arena.ofShared();
                ExecutorService threads = Executors.newCachedThreadPool()) {
            List<Known> known = known(kernels, seed, arena);
            Future<Long> wasted = threads.submit(() -> waste(seed, isOver));
            Future<Long> collected = threads.submit(() -> collect(isOver));
            List<Callable<Done>> work = new ArrayList<>();
            for (int i = 0; i < ALONE + TEAMS; i++) {
                int size = i < ALONE ? 1 : TEAM_SIZE;
                long own = seed + i;
                work.add(() -> compute(kernels, known, size, own, isOver));
            }
            long results = 0;
            try {
                for (Future<Done> each : threads.invokeAll(work)) {
                    Done done = each.get();
                    assertThat(done.wrong()).as("wrong results, seed %d", seed).isZero();
                    results += done.results();
                }
            } finally {
                isOver.set(true);
            }
            assertThat(collected.get()).as("collections").isPositive();
            assertThat(wasted.get()).as("bytes of garbage").isPositive();
            tell(tier, seed, results, collected.get(), wasted.get());
        }
    }

    private static Kernels kernels(String tier) {
        try {
            return KernelProvider.choose(tier);
        } catch (IllegalArgumentException e) {
            assumeTrue(false, "skipped: " + e.getMessage());
            throw e;
        }
    }

    private static List<Known> known(Kernels kernels, long seed, Arena arena) {
        List<Known> known = new ArrayList<>();
        RandomTensors random = new RandomTensors(seed);
        try (WorkerTeam team = new WorkerTeam(1)) {
            float[][] scratch = scratch(kernels, 1);
            for (TensorType type : TYPES) {
                WeightMatrix matrix =
                        kernels.prepare(random.plausible(type, COLUMNS, OUTPUTS), arena, team);
                for (int rows : ROWS) {
                    float[] x = random.activations(rows * COLUMNS);
                    for (Phase phase : Phase.values()) {
                        Product quiet = new Product(phase, matrix, rows, x, new float[0]);
                        float[] result = quiet.compute(kernels, team, scratch);
                        known.add(new Product(phase, matrix, rows, x, result));
                    }
                }
            }
            for (KvType type : KvType.values()) {
                MemorySegment block = block(type, random, arena);
                for (int queries : QUERIES) {
                    float[] x = random.activations(queries * HEAD_LENGTH);
                    Attention quiet = new Attention(type, block, queries, x, new float[0]);
                    float[] result = quiet.compute(kernels, team, scratch);
                    known.add(new Attention(type, block, queries, x, result));
                }
            }
        }
        return known;
    }

    private static MemorySegment block(KvType type, RandomTensors random, Arena arena) {
        long values = type.headBytes(HEAD_LENGTH);
        MemorySegment block = arena.allocate(2 * values, ByteMatrix.VECTOR_BYTES);
        for (int token = 0; token < Kernels.KV_BLOCK_TOKENS; token++) {
            float[] x = random.activations(2 * HEAD_LENGTH);
            KvCodec.storeKeys(type, block, 0, token, x, 0, HEAD_LENGTH);
            KvCodec.storeValues(type, block, values, token, x, HEAD_LENGTH, HEAD_LENGTH);
        }
        return block;
    }

    private static Done compute(
            Kernels kernels, List<Known> known, int size, long seed, AtomicBoolean isOver) {
        SplittableRandom random = new SplittableRandom(seed);
        long results = 0;
        long wrong = 0;
        float[][] scratch = scratch(kernels, size);
        try (WorkerTeam team = new WorkerTeam(size)) {
            while (results < LEAST_RESULTS || MINUTES > 0 && !isOver.get()) {
                Known each = known.get(random.nextInt(known.size()));
                float[] result = each.compute(kernels, team, scratch);
                wrong += Arrays.equals(result, each.result()) ? 0 : 1;
                results++;
            }
        }
        return new Done(results, wrong);
    }

    private static float[][] scratch(Kernels kernels, int threads) {
        return new float[threads][kernels.scratchLength()];
    }

    // Ends the soak as well, when the process has been at it for long enough.
    private static long collect(AtomicBoolean isOver) {
        long collections = 0;
        long left = TimeUnit.MINUTES.toNanos(MINUTES);
        long before = System.nanoTime();
        do {
            System.gc();
            collections++;
            LockSupport.parkNanos(BETWEEN_COLLECTIONS_NANOS);
            long now = System.nanoTime();
            left -= Math.min(now - before, LONGEST_PAUSE_NANOS);
            before = now;
            if (MINUTES > 0 && left <= 0) {
                isOver.set(true);
            }
        } while (!isOver.get());
        return collections;
    }

    // Arrays of all sizes, some of which live long enough to be moved.
    private static long waste(long seed, AtomicBoolean isOver) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[][] kept = new byte[256][];
        long bytes = 0;
        do {
            byte[] garbage = new byte[random.nextInt(1 << random.nextInt(1, 21))];
            kept[random.nextInt(kept.length)] = garbage;
            bytes += garbage.length;
        } while (!isOver.get());
        return bytes;
    }

    private static void tell(String tier, long seed, long results, long collections, long bytes) {
        if (MINUTES > 0) {
            System.out.printf(
                    "soak: %s, %d minutes, seed %d, %,d results of %d + %d x %d threads, none"
                            + " wrong; %,d collections asked for, %,d MB of garbage; JVM up for"
                            + " %,d s%n",
                    tier,
                    MINUTES,
                    seed,
                    results,
                    ALONE,
                    TEAMS,
                    TEAM_SIZE,
                    collections,
                    bytes >> 20,
                    ManagementFactory.getRuntimeMXBean().getUptime() / 1_000);
        }
    }
}

package dev.talaria.inference.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.talaria.inference.kernel.Kernels.Phase;
import dev.talaria.inference.tensor.TensorType;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.Arena;
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
/// product has the bits it had when nothing else ran.
///
/// A moment of it in the ordinary build; `./mvnw -Pcode-soak -pl inference-operator -am test` goes
/// on for half an hour of each tier this machine has, with a safepoint every millisecond.
@Timeout(value = 3, unit = TimeUnit.HOURS)
class MachineCodeSoakTest {

    private static final int MINUTES = Integer.getInteger("talaria.soak.minutes", 0);
    private static final int LEAST_PRODUCTS = 60;
    private static final int ALONE = 6;
    private static final int TEAMS = 2;
    private static final int TEAM_SIZE = 3;
    private static final int COLUMNS = 512;
    private static final int OUTPUTS = 300;
    private static final int[] ROWS = {1, 7, 16, 33};
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

    /// A product whose result is known.
    private record Known(
            Phase phase, WeightMatrix matrix, int rows, float[] activations, float[] product) {}

    /// What one thread did.
    private record Done(long products, long wrong) {}

    @ParameterizedTest
    @ValueSource(strings = {"avx2", "vnni", "amx"})
    void collectionsDoNotChangeProducts(String tier) throws Exception {
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
                work.add(() -> multiply(kernels, known, size, own, isOver));
            }
            long products = 0;
            try {
                for (Future<Done> each : threads.invokeAll(work)) {
                    Done done = each.get();
                    assertThat(done.wrong()).as("wrong products, seed %d", seed).isZero();
                    products += done.products();
                }
            } finally {
                isOver.set(true);
            }
            assertThat(collected.get()).as("collections").isPositive();
            assertThat(wasted.get()).as("bytes of garbage").isPositive();
            tell(tier, seed, products, collected.get(), wasted.get());
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
            for (TensorType type : TYPES) {
                WeightMatrix matrix =
                        kernels.prepare(random.plausible(type, COLUMNS, OUTPUTS), arena, team);
                for (int rows : ROWS) {
                    float[] x = random.activations(rows * COLUMNS);
                    for (Phase phase : Phase.values()) {
                        Known quiet = new Known(phase, matrix, rows, x, new float[0]);
                        float[] product = product(kernels, quiet, x, team, scratch(kernels, 1));
                        known.add(new Known(phase, matrix, rows, x, product));
                    }
                }
            }
        }
        return known;
    }

    private static Done multiply(
            Kernels kernels, List<Known> known, int size, long seed, AtomicBoolean isOver) {
        SplittableRandom random = new SplittableRandom(seed);
        long products = 0;
        long wrong = 0;
        float[][] scratch = scratch(kernels, size);
        try (WorkerTeam team = new WorkerTeam(size)) {
            while (products < LEAST_PRODUCTS || MINUTES > 0 && !isOver.get()) {
                Known each = known.get(random.nextInt(known.size()));
                float[] product = product(kernels, each, each.activations().clone(), team, scratch);
                wrong += Arrays.equals(product, each.product()) ? 0 : 1;
                products++;
            }
        }
        return new Done(products, wrong);
    }

    private static float[][] scratch(Kernels kernels, int threads) {
        return new float[threads][kernels.scratchLength()];
    }

    private static float[] product(
            Kernels kernels, Known known, float[] x, WorkerTeam team, float[][] scratch) {
        int rows = known.rows();
        float[] packed = new float[kernels.packedLength(rows, COLUMNS)];
        float[] out = new float[rows * OUTPUTS];
        kernels.pack(known.phase(), x, 0, rows, COLUMNS, packed);
        team.divide(
                known.matrix().panels(),
                3,
                (from, to, worker) ->
                        kernels.multiply(
                                known.phase(),
                                known.matrix(),
                                packed,
                                rows,
                                out,
                                0,
                                from,
                                to,
                                scratch[worker]));
        return out;
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

    private static void tell(String tier, long seed, long products, long collections, long bytes) {
        if (MINUTES > 0) {
            System.out.printf(
                    "soak: %s, %d minutes, seed %d, %,d products of %d + %d x %d threads, none"
                            + " wrong; %,d collections asked for, %,d MB of garbage; JVM up for"
                            + " %,d s%n",
                    tier,
                    MINUTES,
                    seed,
                    products,
                    ALONE,
                    TEAMS,
                    TEAM_SIZE,
                    collections,
                    bytes >> 20,
                    ManagementFactory.getRuntimeMXBean().getUptime() / 1_000);
        }
    }
}

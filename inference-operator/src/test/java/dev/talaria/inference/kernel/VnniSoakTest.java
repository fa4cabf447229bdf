package dev.talaria.inference.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.talaria.inference.kernel.Kernels.Phase;
import dev.talaria.inference.tensor.TensorType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/// Many threads in machine code over arrays of the heap, while other threads make garbage and ask
/// for collections: arrays move between calls and never during one, so every product is the same.
///
/// `-Dtalaria.soak.products=2000000` for half an hour of it.
@Timeout(3_600)
class VnniSoakTest {

    private static final int PRODUCTS = Integer.getInteger("talaria.soak.products", 2_000);
    private static final int THREADS = 8;
    private static final int ROWS = 7;
    private static final int COLUMNS = 512;
    private static final int OUTPUTS = 300;

    @Test
    void collectionsDoNotChangeProducts() throws Exception {
        NativePlatform platform = NativePlatform.ofThisMachine();
        assumeTrue(
                platform.features().missing(VnniKernels.FEATURES).isEmpty(),
                "this processor has no AVX-512 with VNNI");
        Kernels kernels = platform.vnni();
        long seed = System.nanoTime();
        AtomicBoolean isOver = new AtomicBoolean();
        try (Arena arena = Arena.ofShared();
                WorkerTeam team = new WorkerTeam(1);
                ExecutorService threads = Executors.newFixedThreadPool(THREADS + 2)) {
            WeightMatrix matrix =
                    kernels.prepare(
                            new RandomTensors(seed).plausible(TensorType.Q4_0, COLUMNS, OUTPUTS),
                            arena,
                            team);
            float[] x = new RandomTensors(seed + 1).activations(ROWS * COLUMNS);
            float[] expected = product(kernels, matrix, x);
            Future<Long> collected = threads.submit(() -> collect(isOver));
            Future<Long> wasted = threads.submit(() -> waste(isOver));
            List<Callable<Integer>> products = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                products.add(() -> wrong(kernels, matrix, x, expected));
            }
            try {
                for (Future<Integer> wrong : threads.invokeAll(products)) {
                    assertThat(wrong.get()).as("wrong products, seed %d", seed).isZero();
                }
            } finally {
                isOver.set(true);
            }
            assertThat(collected.get()).as("collections").isPositive();
            assertThat(wasted.get()).as("bytes of garbage").isPositive();
        }
    }

    private static int wrong(Kernels kernels, WeightMatrix matrix, float[] x, float[] expected) {
        int wrong = 0;
        for (int i = 0; i < PRODUCTS / THREADS; i++) {
            wrong += Arrays.equals(product(kernels, matrix, x.clone()), expected) ? 0 : 1;
        }
        return wrong;
    }

    private static float[] product(Kernels kernels, WeightMatrix matrix, float[] x) {
        float[] packed = new float[kernels.packedLength(ROWS, COLUMNS)];
        float[] out = new float[ROWS * OUTPUTS];
        float[] scratch = new float[kernels.scratchLength()];
        kernels.pack(Phase.DECODE, x, 0, ROWS, COLUMNS, packed);
        int panels = matrix.panels();
        kernels.multiply(Phase.DECODE, matrix, packed, ROWS, out, 0, 0, panels, scratch);
        return out;
    }

    private static long collect(AtomicBoolean isOver) {
        long collections = 0;
        do {
            System.gc();
            collections++;
        } while (!isOver.get());
        return collections;
    }

    private static long waste(AtomicBoolean isOver) {
        long bytes = 0;
        List<byte[]> kept = new ArrayList<>();
        do {
            byte[] garbage = new byte[1 << 16];
            bytes += garbage.length;
            kept.add(garbage);
            if (kept.size() > 64) {
                kept.clear();
            }
        } while (!isOver.get());
        return bytes;
    }
}

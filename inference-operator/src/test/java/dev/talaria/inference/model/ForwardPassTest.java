package dev.talaria.inference.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.talaria.inference.kernel.Kernels;
import dev.talaria.inference.synthetic.ModelShape;
import dev.talaria.inference.synthetic.SyntheticModel;
import dev.talaria.inference.tensor.TensorType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// A sequence's logits are its own: the same bits however its tokens are cut into passes and
/// whoever shares them.
class ForwardPassTest {

    private static final ModelShape SHAPE =
            new ModelShape("small", 2, 256, 256, 4, 2, 512, 512, 10_000f, 1e-5f);
    private static final int TOKENS = 150;

    @TempDir private Path folder;

    @ParameterizedTest
    @EnumSource(TensorType.class)
    void aPromptInChunksGivesTheBitsOfThePromptAsAWhole(TensorType type) throws IOException {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        try (TestModel model = model(type)) {
            int[] tokens = tokens(random, TOKENS);
            float[][] whole = model.logits(tokens, List.of(TOKENS));
            for (int repeat = 0; repeat < 4; repeat++) {
                List<Integer> chunks = chunks(random, TOKENS);
                TestModel.assertSame(
                        List.of(model.logits(tokens, chunks)),
                        List.of(whole),
                        "%s, seed %d, %s".formatted(type, seed, chunks));
            }
            TestModel.assertSame(
                    List.of(model.logits(tokens, ones())),
                    List.of(whole),
                    "%s, seed %d, token by token".formatted(type, seed));
        }
    }

    private static List<Integer> ones() {
        Integer[] ones = new Integer[TOKENS];
        Arrays.fill(ones, 1);
        return List.of(ones);
    }

    private static List<Integer> chunks(SplittableRandom random, int tokens) {
        List<Integer> chunks = new ArrayList<>();
        for (int left = tokens; left > 0; left -= chunks.getLast()) {
            chunks.add(random.nextInt(1, Math.min(left, 60) + 1));
        }
        return chunks;
    }

    @ParameterizedTest
    @EnumSource(TensorType.class)
    void sequencesInOneBatchGetTheBitsOfEachAlone(TensorType type) throws IOException {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        try (TestModel model = model(type)) {
            List<int[]> sequences = new ArrayList<>();
            List<float[][]> alone = new ArrayList<>();
            for (int i = 0; i < 7; i++) {
                int[] tokens = tokens(random, random.nextInt(1, 90));
                sequences.add(tokens);
                alone.add(model.logits(tokens, List.of(tokens.length)));
            }
            TestModel.assertSame(
                    together(model, sequences, random),
                    alone.stream().flatMap(Arrays::stream).toList(),
                    "%s, seed %d".formatted(type, seed));
        }
    }

    /// Runs all sequences at once, each continued by a random number of tokens in every pass.
    private static List<float[]> together(
            TestModel model, List<int[]> sequences, SplittableRandom random) {
        KvCache cache = new KvCache(model.model().shape(), 1 << 24);
        List<KvCache.Reservation> reservations = new ArrayList<>();
        sequences.forEach(tokens -> reservations.add(cache.reserve(tokens.length)));
        float[][][] logits = new float[sequences.size()][][];
        Arrays.setAll(logits, i -> new float[sequences.get(i).length][]);
        int[] done = new int[sequences.size()];
        int left;
        do {
            left = pass(model, sequences, reservations, logits, done, random);
        } while (left > 0);
        reservations.forEach(KvCache.Reservation::close);
        assertThat(cache.reservedBlocks()).isZero();
        return Arrays.stream(logits).flatMap(Arrays::stream).toList();
    }

    private static int pass(
            TestModel model,
            List<int[]> sequences,
            List<KvCache.Reservation> reservations,
            float[][][] logits,
            int[] done,
            SplittableRandom random) {
        Batch batch = new Batch();
        List<int[]> places = new ArrayList<>();
        for (int i = 0; i < done.length; i++) {
            int[] tokens = sequences.get(i);
            int end = Math.min(tokens.length, done[i] + random.nextInt(30));
            for (; done[i] < end; done[i]++) {
                int index = batch.addPrompt(tokens[done[i]], done[i], reservations.get(i), true);
                assertThat(index).isEqualTo(places.size());
                places.add(new int[] {i, done[i]});
            }
        }
        float[][] rows = model.forward(batch);
        for (int row = 0; row < rows.length; row++) {
            logits[places.get(row)[0]][places.get(row)[1]] = rows[row];
        }
        int left = 0;
        for (int i = 0; i < done.length; i++) {
            left += sequences.get(i).length - done[i];
        }
        return left;
    }

    @Test
    void whatAnEarlierSequenceLeftInTheCacheDoesNotMatter() throws IOException {
        try (TestModel model = model(TensorType.Q8_0)) {
            KvCache cache = new KvCache(model.model().shape(), 1 << 24);
            int[] tokens = tokens(new SplittableRandom(1), 70);
            float[][] fresh = model.logits(tokens, List.of(70));
            try (KvCache.Reservation soiled = cache.reserve(96)) {
                for (int position = 0; position < 96; position += Kernels.KV_BLOCK_TOKENS) {
                    soiled.memory(position).fill((byte) 0xFF);
                }
            }
            try (KvCache.Reservation sequence = cache.reserve(70)) {
                Batch batch = new Batch();
                for (int i = 0; i < 70; i++) {
                    batch.addPrompt(tokens[i], i, sequence, true);
                }
                assertThat(model.forward(batch)).isDeepEqualTo(fresh);
            }
        }
    }

    @Test
    void onlyTheRowsThatWantLogitsGetThem() throws IOException {
        try (TestModel model = model(TensorType.Q4_0)) {
            int[] tokens = tokens(new SplittableRandom(2), 9);
            float[][] all = model.logits(tokens, List.of(9));
            KvCache cache = new KvCache(model.model().shape(), 1 << 24);
            try (KvCache.Reservation sequence = cache.reserve(9)) {
                Batch batch = new Batch();
                for (int i = 0; i < 9; i++) {
                    int index = batch.addPrompt(tokens[i], i, sequence, i == 3 || i == 8);
                    assertThat(index).isEqualTo(i == 3 ? 0 : i == 8 ? 1 : -1);
                }
                assertThat(model.forward(batch)).isDeepEqualTo(new float[][] {all[3], all[8]});
            }
        }
    }

    @Test
    void vectorAndScalarKernelsAgree() throws IOException {
        Path file = file(TensorType.Q4_K);
        int[] tokens = tokens(new SplittableRandom(3), 40);
        try (TestModel vector = TestModel.load(file, "vector", 512);
                TestModel scalar = TestModel.load(file, "scalar", 512)) {
            float[][] fast = vector.logits(tokens, List.of(40));
            float[][] plain = scalar.logits(tokens, List.of(40));
            for (int i = 0; i < 40; i++) {
                for (int token = 0; token < SHAPE.vocabulary(); token++) {
                    assertThat(fast[i][token]).isCloseTo(plain[i][token], within(2e-5f));
                }
            }
        }
    }

    private TestModel model(TensorType type) throws IOException {
        return TestModel.load(file(type), kernels(), 512);
    }

    String kernels() {
        return TestModel.KERNELS;
    }

    private Path file(TensorType type) throws IOException {
        Path file = folder.resolve("model.gguf");
        SyntheticModel.write(file, SHAPE, type, 7, (bytes, total) -> {});
        return file;
    }

    private static int[] tokens(SplittableRandom random, int count) {
        return random.ints(count, 0, SHAPE.vocabulary()).toArray();
    }
}

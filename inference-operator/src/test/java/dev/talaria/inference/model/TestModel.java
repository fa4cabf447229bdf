package dev.talaria.inference.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.talaria.inference.kernel.KernelProvider;
import dev.talaria.inference.kernel.Kernels;
import dev.talaria.inference.kernel.KvType;
import dev.talaria.inference.kernel.WorkerTeam;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// A model loaded for tests, with a team of two threads and memory of its own.
public final class TestModel implements AutoCloseable {

    /// What models are loaded with where a test does not say: `-Dtalaria.test.kernels` chooses
    /// others.
    static final String KERNELS = System.getProperty("talaria.test.kernels", "vector");

    private final Arena arena = Arena.ofShared();
    private final WorkerTeam team = new WorkerTeam(2);
    private final MistralModel model;

    private TestModel(Path path, Kernels kernels, int contextTokens, LoadOptions options)
            throws IOException {
        try (WeightSource source = WeightSource.open(path)) {
            model = ModelLoader.load(source, kernels, team, arena, contextTokens, options);
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /// Loads with the vector kernels, or those that `-Dtalaria.test.kernels` names.
    public static TestModel load(Path path, int contextTokens) throws IOException {
        return load(path, KERNELS, contextTokens);
    }

    /// Loads with kernels of the test's own.
    public static TestModel load(Path path, Kernels kernels, int contextTokens) throws IOException {
        return new TestModel(path, kernels, contextTokens, LoadOptions.DEFAULT);
    }

    /// Loads with the kernels of that name.
    public static TestModel load(Path path, String kernels, int contextTokens) throws IOException {
        return load(path, kernels, contextTokens, LoadOptions.DEFAULT);
    }

    /// Loads with the kernels of that name, in that way.
    static TestModel load(Path path, String kernels, int contextTokens, LoadOptions options)
            throws IOException {
        return new TestModel(path, KernelProvider.choose(kernels), contextTokens, options);
    }

    /// The model itself.
    public MistralModel model() {
        return model;
    }

    /// Logits of every position of one sequence, computed alone and in chunks of these lengths.
    float[][] logits(int[] tokens, List<Integer> chunks) {
        return logits(tokens, chunks, KvType.F32);
    }

    /// As above, with keys and values stored so.
    float[][] logits(int[] tokens, List<Integer> chunks, KvType type) {
        float[][] logits = new float[tokens.length][];
        try (KvCache cache = KvCache.ofTokens(model.shape(), type, tokens.length);
                KvCache.Reservation sequence = cache.reserve(tokens.length)) {
            int position = 0;
            for (int chunk : chunks) {
                Batch batch = new Batch();
                for (int i = position; i < position + chunk; i++) {
                    batch.addPrompt(tokens[i], i, sequence, true);
                }
                float[][] rows = forward(batch);
                System.arraycopy(rows, 0, logits, position, chunk);
                position += chunk;
            }
        }
        return logits;
    }

    /// The logits of a batch, row by row.
    float[][] forward(Batch batch) {
        int width = model.shape().vocabulary();
        float[] flat = new float[batch.logitCount() * width];
        model.forward(batch, flat);
        float[][] rows = new float[batch.logitCount()][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = Arrays.copyOfRange(flat, i * width, (i + 1) * width);
        }
        return rows;
    }

    /// Two lists of logits are the same, bit for bit.
    static void assertSame(List<float[]> actual, List<float[]> expected, String place) {
        assertThat(actual).as(place).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            int at = Arrays.mismatch(actual.get(i), expected.get(i));
            if (at >= 0) {
                fail(
                        "%s: row %d, token %d: %s instead of %s",
                        place, i, at, actual.get(i)[at], expected.get(i)[at]);
            }
        }
    }

    @Override
    public void close() {
        team.close();
        arena.close();
    }
}

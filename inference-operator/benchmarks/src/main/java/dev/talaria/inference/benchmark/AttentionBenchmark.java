package dev.talaria.inference.benchmark;

import static dev.talaria.inference.kernel.Kernels.KV_BLOCK_TOKENS;

import dev.talaria.inference.kernel.KernelProvider;
import dev.talaria.inference.kernel.Kernels;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import java.util.Arrays;

/// The attention of one query head over the tokens before it, by its three parts and as a whole.
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class AttentionBenchmark {

    private static final int HEAD_WIDTH = 128;
    private static final float SCALE = 0.088388346f;

    /// Tokens that are looked back on, a multiple of a cache block.
    @Param({"64", "512", "4096"})
    private int tokens;

    /// Which kernels.
    @Param("auto")
    private String kernels;

    private Kernels arithmetic;
    private float[] query;
    private float[][] blocks;
    private float[] scores;
    private float[] out;

    /// For JMH.
    public AttentionBenchmark() {}

    AttentionBenchmark(int tokens, String kernels) {
        this.tokens = tokens;
        this.kernels = kernels;
    }

    /// Makes keys, values and a query. A block has the keys first, then the values.
    @Setup(Level.Trial)
    public void prepare() {
        arithmetic = KernelProvider.choose(kernels);
        query = RandomFloats.of(HEAD_WIDTH);
        blocks = new float[tokens / KV_BLOCK_TOKENS][];
        Arrays.setAll(blocks, _ -> RandomFloats.of(2 * HEAD_WIDTH * KV_BLOCK_TOKENS));
        scores = RandomFloats.of(tokens);
        out = new float[HEAD_WIDTH];
    }

    /// Query by keys.
    @Benchmark
    public float[] scores(Work.Product work) {
        score();
        count(work, 1);
        return scores;
    }

    /// Scores to probabilities.
    @Benchmark
    public float[] softmax(Work.Elements work) {
        arithmetic.softmax(scores, 0, tokens);
        work.gigaElements += 1e-9 * tokens;
        return scores;
    }

    /// Probabilities by values.
    @Benchmark
    public float[] weighValues(Work.Product work) {
        weigh();
        count(work, 1);
        return out;
    }

    /// All three.
    @Benchmark
    public float[] attend(Work.Product work) {
        score();
        arithmetic.softmax(scores, 0, tokens);
        weigh();
        count(work, 2);
        return out;
    }

    private void score() {
        for (int i = 0; i < blocks.length; i++) {
            arithmetic.scores(
                    query, 0, blocks[i], 0, HEAD_WIDTH, SCALE, scores, i * KV_BLOCK_TOKENS);
        }
    }

    private void weigh() {
        Arrays.fill(out, 0f);
        for (int i = 0; i < blocks.length; i++) {
            arithmetic.weighValues(
                    scores,
                    i * KV_BLOCK_TOKENS,
                    KV_BLOCK_TOKENS,
                    blocks[i],
                    HEAD_WIDTH * KV_BLOCK_TOKENS,
                    HEAD_WIDTH,
                    out,
                    0);
        }
    }

    private void count(Work.Product work, int products) {
        double elements = (double) products * tokens * HEAD_WIDTH;
        work.gigaMultiplyAdds += 1e-9 * elements;
        work.gigaBytes += 1e-9 * elements * Float.BYTES;
    }
}

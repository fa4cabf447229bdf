package dev.talaria.inference.benchmark;

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

/// What is done to activations between two products, in the widths of a 7B model.
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ActivationBenchmark {

    private static final int WIDTH = 4096;
    private static final int FEED_FORWARD_WIDTH = 14_336;
    private static final float EPSILON = 1e-5f;

    /// Rows of activations.
    @Param({"1", "16", "128"})
    private int rows;

    /// Which kernels.
    @Param("auto")
    private String kernels;

    private Kernels arithmetic;
    private float[] x;
    private float[] y;
    private float[] weight;
    private float[] gate;
    private float[] up;
    private float[] packed;

    /// For JMH.
    public ActivationBenchmark() {}

    ActivationBenchmark(int rows, String kernels) {
        this.rows = rows;
        this.kernels = kernels;
    }

    /// Makes activations.
    @Setup(Level.Trial)
    public void prepare() {
        arithmetic = KernelProvider.choose(kernels);
        x = RandomFloats.of(rows * WIDTH);
        y = new float[rows * WIDTH];
        weight = RandomFloats.of(WIDTH);
        gate = RandomFloats.of(rows * FEED_FORWARD_WIDTH);
        up = RandomFloats.of(rows * FEED_FORWARD_WIDTH);
        packed = new float[arithmetic.packedLength(rows, WIDTH)];
    }

    /// Norms every row.
    @Benchmark
    public float[] rmsNorm(Work.Elements work) {
        for (int row = 0; row < rows; row++) {
            int at = row * WIDTH;
            arithmetic.rmsNorm(x, at, weight, EPSILON, y, at, WIDTH);
        }
        work.gigaElements += 1e-9 * x.length;
        return y;
    }

    /// Adds every row to another.
    @Benchmark
    public float[] add(Work.Elements work) {
        arithmetic.add(y, 0, x, 0, x.length);
        work.gigaElements += 1e-9 * x.length;
        return y;
    }

    /// The gated activation. Its result, ever smaller, is its next input: the time does not depend
    /// on it.
    @Benchmark
    public float[] swiGlu(Work.Elements work) {
        for (int row = 0; row < rows; row++) {
            int at = row * FEED_FORWARD_WIDTH;
            arithmetic.swiGlu(gate, at, up, at, FEED_FORWARD_WIDTH);
        }
        work.gigaElements += 1e-9 * gate.length;
        return gate;
    }

    /// Into the order of a product.
    @Benchmark
    public float[] pack(Work.Elements work) {
        arithmetic.pack(Kernels.Phase.PREFILL, x, 0, rows, WIDTH, packed);
        work.gigaElements += 1e-9 * x.length;
        return packed;
    }
}

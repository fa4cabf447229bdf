package dev.talaria.inference.benchmark;

import dev.talaria.inference.kernel.KernelProvider;
import dev.talaria.inference.kernel.Kernels;
import dev.talaria.inference.kernel.Kernels.Phase;
import dev.talaria.inference.kernel.WeightMatrix;
import dev.talaria.inference.kernel.WorkerTeam;
import dev.talaria.inference.tensor.Tensor;
import dev.talaria.inference.tensor.TensorType;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.Arrays;

/// Products of activations with the matrices of a 7B model: `Kernels.multiply`, what nearly all of
/// a forward pass is.
///
/// As in a model, weights come from memory: there are enough copies of the matrix to fill 256 MiB,
/// and every call takes the next one.
///
/// Rows beyond `Kernels.MAX_ROWS` are multiplied in several calls, as a prompt is. Packing the
/// activations is not included: see [ActivationBenchmark].
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class MultiplyBenchmark {

    private static final long COPIES_BYTES = 256L << 20;

    /// How the weights are stored; every type there is.
    @Param private TensorType type;

    /// Which matrix.
    @Param private MatrixShape matrix;

    /// Rows of activations.
    @Param({"1", "4", "16", "64", "512"})
    private int rows;

    /// What the rows are computed for.
    @Param({"PREFILL", "DECODE"})
    private Phase phase;

    /// Which kernels.
    @Param("auto")
    private String kernels;

    private Kernels arithmetic;
    private Arena arena;
    private WeightMatrix[] copies;
    private float[][] packed;
    private int[] packedRows;
    private float[] out;
    private float[] scratch;
    private int next;

    /// For JMH.
    public MultiplyBenchmark() {}

    MultiplyBenchmark(TensorType type, MatrixShape matrix, int rows, Phase phase, String kernels) {
        this.type = type;
        this.matrix = matrix;
        this.rows = rows;
        this.phase = phase;
        this.kernels = kernels;
    }

    /// Makes weights and activations.
    @Setup(Level.Trial)
    public void prepare() throws IOException {
        arithmetic = KernelProvider.choose(kernels);
        arena = Arena.ofShared();
        try (SyntheticLayer layer = new SyntheticLayer(type);
                WorkerTeam team = new WorkerTeam(Runtime.getRuntime().availableProcessors())) {
            Tensor tensor = layer.tensor(matrix);
            long copy = tensor.data().byteSize();
            copies = new WeightMatrix[Math.toIntExact(Math.ceilDiv(COPIES_BYTES, copy))];
            Arrays.setAll(copies, _ -> arithmetic.prepare(tensor, arena, team));
        }
        pack(copies[0].columns());
        out = new float[Math.min(rows, Kernels.MAX_ROWS) * copies[0].rows()];
        scratch = new float[arithmetic.scratchLength()];
    }

    private void pack(int columns) {
        int chunks = Math.ceilDiv(rows, Kernels.MAX_ROWS);
        packed = new float[chunks][];
        packedRows = new int[chunks];
        for (int chunk = 0; chunk < chunks; chunk++) {
            int count = Math.min(Kernels.MAX_ROWS, rows - chunk * Kernels.MAX_ROWS);
            packedRows[chunk] = count;
            packed[chunk] = new float[arithmetic.packedLength(count, columns)];
            arithmetic.pack(
                    phase, RandomFloats.of(count * columns), 0, count, columns, packed[chunk]);
        }
    }

    /// Gives the weights' memory back.
    @TearDown(Level.Trial)
    public void close() {
        arena.close();
    }

    /// One product.
    @Benchmark
    public float[] multiply(Work.Product work) {
        next = next + 1 == copies.length ? 0 : next + 1;
        WeightMatrix weights = copies[next];
        for (int chunk = 0; chunk < packed.length; chunk++) {
            arithmetic.multiply(
                    phase,
                    weights,
                    packed[chunk],
                    packedRows[chunk],
                    out,
                    0,
                    0,
                    weights.panels(),
                    scratch);
        }
        work.gigaMultiplyAdds += 1e-9 * rows * weights.rows() * weights.columns();
        work.gigaBytes += 1e-9 * packed.length * weights.bytes();
        return out;
    }
}

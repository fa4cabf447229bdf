package dev.talaria.inference.benchmark;

import dev.talaria.inference.kernel.KernelProvider;
import dev.talaria.inference.kernel.Kernels;
import dev.talaria.inference.kernel.Kernels.Phase;
import dev.talaria.inference.kernel.RowDecoder;
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

/// What happens to weights besides being multiplied: repacking when a model is loaded, and decoding
/// to floats, by each storage type. Bytes are the file's.
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class WeightBenchmark {

    // The fewest rows for which every kernel decodes to panels first, and the least arithmetic
    // there can be beside it.
    private static final int FEWEST_ROWS = 2;

    /// How the weights are stored; every type there is.
    @Param private TensorType type;

    /// Which kernels.
    @Param("auto")
    private String kernels;

    private Kernels arithmetic;
    private SyntheticLayer layer;
    private Tensor tensor;
    private WorkerTeam team;
    private Arena arena;
    private WeightMatrix weights;
    private float[] packed;
    private float[] out;
    private float[] scratch;
    private float[] row;

    /// For JMH.
    public WeightBenchmark() {}

    WeightBenchmark(TensorType type, String kernels) {
        this.type = type;
        this.kernels = kernels;
    }

    /// Makes the weights.
    @Setup(Level.Trial)
    public void prepare() throws IOException {
        arithmetic = KernelProvider.choose(kernels);
        layer = new SyntheticLayer(type);
        tensor = layer.tensor(MatrixShape.QUERY);
        team = new WorkerTeam(1);
        arena = Arena.ofShared();
        weights = arithmetic.prepare(tensor, arena, team);
        int columns = tensor.columns();
        packed = new float[arithmetic.packedLength(FEWEST_ROWS, columns)];
        arithmetic.pack(
                Phase.PREFILL,
                RandomFloats.of(FEWEST_ROWS * columns),
                0,
                FEWEST_ROWS,
                columns,
                packed);
        out = new float[FEWEST_ROWS * tensor.rows()];
        scratch = new float[arithmetic.scratchLength()];
        row = new float[columns];
    }

    /// Gives everything back.
    @TearDown(Level.Trial)
    public void close() throws IOException {
        arena.close();
        team.close();
        layer.close();
    }

    /// Into the kernels' order, memory allocated and returned.
    @Benchmark
    public long repack(Work.Bytes work) {
        try (Arena own = Arena.ofShared()) {
            work.gigaBytes += 1e-9 * tensor.data().byteSize();
            return arithmetic.prepare(tensor, own, team).bytes();
        }
    }

    /// To panels of floats: a product with two rows, which is hardly more than that.
    @Benchmark
    public float[] decodePanels(Work.Bytes work) {
        int panels = weights.panels();
        arithmetic.multiply(
                Phase.PREFILL, weights, packed, FEWEST_ROWS, out, 0, 0, panels, scratch);
        work.gigaBytes += 1e-9 * tensor.data().byteSize();
        return out;
    }

    /// Row by row, as embeddings are looked up.
    @Benchmark
    public float[] decodeRows(Work.Bytes work) {
        for (int i = 0; i < tensor.rows(); i++) {
            RowDecoder.decode(tensor, i, row, 0);
        }
        work.gigaBytes += 1e-9 * tensor.data().byteSize();
        return row;
    }
}

package dev.talaria.inference.benchmark;

import static dev.talaria.inference.kernel.Kernels.KV_BLOCK_TOKENS;

import dev.talaria.inference.kernel.AttentionTile;
import dev.talaria.inference.kernel.KernelProvider;
import dev.talaria.inference.kernel.Kernels;
import dev.talaria.inference.kernel.KvType;

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

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The attention of the query heads that share one key-value head over the tokens before them, from
/// keys and values as the cache stores them.
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

    /// Queries that attend together: four heads of one row, or of eight.
    @Param({"4", "32"})
    private int queries;

    /// How keys and values are stored.
    @Param({"F32", "F16", "INT8"})
    private KvType storage;

    /// Which kernels.
    @Param("auto")
    private String kernels;

    private Kernels arithmetic;
    private Arena arena;
    private MemorySegment memory;
    private AttentionTile tile;
    private float[] query;
    private float[] out;

    /// For JMH.
    public AttentionBenchmark() {}

    AttentionBenchmark(int tokens, int queries, KvType storage, String kernels) {
        this.tokens = tokens;
        this.queries = queries;
        this.storage = storage;
        this.kernels = kernels;
    }

    /// Makes keys, values and queries. All numbers are zero, which costs what others cost.
    @Setup(Level.Trial)
    public void prepare() {
        arithmetic = KernelProvider.choose(kernels);
        arena = Arena.ofConfined();
        memory = arena.allocate(2 * storage.headBytes(HEAD_WIDTH) * (tokens / KV_BLOCK_TOKENS), 64);
        tile = new AttentionTile(queries, HEAD_WIDTH);
        query = RandomFloats.of(HEAD_WIDTH);
        out = new float[HEAD_WIDTH];
    }

    /// Gives the memory back.
    @TearDown(Level.Trial)
    public void close() {
        arena.close();
    }

    /// All queries over all tokens.
    @Benchmark
    public float[] attend(Work.Product work) {
        tile.clear();
        for (int i = 0; i < queries; i++) {
            tile.add(query, 0, SCALE, 0, tokens);
        }
        long bytes = storage.headBytes(HEAD_WIDTH);
        for (int from = 0; from < tokens; from += KV_BLOCK_TOKENS) {
            long keys = 2 * bytes * (from / KV_BLOCK_TOKENS);
            arithmetic.loadKeys(storage, memory, keys, HEAD_WIDTH, tile.keys());
            arithmetic.loadValues(
                    storage, memory, keys + bytes, KV_BLOCK_TOKENS, HEAD_WIDTH, tile.values());
            arithmetic.attend(tile, from);
        }
        for (int i = 0; i < queries; i++) {
            tile.finish(i, out, 0);
        }
        work.gigaMultiplyAdds += 2e-9 * queries * tokens * HEAD_WIDTH;
        work.gigaBytes += 1e-9 * memory.byteSize();
        return out;
    }
}

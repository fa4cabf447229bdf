package dev.talaria.inference.model;

import dev.talaria.inference.gguf.GgufFile;
import dev.talaria.inference.gguf.MalformedModelException;
import dev.talaria.inference.gguf.UnsupportedModelException;
import dev.talaria.inference.kernel.Kernels;
import dev.talaria.inference.kernel.RowDecoder;
import dev.talaria.inference.kernel.WeightMatrix;
import dev.talaria.inference.kernel.WeightMemory;
import dev.talaria.inference.kernel.WorkerTeam;
import dev.talaria.inference.repack.RepackCache;
import dev.talaria.inference.tensor.Tensor;
import dev.talaria.inference.tensor.TensorShape;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// From stored weights to a model: every tensor checked against the shape and brought into the
/// kernels' order.
public final class ModelLoader {

    // Angles of a million positions of the usual heads; 512 MiB each of sines and cosines.
    private static final long MOST_ANGLES = 1L << 27;

    private final WeightSource source;
    private final ModelConfiguration shape;
    private final Kernels kernels;
    private final WorkerTeam team;
    private final WeightMemory memory;
    private final LoadOptions options;
    private final WeightPlan plan;
    private final long ofBytes;
    private long bytes;

    private ModelLoader(
            WeightSource source,
            Kernels kernels,
            WorkerTeam team,
            Arena arena,
            LoadOptions options) {
        this.source = source;
        this.shape = source.shape();
        this.kernels = kernels;
        this.team = team;
        this.options = options;
        this.plan = WeightPlan.of(source);
        this.ofBytes = plan.bytes(kernels);
        this.memory = WeightMemory.of(ofBytes, plan.matrices().size() + 1, arena);
    }

    /// The memory that the weights will take. Reads and takes none.
    ///
    /// @throws MalformedModelException where configuration and tensors contradict each other
    /// @throws UnsupportedModelException for another architecture or storage type
    public static long bytes(WeightSource source, Kernels kernels) {
        return WeightPlan.of(source).bytes(kernels);
    }

    /// Loads the weights. The source may be closed afterwards.
    ///
    /// @param contextTokens the longest sequence there will be
    /// @param arena where the weights live, as long as the model is used
    /// @throws MalformedModelException where configuration and tensors contradict each other
    /// @throws UnsupportedModelException for another architecture or storage type
    public static MistralModel load(
            WeightSource source,
            Kernels kernels,
            WorkerTeam team,
            Arena arena,
            int contextTokens,
            LoadOptions options) {
        ModelLoader loader = new ModelLoader(source, kernels, team, arena, options);
        loader.requireTable(contextTokens);
        return new MistralModel(loader.shape, loader.weights(), kernels, team, contextTokens);
    }

    /// Loads the weights of a GGUF file, which stays open.
    ///
    /// @throws MalformedModelException where metadata and tensors contradict each other
    /// @throws UnsupportedModelException for another architecture or storage type
    public static MistralModel load(
            GgufFile file, Kernels kernels, WorkerTeam team, Arena arena, int contextTokens) {
        return load(new GgufSource(file), kernels, team, arena, contextTokens, LoadOptions.DEFAULT);
    }

    private void requireTable(int contextTokens) {
        if ((long) contextTokens * shape.rotaryWidth() / 2 > MOST_ANGLES) {
            throw new UnsupportedModelException(
                    "%s: a context of %d tokens takes a table of more than %d angles; set inference.context.tokens to what you need"
                            .formatted(source.path(), contextTokens, MOST_ANGLES));
        }
    }

    private ModelWeights weights() {
        Tensor embedding = embedding();
        Map<String, WeightMatrix> matrices = matrices();
        List<ModelWeights.Layer> layers = new ArrayList<>();
        for (int layer = 0; layer < shape.layers(); layer++) {
            layers.add(layer("blk." + layer + ".", matrices));
        }
        return new ModelWeights(
                embedding,
                layers,
                vector(WeightPlan.OUTPUT_NORM),
                matrices.get(plan.output().name()));
    }

    private ModelWeights.Layer layer(String prefix, Map<String, WeightMatrix> matrices) {
        return new ModelWeights.Layer(
                vector(prefix + "attn_norm.weight"),
                matrices.get(prefix + "attn_q.weight"),
                matrices.get(prefix + "attn_k.weight"),
                matrices.get(prefix + "attn_v.weight"),
                matrices.get(prefix + "attn_output.weight"),
                vector(prefix + "ffn_norm.weight"),
                matrices.get(prefix + "ffn_gate.weight"),
                matrices.get(prefix + "ffn_up.weight"),
                matrices.get(prefix + "ffn_down.weight"));
    }

    private Map<String, WeightMatrix> matrices() {
        Optional<RepackCache> cache = options.repackCache().flatMap(this::cache);
        long before = bytes;
        long used = memory.used();
        Optional<Map<String, WeightMatrix>> kept =
                cache.flatMap(it -> it.restore(memory, team, this::advance));
        if (kept.isPresent()) {
            return kept.get();
        }
        bytes = before;
        memory.takeBack(used);
        Map<String, WeightMatrix> repacked = repack();
        cache.ifPresent(it -> it.keep(repacked, team));
        return repacked;
    }

    private Optional<RepackCache> cache(Path folder) {
        return RepackCache.of(
                folder, source.path(), source.files(), plan.matrices(), kernels, team);
    }

    private Map<String, WeightMatrix> repack() {
        Map<String, WeightMatrix> matrices = new HashMap<>();
        for (TensorShape matrix : plan.matrices()) {
            try (Arena scratch = Arena.ofShared()) {
                Tensor tensor = tensor(matrix.name(), scratch);
                matrices.put(matrix.name(), kernels.prepare(tensor, memory, team));
            }
            advance(kernels.preparedBytes(matrix));
        }
        return matrices;
    }

    private void advance(long more) {
        bytes += more;
        options.progress().loaded(bytes, ofBytes);
    }

    private float[] vector(String name) {
        try (Arena scratch = Arena.ofShared()) {
            Tensor tensor = tensor(name, scratch);
            float[] values = new float[tensor.columns()];
            RowDecoder.decode(tensor, 0, values, 0);
            return values;
        }
    }

    /// The embedding as it is stored, copied to where it outlives the source.
    private Tensor embedding() {
        try (Arena scratch = Arena.ofShared()) {
            Tensor tensor = tensor(WeightPlan.EMBEDDING, scratch);
            MemorySegment copy = memory.allocate(tensor.data().byteSize(), 64);
            copy.copyFrom(tensor.data());
            advance(copy.byteSize());
            return new Tensor(tensor.name(), tensor.type(), tensor.columns(), tensor.rows(), copy);
        }
    }

    // The plan has found it there, and of the right shape.
    private Tensor tensor(String name, Arena scratch) {
        return source.tensor(name, scratch).orElseThrow();
    }
}

package dev.talaria.inference.model;

import dev.talaria.inference.gguf.GgufFile;
import dev.talaria.inference.gguf.MalformedModelException;
import dev.talaria.inference.gguf.UnsupportedModelException;
import dev.talaria.inference.kernel.Kernels;
import dev.talaria.inference.kernel.RowDecoder;
import dev.talaria.inference.kernel.WeightMatrix;
import dev.talaria.inference.kernel.WorkerTeam;
import dev.talaria.inference.tensor.Tensor;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
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
    private final Arena arena;

    private ModelLoader(WeightSource source, Kernels kernels, WorkerTeam team, Arena arena) {
        this.source = source;
        this.shape = source.shape();
        this.kernels = kernels;
        this.team = team;
        this.arena = arena;
    }

    /// Loads the weights. The source may be closed afterwards.
    ///
    /// @param contextTokens the longest sequence there will be
    /// @param arena where the weights live, as long as the model is used
    /// @throws MalformedModelException where configuration and tensors contradict each other
    /// @throws UnsupportedModelException for another architecture or storage type
    public static MistralModel load(
            WeightSource source, Kernels kernels, WorkerTeam team, Arena arena, int contextTokens) {
        ModelLoader loader = new ModelLoader(source, kernels, team, arena);
        loader.requireTable(contextTokens);
        return new MistralModel(loader.shape, loader.weights(), kernels, team, contextTokens);
    }

    /// Loads the weights of a GGUF file, which stays open.
    ///
    /// @throws MalformedModelException where metadata and tensors contradict each other
    /// @throws UnsupportedModelException for another architecture or storage type
    public static MistralModel load(
            GgufFile file, Kernels kernels, WorkerTeam team, Arena arena, int contextTokens) {
        return load(new GgufSource(file), kernels, team, arena, contextTokens);
    }

    private void requireTable(int contextTokens) {
        if ((long) contextTokens * shape.rotaryWidth() / 2 > MOST_ANGLES) {
            throw new UnsupportedModelException(
                    "%s: a context of %d tokens takes a table of more than %d angles; set inference.context.tokens to what you need"
                            .formatted(source.path(), contextTokens, MOST_ANGLES));
        }
    }

    private ModelWeights weights() {
        List<ModelWeights.Layer> layers = new ArrayList<>();
        Tensor embedding = kept("token_embd.weight", shape.width(), shape.vocabulary());
        for (int layer = 0; layer < shape.layers(); layer++) {
            layers.add(layer("blk." + layer + "."));
        }
        WeightMatrix output =
                matrixIfPresent("output.weight", shape.width(), shape.vocabulary())
                        .orElseGet(() -> kernels.prepare(embedding, arena, team));
        return new ModelWeights(
                embedding, layers, vector("output_norm.weight", shape.width()), output);
    }

    private ModelWeights.Layer layer(String prefix) {
        int width = shape.width();
        int ffn = shape.feedForwardWidth();
        return new ModelWeights.Layer(
                vector(prefix + "attn_norm.weight", width),
                matrix(prefix + "attn_q.weight", width, shape.queryWidth()),
                matrix(prefix + "attn_k.weight", width, shape.kvWidth()),
                matrix(prefix + "attn_v.weight", width, shape.kvWidth()),
                matrix(prefix + "attn_output.weight", shape.queryWidth(), width),
                vector(prefix + "ffn_norm.weight", width),
                matrix(prefix + "ffn_gate.weight", width, ffn),
                matrix(prefix + "ffn_up.weight", width, ffn),
                matrix(prefix + "ffn_down.weight", ffn, width));
    }

    private WeightMatrix matrix(String name, int columns, int rows) {
        return matrixIfPresent(name, columns, rows).orElseThrow(() -> missing(name));
    }

    private Optional<WeightMatrix> matrixIfPresent(String name, int columns, int rows) {
        try (Arena scratch = Arena.ofShared()) {
            return tensor(name, columns, rows, scratch)
                    .map(tensor -> kernels.prepare(tensor, arena, team));
        }
    }

    private float[] vector(String name, int length) {
        try (Arena scratch = Arena.ofShared()) {
            float[] values = new float[length];
            Tensor tensor = tensor(name, length, 1, scratch).orElseThrow(() -> missing(name));
            RowDecoder.decode(tensor, 0, values, 0);
            return values;
        }
    }

    /// A tensor as it is stored, copied to where it outlives the source.
    private Tensor kept(String name, int columns, int rows) {
        try (Arena scratch = Arena.ofShared()) {
            Tensor tensor = tensor(name, columns, rows, scratch).orElseThrow(() -> missing(name));
            return new Tensor(
                    name,
                    tensor.type(),
                    columns,
                    rows,
                    arena.allocate(tensor.data().byteSize(), 64).copyFrom(tensor.data()));
        }
    }

    private Optional<Tensor> tensor(String name, int columns, int rows, Arena scratch) {
        Optional<Tensor> tensor = source.tensor(name, scratch);
        if (tensor.isPresent()
                && (tensor.get().columns() != columns || tensor.get().rows() != rows)) {
            throw source.failure(
                    name,
                    "is %d x %d, but the metadata make it %d x %d"
                            .formatted(tensor.get().rows(), tensor.get().columns(), rows, columns));
        }
        return tensor;
    }

    private MalformedModelException missing(String name) {
        return source.failure(name, "is missing; this is not a whole model");
    }
}

package dev.talaria.inference.model;

import dev.talaria.inference.gguf.GgufFile;
import dev.talaria.inference.gguf.GgufMetadata;
import dev.talaria.inference.gguf.MalformedGgufException;
import dev.talaria.inference.gguf.TensorInfo;
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
import java.util.stream.Stream;

/// From a GGUF file to a model: the shape from its metadata, every tensor checked against it and
/// brought into the kernels' order.
public final class ModelLoader {

    private static final String ARCHITECTURE = "llama";

    // Angles of a million positions of the usual heads; 512 MiB each of sines and cosines.
    private static final long MOST_ANGLES = 1L << 27;

    private final GgufFile file;
    private final ModelConfiguration shape;
    private final Kernels kernels;
    private final WorkerTeam team;
    private final Arena arena;

    private ModelLoader(GgufFile file, Kernels kernels, WorkerTeam team, Arena arena) {
        this.file = file;
        this.shape = shape(file);
        this.kernels = kernels;
        this.team = team;
        this.arena = arena;
    }

    /// Loads the weights. The file may be closed afterwards.
    ///
    /// @param contextTokens the longest sequence there will be
    /// @param arena where the weights live, as long as the model is used
    /// @throws MalformedGgufException where metadata or tensors contradict each other
    /// @throws UnsupportedModelException for another architecture or storage type
    public static MistralModel load(
            GgufFile file, Kernels kernels, WorkerTeam team, Arena arena, int contextTokens) {
        ModelLoader loader = new ModelLoader(file, kernels, team, arena);
        loader.requireTable(contextTokens);
        return new MistralModel(loader.shape, loader.weights(), kernels, team, contextTokens);
    }

    private void requireTable(int contextTokens) {
        if ((long) contextTokens * shape.rotaryWidth() / 2 > MOST_ANGLES) {
            throw new UnsupportedModelException(
                    "%s: a context of %d tokens takes a table of more than %d angles; set inference.context.tokens to what you need"
                            .formatted(file.path(), contextTokens, MOST_ANGLES));
        }
    }

    /// The shape that the file's metadata describe.
    ///
    /// @throws MalformedGgufException where they are missing or make no sense
    /// @throws UnsupportedModelException for another architecture or rotary scaling
    public static ModelConfiguration shape(GgufFile file) {
        GgufMetadata metadata = file.metadata();
        String architecture = metadata.requiredString("general.architecture");
        if (!architecture.equals(ARCHITECTURE)) {
            throw new UnsupportedModelException(
                    "%s: architecture '%s' is not supported; models of architecture '%s' are (Mistral 7B, Llama, Hermes 2 Pro)"
                            .formatted(file.path(), architecture, ARCHITECTURE));
        }
        refuseRotaryScaling(file);
        int width = metadata.requiredInteger("llama.embedding_length", 1, 1 << 20);
        int heads = metadata.requiredInteger("llama.attention.head_count", 1, 10_000);
        int headWidth = integer(metadata, "llama.attention.key_length", width / heads);
        TensorInfo embedding =
                file.tensorInfo("token_embd.weight")
                        .orElseThrow(() -> missing(file, "token_embd.weight"));
        try {
            return new ModelConfiguration(
                    metadata.requiredInteger("llama.block_count", 0, 10_000),
                    width,
                    metadata.requiredInteger("llama.feed_forward_length", 1, 1 << 20),
                    heads,
                    integer(metadata, "llama.attention.head_count_kv", heads),
                    headWidth,
                    Math.toIntExact(embedding.elements() / width),
                    metadata.requiredInteger("llama.context_length", 1, 1 << 26),
                    integer(metadata, "llama.rope.dimension_count", headWidth),
                    metadata.real("llama.rope.freq_base").orElse(10_000),
                    (float) metadata.requiredReal("llama.attention.layer_norm_rms_epsilon"),
                    ModelConfiguration.WHOLE_CONTEXT);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new MalformedGgufException(file.path(), 0, "metadata: " + e.getMessage());
        }
    }

    /// The rotary scaling a file asks for, which is not supported yet; empty where it asks for
    /// none.
    ///
    /// A factor without a type scales linearly: so llama.cpp reads files from before there were
    /// types.
    public static Optional<String> rotaryScaling(GgufFile file) {
        if (file.tensorInfo("rope_freqs.weight").isPresent()) {
            return Optional.of("rope_freqs.weight");
        }
        GgufMetadata metadata = file.metadata();
        Optional<String> type = metadata.string("llama.rope.scaling.type");
        if (type.isPresent() && !type.get().isEmpty()) {
            return type.filter(name -> !name.equals("none"));
        }
        return Stream.of("llama.rope.scaling.factor", "llama.rope.scale_linear")
                .filter(key -> metadata.real(key).orElse(1) != 1)
                .filter(key -> metadata.real(key).orElse(0) != 0)
                .map(key -> key + " = " + metadata.real(key).orElse(0))
                .findFirst();
    }

    private static void refuseRotaryScaling(GgufFile file) {
        Optional<String> scaling = rotaryScaling(file);
        if (scaling.isPresent()) {
            throw new UnsupportedModelException(
                    "%s: rotary scaling ('%s') is not supported yet; use a model without it, such as Hermes-2-Pro-Mistral-7B"
                            .formatted(file.path(), scaling.get()));
        }
    }

    private static int integer(GgufMetadata metadata, String key, int absent) {
        return Math.toIntExact(metadata.integer(key, 1, 1 << 20).orElse(absent));
    }

    private ModelWeights weights() {
        Tensor embedding = tensor("token_embd.weight", shape.width(), shape.vocabulary());
        List<ModelWeights.Layer> layers = new ArrayList<>();
        for (int layer = 0; layer < shape.layers(); layer++) {
            layers.add(layer("blk." + layer + "."));
        }
        WeightMatrix output =
                file.tensorInfo("output.weight").isPresent()
                        ? matrix("output.weight", shape.width(), shape.vocabulary())
                        : kernels.prepare(embedding, arena, team);
        return new ModelWeights(
                copy(embedding), layers, vector("output_norm.weight", shape.width()), output);
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
        return kernels.prepare(tensor(name, columns, rows), arena, team);
    }

    private float[] vector(String name, int length) {
        float[] values = new float[length];
        RowDecoder.decode(tensor(name, length, 1), 0, values, 0);
        return values;
    }

    private Tensor copy(Tensor tensor) {
        return new Tensor(
                tensor.name(),
                tensor.type(),
                tensor.columns(),
                tensor.rows(),
                arena.allocate(tensor.data().byteSize(), 64).copyFrom(tensor.data()));
    }

    private Tensor tensor(String name, int columns, int rows) {
        Tensor tensor = file.tensor(name).orElseThrow(() -> missing(file, name));
        if (tensor.columns() != columns || tensor.rows() != rows) {
            TensorInfo info = file.tensorInfo(name).orElseThrow(() -> missing(file, name));
            throw new MalformedGgufException(
                    info.file(),
                    info.offset(),
                    "tensor '%s' is %d x %d, but the metadata make it %d x %d"
                            .formatted(name, tensor.rows(), tensor.columns(), rows, columns));
        }
        return tensor;
    }

    private static MalformedGgufException missing(GgufFile file, String name) {
        return new MalformedGgufException(
                file.path(), 0, "tensor '" + name + "' is missing; the file is not a whole model");
    }
}

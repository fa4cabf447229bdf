package dev.talaria.inference.model;

import dev.talaria.inference.gguf.MalformedModelException;
import dev.talaria.inference.gguf.UnsupportedModelException;
import dev.talaria.inference.kernel.Kernels;
import dev.talaria.inference.tensor.TensorShape;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The tensors of a model, each there and of the shape the model needs; no weights were read, no
/// memory taken.
///
/// @param embedding kept as stored
/// @param output of the output matrix, which may be the embedding's
/// @param matrices brought into the kernels' order, the output matrix among them
record WeightPlan(TensorShape embedding, TensorShape output, List<TensorShape> matrices) {

    static final String EMBEDDING = "token_embd.weight";
    static final String OUTPUT_NORM = "output_norm.weight";

    WeightPlan {
        matrices = List.copyOf(matrices);
    }

    /// @throws MalformedModelException where configuration and tensors contradict each other
    /// @throws UnsupportedModelException for a storage type that cannot be computed with
    static WeightPlan of(WeightSource source) {
        return new Check(source).plan();
    }

    /// Memory that all of it takes.
    long bytes(Kernels kernels) {
        return embedding.bytes() + matrices.stream().mapToLong(kernels::preparedBytes).sum();
    }

    private record Check(WeightSource source, ModelConfiguration shape) {

        Check(WeightSource source) {
            this(source, source.shape());
        }

        WeightPlan plan() {
            TensorShape embedding = require(EMBEDDING, shape.width(), shape.vocabulary());
            List<TensorShape> matrices = new ArrayList<>();
            for (int layer = 0; layer < shape.layers(); layer++) {
                addLayer("blk." + layer + ".", matrices);
            }
            require(OUTPUT_NORM, shape.width(), 1);
            TensorShape output =
                    find("output.weight", shape.width(), shape.vocabulary()).orElse(embedding);
            matrices.add(output);
            return new WeightPlan(embedding, output, matrices);
        }

        private void addLayer(String prefix, List<TensorShape> matrices) {
            int width = shape.width();
            int ffn = shape.feedForwardWidth();
            require(prefix + "attn_norm.weight", width, 1);
            matrices.add(require(prefix + "attn_q.weight", width, shape.queryWidth()));
            matrices.add(require(prefix + "attn_k.weight", width, shape.kvWidth()));
            matrices.add(require(prefix + "attn_v.weight", width, shape.kvWidth()));
            matrices.add(require(prefix + "attn_output.weight", shape.queryWidth(), width));
            require(prefix + "ffn_norm.weight", width, 1);
            matrices.add(require(prefix + "ffn_gate.weight", width, ffn));
            matrices.add(require(prefix + "ffn_up.weight", width, ffn));
            matrices.add(require(prefix + "ffn_down.weight", ffn, width));
        }

        private TensorShape require(String name, int columns, int rows) {
            return find(name, columns, rows)
                    .orElseThrow(
                            () -> source.failure(name, "is missing; this is not a whole model"));
        }

        private Optional<TensorShape> find(String name, int columns, int rows) {
            Optional<TensorShape> found = source.tensorShape(name);
            if (found.isPresent()
                    && (found.get().columns() != columns || found.get().rows() != rows)) {
                throw source.failure(
                        name,
                        "is %d x %d, but the metadata make it %d x %d"
                                .formatted(
                                        found.get().rows(), found.get().columns(), rows, columns));
            }
            return found;
        }
    }
}

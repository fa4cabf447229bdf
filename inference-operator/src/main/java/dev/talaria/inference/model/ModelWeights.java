package dev.talaria.inference.model;

import dev.talaria.inference.kernel.WeightMatrix;
import dev.talaria.inference.tensor.Tensor;

import java.util.List;
import java.util.stream.Stream;

/// The learned numbers of a model, ready for the kernels. Immutable.
///
/// @param tokenEmbedding `(vocabulary, width)`, as the file stores it; rows are looked up one by
///   one
/// @param layers from the first to the last
/// @param outputNorm `(width)`
/// @param output `(vocabulary, width)`; the embedding again where the model ties them
record ModelWeights(
        Tensor tokenEmbedding, List<Layer> layers, float[] outputNorm, WeightMatrix output) {

    ModelWeights {
        layers = List.copyOf(layers);
    }

    /// All matrices that activations are multiplied with.
    Stream<WeightMatrix> matrices() {
        return Stream.concat(layers.stream().flatMap(Layer::matrices), Stream.of(output));
    }

    /// The matrices of a stage of the forward pass; none where it has none.
    Stream<WeightMatrix> matrices(Stage stage) {
        return switch (stage) {
            case QUERY_KEY_VALUE ->
                    layers.stream().flatMap(it -> Stream.of(it.query(), it.key(), it.value()));
            case ATTENTION_OUTPUT -> layers.stream().map(Layer::attentionOutput);
            case GATE_UP -> layers.stream().flatMap(it -> Stream.of(it.gate(), it.up()));
            case DOWN -> layers.stream().map(Layer::down);
            case LOGITS -> Stream.of(output);
            case EMBEDDING,
                    ATTENTION_NORM,
                    ROTARY,
                    ATTENTION,
                    ATTENTION_PACK,
                    FEED_FORWARD_NORM,
                    GATED_PACK,
                    OUTPUT_NORM ->
                    Stream.empty();
        };
    }

    /// One block.
    ///
    /// @param attentionNorm `(width)`
    /// @param query `(heads * headWidth, width)`
    /// @param key `(kvHeads * headWidth, width)`
    /// @param value `(kvHeads * headWidth, width)`
    /// @param attentionOutput `(width, heads * headWidth)`
    /// @param feedForwardNorm `(width)`
    /// @param gate `(feedForwardWidth, width)`
    /// @param up `(feedForwardWidth, width)`
    /// @param down `(width, feedForwardWidth)`
    record Layer(
            float[] attentionNorm,
            WeightMatrix query,
            WeightMatrix key,
            WeightMatrix value,
            WeightMatrix attentionOutput,
            float[] feedForwardNorm,
            WeightMatrix gate,
            WeightMatrix up,
            WeightMatrix down) {

        Stream<WeightMatrix> matrices() {
            return Stream.of(query, key, value, attentionOutput, gate, up, down);
        }
    }
}

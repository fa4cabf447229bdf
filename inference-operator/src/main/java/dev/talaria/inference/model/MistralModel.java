package dev.talaria.inference.model;

import static dev.talaria.inference.kernel.Kernels.KV_BLOCK_TOKENS;

import dev.talaria.inference.kernel.Kernels;
import dev.talaria.inference.kernel.RowDecoder;
import dev.talaria.inference.kernel.WeightMatrix;
import dev.talaria.inference.kernel.WorkerTeam;

import java.util.Arrays;

/// A transformer of the Mistral (and Llama) architecture: RMSNorm, rotary embedding, grouped-query
/// attention, SwiGLU. Jiang et al., "Mistral 7B", 2023.
///
/// The weights are immutable; the state of a sequence is handed in with its [KvCache.Reservation].
/// One forward pass at a time: the model owns its activations and the team's attention.
public final class MistralModel {

    // Parts a product is divided into per thread: enough that an interrupted thread is not waited
    // for.
    private static final int PARTS_PER_THREAD = 16;

    private final ModelConfiguration shape;
    private final ModelWeights weights;
    private final Kernels kernels;
    private final WorkerTeam team;
    private final RotaryTable rotary;
    private final Activations x;

    MistralModel(
            ModelConfiguration shape,
            ModelWeights weights,
            Kernels kernels,
            WorkerTeam team,
            int contextTokens) {
        this.shape = shape;
        this.weights = weights;
        this.kernels = kernels;
        this.team = team;
        this.rotary =
                new RotaryTable(
                        contextTokens,
                        shape.rotaryWidth(),
                        shape.rotaryBase(),
                        shape.rotaryScaling());
        this.x = new Activations(shape, kernels, team.size(), contextTokens);
    }

    /// The model's shape.
    public ModelConfiguration shape() {
        return shape;
    }

    /// Multiply-adds of the weight matrices for one token.
    public long multiplyAddsPerToken() {
        return weights.matrices().mapToLong(m -> (long) m.rows() * m.columns()).sum();
    }

    /// Bytes of the weight matrices: what one step reads.
    public long matrixBytes() {
        return weights.matrices().mapToLong(WeightMatrix::bytes).sum();
    }

    /// Computes the batch: stores every row's keys and values in its sequence, and writes the
    /// logits of the rows that want them.
    ///
    /// @param logits `(rows that want logits, vocabulary)`
    public void forward(Batch batch, float[] logits) {
        int rows = batch.rows();
        for (int row = 0; row < rows; row++) {
            RowDecoder.decode(
                    weights.tokenEmbedding(), batch.token(row), x.residual, row * shape.width());
        }
        for (int layer = 0; layer < shape.layers(); layer++) {
            forward(weights.layers().get(layer), layer, batch);
        }
        project(batch, logits);
    }

    private void forward(ModelWeights.Layer layer, int index, Batch batch) {
        int rows = batch.rows();
        norm(layer.attentionNorm(), rows);
        attention(layer, index, batch);
        kernels.add(x.residual, 0, x.delta, 0, rows * shape.width());

        norm(layer.feedForwardNorm(), rows);
        feedForward(layer, rows);
        kernels.add(x.residual, 0, x.delta, 0, rows * shape.width());
    }

    private void norm(float[] weight, int rows) {
        int width = shape.width();
        for (int row = 0; row < rows; row++) {
            int at = row * width;
            kernels.rmsNorm(x.residual, at, weight, shape.epsilon(), x.normed, at, width);
        }
    }

    private void attention(ModelWeights.Layer layer, int index, Batch batch) {
        int rows = batch.rows();
        kernels.pack(x.normed, rows, shape.width(), x.packed);
        multiply(
                rows,
                new Product(layer.query(), x.query),
                new Product(layer.key(), x.key),
                new Product(layer.value(), x.value));
        for (int row = 0; row < rows; row++) {
            int position = batch.position(row);
            int key = row * shape.kvWidth();
            rotary.rotate(
                    x.query, row * shape.queryWidth(), shape.heads(), shape.headWidth(), position);
            rotary.rotate(x.key, key, shape.kvHeads(), shape.headWidth(), position);
            batch.sequence(row).store(index, position, x.key, x.value, key);
        }
        team.run(
                rows * shape.kvHeads(),
                (part, worker) ->
                        attend(
                                batch,
                                index,
                                part / shape.kvHeads(),
                                part % shape.kvHeads(),
                                x.scores[worker]));
        kernels.pack(x.attended, rows, shape.queryWidth(), x.packed);
        multiply(rows, new Product(layer.attentionOutput(), x.delta));
    }

    /// One row's query heads that share a key-value head, over the tokens up to the row's own that
    /// the sliding window leaves.
    private void attend(Batch batch, int layer, int row, int kvHead, float[] scores) {
        KvCache.Reservation sequence = batch.sequence(row);
        int tokens = batch.position(row) + 1;
        int first = Math.max(0, tokens - shape.slidingWindow());
        int firstBlock = first - first % KV_BLOCK_TOKENS;
        int headWidth = shape.headWidth();
        int group = shape.heads() / shape.kvHeads();
        float scale = (float) (1 / Math.sqrt(headWidth));
        int keys = sequence.keysOffset(layer, kvHead);
        int values = sequence.valuesOffset(layer, kvHead);
        for (int head = kvHead * group; head < (kvHead + 1) * group; head++) {
            int at = row * shape.queryWidth() + head * headWidth;
            for (int from = firstBlock; from < tokens; from += KV_BLOCK_TOKENS) {
                float[] block = sequence.block(from);
                kernels.scores(x.query, at, block, keys, headWidth, scale, scores, from);
            }
            Arrays.fill(scores, firstBlock, first, 0f);
            kernels.softmax(scores, first, tokens - first);
            Arrays.fill(x.attended, at, at + headWidth, 0f);
            for (int from = firstBlock; from < tokens; from += KV_BLOCK_TOKENS) {
                float[] block = sequence.block(from);
                int count = Math.min(KV_BLOCK_TOKENS, tokens - from);
                kernels.weighValues(scores, from, count, block, values, headWidth, x.attended, at);
            }
        }
    }

    private void feedForward(ModelWeights.Layer layer, int rows) {
        kernels.pack(x.normed, rows, shape.width(), x.packed);
        multiply(rows, new Product(layer.gate(), x.gate), new Product(layer.up(), x.up));
        int width = shape.feedForwardWidth();
        team.run(
                rows,
                (row, worker) -> kernels.swiGlu(x.gate, row * width, x.up, row * width, width));
        kernels.pack(x.gate, rows, width, x.packed);
        multiply(rows, new Product(layer.down(), x.delta));
    }

    private void project(Batch batch, float[] logits) {
        int width = shape.width();
        int wanted = batch.logitCount();
        for (int i = 0; i < wanted; i++) {
            int from = batch.logitRow(i) * width;
            kernels.rmsNorm(
                    x.residual,
                    from,
                    weights.outputNorm(),
                    shape.epsilon(),
                    x.normed,
                    i * width,
                    width);
        }
        if (wanted > 0) {
            kernels.pack(x.normed, wanted, width, x.packed);
            multiply(wanted, new Product(weights.output(), logits));
        }
    }

    private record Product(WeightMatrix weights, float[] out) {}

    /// Products of the packed activations with one or several matrices, divided among the team.
    private void multiply(int rows, Product... products) {
        int parts = PARTS_PER_THREAD * team.size();
        team.run(
                parts * products.length,
                (part, worker) -> {
                    Product product = products[part / parts];
                    long panels = product.weights().panels();
                    int share = part % parts;
                    int from = (int) (panels * share / parts);
                    int to = (int) (panels * (share + 1) / parts);
                    if (from < to) {
                        kernels.multiply(
                                product.weights(),
                                x.packed,
                                rows,
                                product.out(),
                                from,
                                to,
                                x.scratch[worker]);
                    }
                });
    }
}

package dev.talaria.inference.model;

import static dev.talaria.inference.kernel.Kernels.KV_BLOCK_TOKENS;

import dev.talaria.inference.kernel.AttentionTile;
import dev.talaria.inference.kernel.Kernels;
import dev.talaria.inference.kernel.Kernels.Phase;
import dev.talaria.inference.kernel.RowDecoder;
import dev.talaria.inference.kernel.WeightMatrix;
import dev.talaria.inference.kernel.WorkerTeam;

import java.lang.foreign.MemorySegment;
import java.util.function.BooleanSupplier;

/// A transformer of the Mistral (and Llama) architecture: RMSNorm, rotary embedding, grouped-query
/// attention, SwiGLU. Jiang et al., "Mistral 7B", 2023.
///
/// The weights are immutable; the state of a sequence is handed in with its [KvCache.Reservation].
/// One forward pass at a time: the model owns its activations and the team's attention.
public final class MistralModel {

    // Parts a product is divided into per thread: enough that an interrupted thread is not waited
    // for.
    private static final int PARTS_PER_THREAD = 16;

    // Queries that share a decoded block: enough that decoding it is a small part of the work, few
    // enough that a prompt has tiles for all threads and a tile fits the second-level cache.
    private static final int TILE_QUERIES = 32;

    // Rows a thread rotates and stores at a time.
    private static final int ROWS_PER_PART = 8;

    private final ModelConfiguration shape;
    private final ModelWeights weights;
    private final Kernels kernels;
    private final WorkerTeam team;
    private final RotaryTable rotary;
    private final Activations x;

    // Query heads that share a key-value head, and the rows of which a tile takes them.
    private final int group;
    private final int rowsPerTile;

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
        this.group = shape.heads() / shape.kvHeads();
        this.rowsPerTile = Math.max(1, TILE_QUERIES / group);
        this.x = new Activations(shape, kernels, team.size(), rowsPerTile * group);
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
        forward(batch, logits, () -> false);
    }

    /// As [#forward(Batch, float[])], but gives up between two layers when nobody wants the result
    /// any more.
    ///
    /// @param isAbandoned asked before every layer
    /// @return false where it gave up: no row of the batch counts as computed
    public boolean forward(Batch batch, float[] logits, BooleanSupplier isAbandoned) {
        int rows = batch.rows();
        for (int row = 0; row < rows; row++) {
            RowDecoder.decode(
                    weights.tokenEmbedding(), batch.token(row), x.residual, row * shape.width());
        }
        int tiles = divide(batch);
        for (int layer = 0; layer < shape.layers(); layer++) {
            if (isAbandoned.getAsBoolean()) {
                return false;
            }
            forward(weights.layers().get(layer), layer, batch, tiles);
        }
        project(batch, logits);
        return true;
    }

    /// Divides the batch into tiles: rows of one sequence that follow each other.
    private int divide(Batch batch) {
        int tiles = 0;
        for (int row = 0; row < batch.rows(); row++) {
            boolean continues =
                    row > 0
                            && row - x.tileStarts[tiles - 1] < rowsPerTile
                            && batch.sequence(row) == batch.sequence(row - 1)
                            && batch.position(row) == batch.position(row - 1) + 1;
            if (!continues) {
                x.tileStarts[tiles++] = row;
            }
        }
        x.tileStarts[tiles] = batch.rows();
        return tiles;
    }

    private void forward(ModelWeights.Layer layer, int index, Batch batch, int tiles) {
        int rows = batch.rows();
        norm(layer.attentionNorm(), rows);
        attention(layer, index, batch, tiles);
        kernels.add(x.residual, 0, x.delta, 0, rows * shape.width());

        norm(layer.feedForwardNorm(), rows);
        feedForward(layer, batch.writtenRows(), rows);
        kernels.add(x.residual, 0, x.delta, 0, rows * shape.width());
    }

    private void norm(float[] weight, int rows) {
        int width = shape.width();
        for (int row = 0; row < rows; row++) {
            int at = row * width;
            kernels.rmsNorm(x.residual, at, weight, shape.epsilon(), x.normed, at, width);
        }
    }

    private void attention(ModelWeights.Layer layer, int index, Batch batch, int tiles) {
        int rows = batch.rows();
        pack(x.normed, batch.writtenRows(), rows, shape.width());
        multiply(
                batch.writtenRows(),
                rows,
                new Product(layer.query(), x.query),
                new Product(layer.key(), x.key),
                new Product(layer.value(), x.value));
        team.run(
                Math.ceilDiv(rows, ROWS_PER_PART),
                (part, _) -> {
                    int end = Math.min(rows, (part + 1) * ROWS_PER_PART);
                    for (int row = part * ROWS_PER_PART; row < end; row++) {
                        store(batch, index, row);
                    }
                });
        // The last rows of a prompt attend to the most tokens: they come first.
        team.run(
                tiles * shape.kvHeads(),
                (part, worker) ->
                        attend(
                                batch,
                                index,
                                tiles - 1 - part / shape.kvHeads(),
                                part % shape.kvHeads(),
                                x.tiles[worker]));
        pack(x.attended, batch.writtenRows(), rows, shape.queryWidth());
        multiply(batch.writtenRows(), rows, new Product(layer.attentionOutput(), x.delta));
    }

    /// Rotates a row's queries and keys, and stores its keys and values.
    private void store(Batch batch, int layer, int row) {
        int position = batch.position(row);
        int key = row * shape.kvWidth();
        rotary.rotate(
                x.query, row * shape.queryWidth(), shape.heads(), shape.headWidth(), position);
        rotary.rotate(x.key, key, shape.kvHeads(), shape.headWidth(), position);
        batch.sequence(row).store(layer, position, x.key, x.value, key);
    }

    /// The query heads of a tile's rows that share a key-value head, over the tokens up to each
    /// row's own that the sliding window leaves.
    private void attend(Batch batch, int layer, int index, int kvHead, AttentionTile tile) {
        int firstRow = x.tileStarts[index];
        int endRow = x.tileStarts[index + 1];
        int headWidth = shape.headWidth();
        float scale = (float) (1 / Math.sqrt(headWidth));
        tile.clear();
        for (int row = firstRow; row < endRow; row++) {
            int tokens = batch.position(row) + 1;
            int first = Math.max(0, tokens - shape.slidingWindow());
            int at = row * shape.queryWidth() + kvHead * group * headWidth;
            for (int head = 0; head < group; head++) {
                tile.add(x.query, at + head * headWidth, scale, first, tokens);
            }
        }
        attend(batch.sequence(firstRow), layer, kvHead, tile);
        int query = 0;
        for (int row = firstRow; row < endRow; row++) {
            int at = row * shape.queryWidth() + kvHead * group * headWidth;
            for (int head = 0; head < group; head++) {
                tile.finish(query++, x.attended, at + head * headWidth);
            }
        }
    }

    private void attend(KvCache.Reservation sequence, int layer, int kvHead, AttentionTile tile) {
        int headWidth = shape.headWidth();
        int end = tile.endToken();
        int from = tile.firstToken() - tile.firstToken() % KV_BLOCK_TOKENS;
        for (; from < end; from += KV_BLOCK_TOKENS) {
            MemorySegment memory = sequence.memory(from);
            long keys = sequence.keysOffset(from, layer, kvHead);
            long values = sequence.valuesOffset(from, layer, kvHead);
            int tokens = Math.min(KV_BLOCK_TOKENS, end - from);
            kernels.loadKeys(sequence.type(), memory, keys, headWidth, tile.keys());
            kernels.loadValues(sequence.type(), memory, values, tokens, headWidth, tile.values());
            kernels.attend(tile, from);
        }
    }

    private void feedForward(ModelWeights.Layer layer, int written, int rows) {
        pack(x.normed, written, rows, shape.width());
        multiply(written, rows, new Product(layer.gate(), x.gate), new Product(layer.up(), x.up));
        int width = shape.feedForwardWidth();
        team.run(
                rows,
                (row, worker) -> kernels.swiGlu(x.gate, row * width, x.up, row * width, width));
        pack(x.gate, written, rows, width);
        multiply(written, rows, new Product(layer.down(), x.delta));
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
            pack(x.normed, batch.writtenLogitCount(), wanted, width);
            multiply(batch.writtenLogitCount(), wanted, new Product(weights.output(), logits));
        }
    }

    private record Product(WeightMatrix weights, float[] out) {}

    /// Packs rows of which the first `written` are of written tokens.
    private void pack(float[] from, int written, int rows, int width) {
        if (written > 0) {
            kernels.pack(Kernels.Phase.DECODE, from, 0, written, width, x.packedWritten);
        }
        if (rows > written) {
            kernels.pack(
                    Kernels.Phase.PREFILL, from, written, rows - written, width, x.packedPrompt);
        }
    }

    /// Products of the packed activations with one or several matrices, divided among the team.
    private void multiply(int written, int rows, Product... products) {
        int parts = PARTS_PER_THREAD * team.size();
        team.run(
                parts * products.length,
                (part, worker) -> {
                    Product product = products[part / parts];
                    long panels = product.weights().panels();
                    int share = part % parts;
                    int from = (int) (panels * share / parts);
                    int to = (int) (panels * (share + 1) / parts);
                    multiply(product, written, rows, from, to, x.scratch[worker]);
                });
    }

    private void multiply(
            Product product, int written, int rows, int from, int to, float[] scratch) {
        if (from == to) {
            return;
        }
        if (written > 0) {
            kernels.multiply(
                    Phase.DECODE,
                    product.weights(),
                    x.packedWritten,
                    written,
                    product.out(),
                    0,
                    from,
                    to,
                    scratch);
        }
        if (rows > written) {
            kernels.multiply(
                    Phase.PREFILL,
                    product.weights(),
                    x.packedPrompt,
                    rows - written,
                    product.out(),
                    written,
                    from,
                    to,
                    scratch);
        }
    }
}

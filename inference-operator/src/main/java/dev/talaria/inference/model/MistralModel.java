package dev.talaria.inference.model;

import static dev.talaria.inference.kernel.Kernels.KV_BLOCK_TOKENS;

import dev.talaria.inference.kernel.AttentionTile;
import dev.talaria.inference.kernel.Kernels;
import dev.talaria.inference.kernel.Kernels.Phase;
import dev.talaria.inference.kernel.RowDecoder;
import dev.talaria.inference.kernel.WeightMatrix;
import dev.talaria.inference.kernel.WorkerTeam;
import dev.talaria.inference.kernel.WorkerTeam.Stretch;

import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/// A transformer of the Mistral (and Llama) architecture: RMSNorm, rotary embedding, grouped-query
/// attention, SwiGLU. Jiang et al., "Mistral 7B", 2023.
///
/// The weights are immutable; the state of a sequence is handed in with its [KvCache.Reservation].
/// One forward pass at a time: the model owns its activations and the team's attention.
public final class MistralModel {

    // Stretches of a product per thread, at least: enough that an interrupted thread is not waited
    // for.
    private static final int STRETCHES_PER_THREAD = 16;

    // Queries that share a decoded block: enough that decoding it is a small part of the work, few
    // enough that a prompt has tiles for all threads and a tile fits the second-level cache.
    private static final int TILE_QUERIES = 32;

    // Rows a thread norms, packs or rotates at a time.
    private static final int ROWS_PER_STRETCH = 8;

    // With more tiles than this they are not looked through for those of one sequence.
    private static final int FEW_TILES = 64;

    private final ModelConfiguration shape;
    private final ModelWeights weights;
    private final Kernels kernels;
    private final WorkerTeam team;
    private final RotaryTable rotary;
    private final Activations x;
    private final PanelProducts products;
    private final StageTimes times = new StageTimes();

    // Query heads that share a key-value head, and the rows of which a tile takes them.
    private final int group;
    private final int rowsPerTile;

    // What the team does in a stage. Made once: a pass allocates nothing.
    private final Stretch embed = (from, to, _) -> embed(from, to);
    private final Stretch normAndPack = (from, to, _) -> normAndPack(from, to);
    private final Stretch addNormAndPack = (from, to, _) -> addNormAndPack(from, to);
    private final Stretch multiply;
    private final Stretch rotateAndStore = (from, to, _) -> rotateAndStore(from, to);
    private final Stretch attend = this::attend;
    private final Stretch rotateAndAttend = this::rotateAndAttend;
    private final Stretch packAttended = (from, to, _) -> packAttended(from, to);
    private final Stretch gateAndPack = (from, to, _) -> gateAndPack(from, to);
    private final Stretch outputNorm = (from, to, _) -> outputNorm(from, to);

    // What is under way: one pass at a time, one layer of it.
    private Batch batch = new Batch();
    private int rows;
    private int written;
    private int tiles;
    private boolean tilesAreApart;
    private int layer;
    private float[] norm = {};

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
        this.products = new PanelProducts(kernels, x);
        this.multiply = products::multiply;
    }

    /// The model's shape.
    public ModelConfiguration shape() {
        return shape;
    }

    /// Multiply-adds of the weight matrices for one token.
    public long multiplyAddsPerToken() {
        return multiplyAdds(weights.matrices());
    }

    /// Bytes of the weight matrices: what one step reads.
    public long matrixBytes() {
        return weights.matrices().mapToLong(WeightMatrix::bytes).sum();
    }

    /// Bytes of the weight matrices that lie in the system's memory for files, where they are used:
    /// it counts as free, and is not.
    public long mappedBytes() {
        return weights.matrices()
                .filter(matrix -> matrix.memory().isMapped())
                .mapToLong(WeightMatrix::bytes)
                .sum();
    }

    /// Bytes of the weight matrices that a stage reads: once in every pass.
    public long matrixBytes(Stage stage) {
        return weights.matrices(stage).mapToLong(WeightMatrix::bytes).sum();
    }

    /// Multiply-adds of a stage's weight matrices for one row.
    public long multiplyAddsPerRow(Stage stage) {
        return multiplyAdds(weights.matrices(stage));
    }

    private static long multiplyAdds(Stream<WeightMatrix> matrices) {
        return matrices.mapToLong(m -> (long) m.rows() * m.columns()).sum();
    }

    /// How long the passes took, stage by stage.
    public StageTimes times() {
        return times;
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
        times.start();
        begin(batch);
        share(rows, embed);
        times.end(Stage.EMBEDDING);
        for (layer = 0; layer < shape.layers(); layer++) {
            if (isAbandoned.getAsBoolean()) {
                return false;
            }
            forward(weights.layers().get(layer));
        }
        project(logits);
        return true;
    }

    private void begin(Batch batch) {
        this.batch = batch;
        rows = batch.rows();
        written = batch.writtenRows();
        tiles = divide(batch);
        tilesAreApart = areApart(batch, tiles);
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

    /// Whether every sequence has one tile only, so that no tile needs another's keys.
    private boolean areApart(Batch batch, int tiles) {
        if (tiles > FEW_TILES) {
            return false;
        }
        for (int tile = 1; tile < tiles; tile++) {
            for (int other = 0; other < tile; other++) {
                if (batch.sequence(x.tileStarts[tile]) == batch.sequence(x.tileStarts[other])) {
                    return false;
                }
            }
        }
        return true;
    }

    private void share(int rows, Stretch stretch) {
        team.divide(rows, ROWS_PER_STRETCH, stretch);
    }

    private void forward(ModelWeights.Layer weights) {
        norm = weights.attentionNorm();
        share(rows, layer == 0 ? normAndPack : addNormAndPack);
        times.end(Stage.ATTENTION_NORM);
        attention(weights);

        norm = weights.feedForwardNorm();
        share(rows, addNormAndPack);
        times.end(Stage.FEED_FORWARD_NORM);
        feedForward(weights);
    }

    private void attention(ModelWeights.Layer weights) {
        products.of(written, rows)
                .add(weights.query(), x.query)
                .add(weights.key(), x.key)
                .add(weights.value(), x.value);
        multiply(Stage.QUERY_KEY_VALUE);
        if (tilesAreApart) {
            team.divide(tiles * shape.kvHeads(), 1, rotateAndAttend);
        } else {
            share(rows, rotateAndStore);
            times.end(Stage.ROTARY);
            team.divide(tiles * shape.kvHeads(), 1, attend);
        }
        times.end(Stage.ATTENTION);
        share(rows, packAttended);
        times.end(Stage.ATTENTION_PACK);
        products.of(written, rows).add(weights.attentionOutput(), x.delta);
        multiply(Stage.ATTENTION_OUTPUT);
    }

    private void feedForward(ModelWeights.Layer weights) {
        products.of(written, rows).add(weights.gate(), x.gate).add(weights.up(), x.up);
        multiply(Stage.GATE_UP);
        share(rows, gateAndPack);
        times.end(Stage.GATED_PACK);
        products.of(written, rows).add(weights.down(), x.delta);
        multiply(Stage.DOWN);
    }

    private void project(float[] logits) {
        int wanted = batch.logitCount();
        if (wanted > 0) {
            share(wanted, outputNorm);
            times.end(Stage.OUTPUT_NORM);
            products.of(batch.writtenLogitCount(), wanted).add(weights.output(), logits);
            multiply(Stage.LOGITS);
        }
    }

    private void multiply(Stage stage) {
        int most = Math.ceilDiv(products.bundles(), STRETCHES_PER_THREAD * team.size());
        team.divide(products.bundles(), most, multiply);
        times.end(stage);
    }

    private void embed(int from, int to) {
        for (int row = from; row < to; row++) {
            RowDecoder.decode(
                    weights.tokenEmbedding(), batch.token(row), x.residual, row * shape.width());
        }
    }

    private void addNormAndPack(int from, int to) {
        int width = shape.width();
        kernels.add(x.residual, from * width, x.delta, from * width, (to - from) * width);
        normAndPack(from, to);
    }

    private void normAndPack(int from, int to) {
        int width = shape.width();
        for (int row = from; row < to; row++) {
            int at = row * width;
            kernels.rmsNorm(x.residual, at, norm, shape.epsilon(), x.normed, at, width);
        }
        pack(x.normed, written, rows, width, from, to);
    }

    /// Packs some of the rows, of which the first `written` are of written tokens.
    private void pack(float[] values, int written, int rows, int width, int from, int to) {
        int endWritten = Math.min(to, written);
        if (from < endWritten) {
            kernels.pack(
                    Phase.DECODE, values, 0, written, width, from, endWritten, x.packedWritten);
        }
        int firstPrompt = Math.max(from, written);
        if (firstPrompt < to) {
            kernels.pack(
                    Phase.PREFILL,
                    values,
                    written,
                    rows - written,
                    width,
                    firstPrompt - written,
                    to - written,
                    x.packedPrompt);
        }
    }

    private void rotateAndStore(int from, int to) {
        for (int row = from; row < to; row++) {
            for (int head = 0; head < shape.kvHeads(); head++) {
                rotateAndStoreHead(row, head);
            }
        }
    }

    /// Rotates the queries and keys of a row that belong to a key-value head, and stores the head's
    /// keys and values.
    private void rotateAndStoreHead(int row, int kvHead) {
        int position = batch.position(row);
        int headWidth = shape.headWidth();
        int query = row * shape.queryWidth() + kvHead * group * headWidth;
        int key = row * shape.kvWidth() + kvHead * headWidth;
        rotary.rotate(x.query, query, group, headWidth, position);
        rotary.rotate(x.key, key, 1, headWidth, position);
        batch.sequence(row).store(layer, position, kvHead, x.key, x.value, key);
    }

    private void rotateAndAttend(int from, int to, int worker) {
        for (int part = from; part < to; part++) {
            int tile = part / shape.kvHeads();
            int kvHead = part % shape.kvHeads();
            for (int row = x.tileStarts[tile]; row < x.tileStarts[tile + 1]; row++) {
                rotateAndStoreHead(row, kvHead);
            }
            attend(tile, kvHead, x.tiles[worker]);
        }
    }

    // The last rows of a prompt attend to the most tokens: they come first.
    private void attend(int from, int to, int worker) {
        for (int part = from; part < to; part++) {
            int tile = tiles - 1 - part / shape.kvHeads();
            attend(tile, part % shape.kvHeads(), x.tiles[worker]);
        }
    }

    /// The query heads of a tile's rows that share a key-value head, over the tokens up to each
    /// row's own that the sliding window leaves.
    private void attend(int index, int kvHead, AttentionTile tile) {
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
        attend(batch.sequence(firstRow), kvHead, tile);
        int query = 0;
        for (int row = firstRow; row < endRow; row++) {
            int at = row * shape.queryWidth() + kvHead * group * headWidth;
            for (int head = 0; head < group; head++) {
                tile.finish(query++, x.attended, at + head * headWidth);
            }
        }
    }

    private void attend(KvCache.Reservation sequence, int kvHead, AttentionTile tile) {
        int from = tile.firstToken() - tile.firstToken() % KV_BLOCK_TOKENS;
        for (; from < tile.endToken(); from += KV_BLOCK_TOKENS) {
            kernels.attend(
                    tile,
                    from,
                    sequence.type(),
                    sequence.memory(from),
                    sequence.keysOffset(from, layer, kvHead),
                    sequence.valuesOffset(from, layer, kvHead));
        }
    }

    private void packAttended(int from, int to) {
        pack(x.attended, written, rows, shape.queryWidth(), from, to);
    }

    private void gateAndPack(int from, int to) {
        int width = shape.feedForwardWidth();
        int at = from * width;
        kernels.swiGlu(x.gate, at, x.up, at, (to - from) * width);
        pack(x.gate, written, rows, width, from, to);
    }

    // The residual lacks what the last layer adds: only these rows need it.
    private void outputNorm(int from, int to) {
        int width = shape.width();
        for (int i = from; i < to; i++) {
            int row = batch.logitRow(i) * width;
            kernels.add(x.residual, row, x.delta, row, width);
            kernels.rmsNorm(
                    x.residual,
                    row,
                    weights.outputNorm(),
                    shape.epsilon(),
                    x.normed,
                    i * width,
                    width);
        }
        pack(x.normed, batch.writtenLogitCount(), batch.logitCount(), width, from, to);
    }
}

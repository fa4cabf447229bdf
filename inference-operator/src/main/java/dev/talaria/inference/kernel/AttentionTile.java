package dev.talaria.inference.kernel;

import static dev.talaria.inference.kernel.Kernels.KV_BLOCK_TOKENS;

import java.util.Arrays;

/// Queries that attend to the same keys, and how far their attention has come: memory of one
/// thread, used again from tile to tile.
///
/// A softmax over any number of tokens in one pass: the greatest score so far, the weights' sum and
/// the weighted values are kept, and scaled down where a greater score comes. Milakov and
/// Gimelshein, "Online normalizer calculation for softmax", 2018. Every query goes through its
/// tokens block by block, so its result does not depend on what else is in the tile.
///
/// Queries are added in the order of their tokens: neither the first nor the last token a query
/// attends to comes before that of the query in front of it.
public final class AttentionTile {

    final int headLength;

    /// `(query, headLength)`, scaled.
    final float[] queries;

    /// `(query, headLength)`: values weighted so far.
    final float[] out;

    /// `(query, KV_BLOCK_TOKENS)`: scores of the block under way, then its weights.
    final float[] weights;

    /// `(query, KV_BLOCK_TOKENS)`: the weights so far, by the token's place in its block. Added up
    /// at the end, in one order for every width of vectors.
    final float[] sums;

    /// Each query's greatest score so far.
    final float[] greatest;

    /// `(headLength, KV_BLOCK_TOKENS)`: the block's keys.
    final float[] keys;

    /// `(KV_BLOCK_TOKENS, headLength)`: the block's values.
    final float[] values;

    /// Each query's first token, and the one after its last.
    final int[] first;

    final int[] end;

    int count;

    /// @param most queries a tile may have
    public AttentionTile(int most, int headLength) {
        this.headLength = headLength;
        queries = new float[most * headLength];
        out = new float[most * headLength];
        weights = new float[most * KV_BLOCK_TOKENS];
        sums = new float[most * KV_BLOCK_TOKENS];
        greatest = new float[most];
        keys = new float[headLength * KV_BLOCK_TOKENS];
        values = new float[headLength * KV_BLOCK_TOKENS];
        first = new int[most];
        end = new int[most];
    }

    /// Takes all queries out.
    public void clear() {
        count = 0;
    }

    /// Adds a query.
    ///
    /// @param scale of its products with keys
    /// @param firstToken the first it attends to
    /// @param endToken one after the last
    public void add(float[] x, int offset, float scale, int firstToken, int endToken) {
        int at = count * headLength;
        for (int d = 0; d < headLength; d++) {
            queries[at + d] = x[offset + d] * scale;
        }
        Arrays.fill(out, at, at + headLength, 0f);
        Arrays.fill(sums, count * KV_BLOCK_TOKENS, (count + 1) * KV_BLOCK_TOKENS, 0f);
        greatest[count] = Float.NEGATIVE_INFINITY;
        first[count] = firstToken;
        end[count] = endToken;
        count++;
    }

    /// The first token that any query attends to.
    public int firstToken() {
        return first[0];
    }

    /// One after the last token that any query attends to.
    public int endToken() {
        return end[count - 1];
    }

    /// The block's keys, to be filled before [Kernels#attend].
    public float[] keys() {
        return keys;
    }

    /// The block's values, to be filled before [Kernels#attend].
    public float[] values() {
        return values;
    }

    /// Writes a query's result, once all blocks have been attended to.
    public void finish(int query, float[] to, int offset) {
        float sum = 0f;
        for (int t = 0; t < KV_BLOCK_TOKENS; t++) {
            sum += sums[query * KV_BLOCK_TOKENS + t];
        }
        float inverse = 1f / sum;
        int at = query * headLength;
        for (int d = 0; d < headLength; d++) {
            to[offset + d] = out[at + d] * inverse;
        }
    }

    /// The first query that attends to a token of the block at `from`; [#count] where none does.
    int firstQuery(int from) {
        int query = 0;
        while (query < count && end[query] <= from) {
            query++;
        }
        return query;
    }

    /// One after the last query that attends to a token of the block at `from`.
    int endQuery(int from) {
        int query = count;
        while (query > 0 && first[query - 1] >= from + KV_BLOCK_TOKENS) {
            query--;
        }
        return query;
    }

    /// The query's first token within the block at `from`.
    int low(int query, int from) {
        return Math.max(0, first[query] - from);
    }

    /// One after the query's last token within the block at `from`.
    int high(int query, int from) {
        return Math.min(KV_BLOCK_TOKENS, end[query] - from);
    }
}

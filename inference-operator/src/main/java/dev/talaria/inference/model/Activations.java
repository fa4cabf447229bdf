package dev.talaria.inference.model;

import dev.talaria.inference.kernel.AttentionTile;
import dev.talaria.inference.kernel.Kernels;

import java.util.Arrays;

/// The intermediate numbers of a forward pass: allocated once for the largest batch, written over
/// by every layer, valid until the next pass.
final class Activations {

    /// `(rows, width)`: what the layers add to.
    final float[] residual;

    /// `(rows, width)`: the residual, normed.
    final float[] normed;

    /// `(rows, heads * headWidth)`.
    final float[] query;

    /// `(rows, kvHeads * headWidth)`.
    final float[] key;

    /// `(rows, kvHeads * headWidth)`.
    final float[] value;

    /// `(rows, heads * headWidth)`: the heads' weighted values.
    final float[] attended;

    /// `(rows, width)`: what attention or the feed-forward network adds to the residual.
    final float[] delta;

    /// `(rows, feedForwardWidth)`.
    final float[] gate;

    /// `(rows, feedForwardWidth)`.
    final float[] up;

    /// The input of the product under way, in the kernels' order: the written rows.
    final float[] packedWritten;

    /// As [#packedWritten], the rows of prompts.
    final float[] packedPrompt;

    /// Each worker's queries of a tile of attention.
    final AttentionTile[] tiles;

    /// Rows of which the tiles consist: tile `i` has the rows from `tileStarts[i]` up to
    /// `tileStarts[i + 1]`.
    final int[] tileStarts;

    /// `(worker, scratch of a product)`.
    final float[][] scratch;

    Activations(ModelConfiguration shape, Kernels kernels, int workers, int tileQueries) {
        int rows = Kernels.MAX_ROWS;
        residual = new float[rows * shape.width()];
        normed = new float[rows * shape.width()];
        query = new float[rows * shape.queryWidth()];
        key = new float[rows * shape.kvWidth()];
        value = new float[rows * shape.kvWidth()];
        attended = new float[rows * shape.queryWidth()];
        delta = new float[rows * shape.width()];
        gate = new float[rows * shape.feedForwardWidth()];
        up = new float[rows * shape.feedForwardWidth()];
        int widest =
                Math.max(Math.max(shape.width(), shape.queryWidth()), shape.feedForwardWidth());
        packedWritten = new float[kernels.packedLength(rows, widest)];
        packedPrompt = new float[kernels.packedLength(rows, widest)];
        tiles = new AttentionTile[workers];
        Arrays.setAll(tiles, _ -> new AttentionTile(tileQueries, shape.headWidth()));
        tileStarts = new int[rows + 1];
        scratch = new float[workers][kernels.scratchLength()];
    }
}

package dev.talaria.inference.kernel;

import dev.talaria.inference.tensor.Tensor;
import dev.talaria.inference.tensor.TensorShape;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// The arithmetic the model spends its time in.
///
/// Takes arrays, offsets and lengths; knows nothing of layers, requests or topics. [ScalarKernels]
/// says what each method means; [VectorKernels] says it faster. Implementations hold no state and
/// are safe for use by many threads; how work is divided among threads is the caller's business.
///
/// Every method computes each row of a batch in one fixed order of operations that depends neither
/// on the number of rows nor on how the outputs are divided, only on the [Phase]. So a request gets
/// the same numbers, bit for bit, alone and in a crowd.
public interface Kernels {

    /// The most rows one [#multiply] takes.
    int MAX_ROWS = 513;

    /// What a row is computed for. Each has an order of summation of its own, the fastest for its
    /// purpose; so a token's phase must follow from its place in its request alone.
    enum Phase {
        /// A token of a prompt.
        PREFILL,
        /// A token that the model writes.
        DECODE
    }

    /// Tokens of one block of the key-value cache.
    int KV_BLOCK_TOKENS = 32;

    /// One line for people: which instructions, which widths.
    String description();

    /// Brings a weight matrix into the order [#multiply] reads. The memory comes from the arena;
    /// the tensor's own memory is not needed afterwards.
    WeightMatrix prepare(Tensor tensor, Arena arena, WorkerTeam team);

    /// Names the order of prepared weights: what was prepared under one name may be restored under
    /// the same. Empty where they lie as they are stored, so that keeping them wins nothing.
    Optional<String> weightOrder();

    /// The memory that [#prepare] takes for a matrix.
    long preparedBytes(TensorShape shape);

    /// A matrix prepared earlier, perhaps by another process.
    ///
    /// @param memory with the contents of [WeightMatrix#memory] of a matrix of the same shape and
    ///   [#weightOrder], aligned to 64 bytes; used as long as the matrix is
    /// @throws IllegalArgumentException where its length is not [#preparedBytes]
    WeightMatrix restore(TensorShape shape, MemorySegment memory);

    /// Floats that [#pack] writes at most for so many rows or fewer.
    int packedLength(int rows, int columns);

    /// Brings activations into the order [#multiply] reads in a phase.
    ///
    /// @param x `(fromRow + rows, columns)`
    /// @param packed at least [#packedLength] long
    default void pack(Phase phase, float[] x, int fromRow, int rows, int columns, float[] packed) {
        pack(phase, x, fromRow, rows, columns, 0, rows, packed);
    }

    /// As [#pack], for some of the rows: threads may share them out. All together have to be packed
    /// before a product.
    ///
    /// @param from the first of the rows that this call packs, 0 to `rows`
    /// @param to one after the last
    void pack(
            Phase phase,
            float[] x,
            int fromRow,
            int rows,
            int columns,
            int from,
            int to,
            float[] packed);

    /// Floats of scratch memory a thread hands to [#multiply].
    int scratchLength();

    /// Writes `x * weightsᵀ` for the panels `[fromPanel, toPanel)` of the weights: outputs outside
    /// them are not touched, so that threads may share `out`.
    ///
    /// @param packed activations from [#pack]
    /// @param rows 1 to [#MAX_ROWS]
    /// @param out `(fromRow + rows, weights.rows())`
    /// @param scratch used by this call alone
    void multiply(
            Phase phase,
            WeightMatrix weights,
            float[] packed,
            int rows,
            float[] out,
            int fromRow,
            int fromPanel,
            int toPanel,
            float[] scratch);

    /// `out[i] = x[i] / rms(x) * weight[i]` with `rms(x) = sqrt(mean(x²) + epsilon)`. Zhang and
    /// Sennrich, "Root Mean Square Layer Normalization", 2019.
    void rmsNorm(
            float[] x,
            int xOffset,
            float[] weight,
            float epsilon,
            float[] out,
            int outOffset,
            int length);

    /// `x[i] += y[i]`.
    void add(float[] x, int xOffset, float[] y, int yOffset, int length);

    /// `gate[i] = silu(gate[i]) * up[i]`. Shazeer, "GLU Variants Improve Transformer", 2020.
    void swiGlu(float[] gate, int gateOffset, float[] up, int upOffset, int length);

    /// Reads the keys of one head of a block as floats.
    ///
    /// @param offset where the head's keys begin
    /// @param keys receives `(headLength, KV_BLOCK_TOKENS)`: the tokens are the inner dimension.
    ///   Tokens of the block that nobody has stored may be anything
    void loadKeys(KvType type, MemorySegment block, long offset, int headLength, float[] keys);

    /// Reads the values of one head of a block as floats.
    ///
    /// @param offset where the head's values begin
    /// @param values receives `(tokens, headLength)`
    void loadValues(
            KvType type,
            MemorySegment block,
            long offset,
            int tokens,
            int headLength,
            float[] values);

    /// Takes the block whose keys and values the tile holds into the attention of those queries
    /// that attend to any of its tokens: `softmax(query * keysᵀ) * values`, the softmax over all
    /// blocks. Vaswani et al., "Attention Is All You Need", 2017.
    ///
    /// Blocks come in their order. Numbers of tokens that no query attends to do not matter.
    ///
    /// @param from the block's first token
    void attend(AttentionTile tile, int from);

    /// As [#attend(AttentionTile, int)], of a block as it is stored: the tile's keys and values are
    /// whatever the kernels make of them.
    ///
    /// @param keys where the head's keys begin in the block
    /// @param values where its values begin
    default void attend(
            AttentionTile tile,
            int from,
            KvType type,
            MemorySegment block,
            long keys,
            long values) {
        int tokens = Math.min(KV_BLOCK_TOKENS, tile.endToken() - from);
        loadKeys(type, block, keys, tile.headLength, tile.keys());
        loadValues(type, block, values, tokens, tile.headLength, tile.values());
        attend(tile, from);
    }
}

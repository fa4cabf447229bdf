package dev.talaria.inference.kernel;

import dev.talaria.inference.tensor.Tensor;

import java.lang.foreign.Arena;

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

    /// Floats that [#pack] writes for so many rows.
    int packedLength(int rows, int columns);

    /// Brings activations into the order [#multiply] reads.
    ///
    /// @param x `(fromRow + rows, columns)`
    /// @param packed at least [#packedLength] long
    void pack(float[] x, int fromRow, int rows, int columns, float[] packed);

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

    /// Scaled products of one query with the [#KV_BLOCK_TOKENS] keys of a cache block.
    ///
    /// @param keys `(headLength, KV_BLOCK_TOKENS)`: the tokens are the inner dimension
    /// @param scores receives [#KV_BLOCK_TOKENS] numbers, unused tokens of the block included
    void scores(
            float[] query,
            int queryOffset,
            float[] keys,
            int keysOffset,
            int headLength,
            float scale,
            float[] scores,
            int scoresOffset);

    /// Turns scores into probabilities, in place: `exp(x - max)` over their sum.
    void softmax(float[] x, int offset, int length);

    /// `out += sum over t of weights[t] * values[t]` for the first `tokens` of a cache block.
    ///
    /// @param values `(KV_BLOCK_TOKENS, headLength)`
    void weighValues(
            float[] weights,
            int weightsOffset,
            int tokens,
            float[] values,
            int valuesOffset,
            int headLength,
            float[] out,
            int outOffset);
}

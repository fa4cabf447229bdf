package dev.talaria.inference.quantize;

import dev.talaria.inference.tensor.TensorType;

/// Writes rows of weights in a storage type: the way back from
/// [RowDecoder][dev.talaria.inference.kernel.RowDecoder].
///
/// Quantized types choose scales that keep the squared error of the weights small. Has scratch
/// memory of its own: one encoder per thread.
interface RowEncoder {

    /// Writes a row.
    ///
    /// @param row finite numbers, a whole number of the type's blocks
    /// @param columns of the row
    /// @param out room for the row's bytes from `at`
    /// @throws ArithmeticException where a number is too great for the type
    void encode(float[] row, int columns, byte[] out, int at);

    /// A new encoder.
    static RowEncoder of(TensorType type) {
        return switch (type) {
            case F32 -> FloatRows::f32;
            case F16 -> FloatRows::f16;
            case BF16 -> FloatRows::bf16;
            case Q8_0 -> new SmallBlockEncoder(type, SmallBlockEncoder.q80());
            case Q4_0 -> new SmallBlockEncoder(type, SmallBlockEncoder.q40());
            case Q4_1 -> new SmallBlockEncoder(type, SmallBlockEncoder.q41());
            case Q5_0 -> new SmallBlockEncoder(type, SmallBlockEncoder.q50());
            case Q5_1 -> new SmallBlockEncoder(type, SmallBlockEncoder.q51());
            case IQ4_NL -> new SmallBlockEncoder(type, SmallBlockEncoder.iq4nl());
            case Q2_K -> new AffineSuperBlocks(AffineSuperBlocks.Layout.Q2_K);
            case Q4_K -> new AffineSuperBlocks(AffineSuperBlocks.Layout.Q4_K);
            case Q5_K -> new AffineSuperBlocks(AffineSuperBlocks.Layout.Q5_K);
            case Q3_K -> new ScaledSuperBlocks(ScaledSuperBlocks.Layout.Q3_K);
            case Q6_K -> new ScaledSuperBlocks(ScaledSuperBlocks.Layout.Q6_K);
            case IQ4_XS -> new ScaledSuperBlocks(ScaledSuperBlocks.Layout.IQ4_XS);
        };
    }
}

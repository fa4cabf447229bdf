package dev.talaria.inference.kernel;

import java.lang.foreign.MemorySegment;

/// [Kernels] in machine code. Products are each one's own; attention to stored blocks, and what
/// lies between, are the same code for all that have it.
abstract class ProductKernels implements Kernels {

    private final VectorKernels vector;
    private final TileAttention attention;
    private final Elementwise elementwise;

    /// @param vector for what is not machine code: blocks that are read as floats
    ProductKernels(VectorKernels vector, TileAttention attention, Elementwise elementwise) {
        this.vector = vector;
        this.attention = attention;
        this.elementwise = elementwise;
    }

    /// All but the products of other kernels.
    ProductKernels(ProductKernels others) {
        this(others.vector, others.attention, others.elementwise);
    }

    @Override
    public void rmsNorm(
            float[] x,
            int xOffset,
            float[] weight,
            float epsilon,
            float[] out,
            int outOffset,
            int length) {
        elementwise.rmsNorm(x, xOffset, weight, epsilon, out, outOffset, length);
    }

    @Override
    public void add(float[] x, int xOffset, float[] y, int yOffset, int length) {
        elementwise.add(x, xOffset, y, yOffset, length);
    }

    @Override
    public void swiGlu(float[] gate, int gateOffset, float[] up, int upOffset, int length) {
        elementwise.swiGlu(gate, gateOffset, up, upOffset, length);
    }

    @Override
    public void loadKeys(
            KvType type, MemorySegment block, long offset, int headLength, float[] keys) {
        vector.loadKeys(type, block, offset, headLength, keys);
    }

    @Override
    public void loadValues(
            KvType type,
            MemorySegment block,
            long offset,
            int tokens,
            int headLength,
            float[] values) {
        vector.loadValues(type, block, offset, tokens, headLength, values);
    }

    @Override
    public void attend(AttentionTile tile, int from) {
        vector.attend(tile, from);
    }

    @Override
    public void attend(
            AttentionTile tile,
            int from,
            KvType type,
            MemorySegment block,
            long keys,
            long values) {
        attention.attend(tile, from, type, block, keys, values);
    }
}

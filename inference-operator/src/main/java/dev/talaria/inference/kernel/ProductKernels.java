package dev.talaria.inference.kernel;

import java.lang.foreign.MemorySegment;

/// [Kernels] that have products of their own, and leave what lies between products to others.
abstract class ProductKernels implements Kernels {

    private final Kernels others;

    ProductKernels(Kernels others) {
        this.others = others;
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
        others.rmsNorm(x, xOffset, weight, epsilon, out, outOffset, length);
    }

    @Override
    public void add(float[] x, int xOffset, float[] y, int yOffset, int length) {
        others.add(x, xOffset, y, yOffset, length);
    }

    @Override
    public void swiGlu(float[] gate, int gateOffset, float[] up, int upOffset, int length) {
        others.swiGlu(gate, gateOffset, up, upOffset, length);
    }

    @Override
    public void loadKeys(
            KvType type, MemorySegment block, long offset, int headLength, float[] keys) {
        others.loadKeys(type, block, offset, headLength, keys);
    }

    @Override
    public void loadValues(
            KvType type,
            MemorySegment block,
            long offset,
            int tokens,
            int headLength,
            float[] values) {
        others.loadValues(type, block, offset, tokens, headLength, values);
    }

    @Override
    public void attend(AttentionTile tile, int from) {
        others.attend(tile, from);
    }

    @Override
    public void attend(
            AttentionTile tile,
            int from,
            KvType type,
            MemorySegment block,
            long keys,
            long values) {
        others.attend(tile, from, type, block, keys, values);
    }
}

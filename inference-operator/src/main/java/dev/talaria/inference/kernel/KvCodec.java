package dev.talaria.inference.kernel;

import static dev.talaria.inference.kernel.Kernels.KV_BLOCK_TOKENS;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// What the bytes of stored keys and values mean, element by element: the plain reading that the
/// fast ones are tested against, and the writing that all share.
///
/// Keys lie as `(headLength, tokens)`, so that one vector holds the same element of many tokens;
/// values as `(tokens, headLength)`. With [KvType#INT8] the tokens' scales, as floats, come first.
public final class KvCodec {

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(LITTLE_ENDIAN);

    /// Bytes of the scales in front of a head's 8-bit elements.
    static final int SCALE_BYTES = Float.BYTES * KV_BLOCK_TOKENS;

    private static final float LARGEST_HALF = 65_504f;
    private static final float LARGEST_BYTE = 127f;

    private KvCodec() {}

    /// Stores one token's keys of a head.
    ///
    /// @param offset where the head's keys begin in the block
    /// @param token of the block, from 0
    public static void storeKeys(
            KvType type,
            MemorySegment block,
            long offset,
            int token,
            float[] x,
            int xOffset,
            int headLength) {
        store(type, block, offset, token, token, KV_BLOCK_TOKENS, x, xOffset, headLength);
    }

    /// Stores one token's values of a head.
    ///
    /// @param offset where the head's values begin in the block
    /// @param token of the block, from 0
    public static void storeValues(
            KvType type,
            MemorySegment block,
            long offset,
            int token,
            float[] x,
            int xOffset,
            int headLength) {
        store(type, block, offset, token, token * headLength, 1, x, xOffset, headLength);
    }

    private static void store(
            KvType type,
            MemorySegment block,
            long offset,
            int token,
            int first,
            int stride,
            float[] x,
            int xOffset,
            int length) {
        switch (type) {
            case F32 -> {
                for (int d = 0; d < length; d++) {
                    long at = offset + Float.BYTES * (first + (long) d * stride);
                    block.set(FLOAT, at, x[xOffset + d]);
                }
            }
            case F16 -> {
                for (int d = 0; d < length; d++) {
                    long at = offset + Short.BYTES * (first + (long) d * stride);
                    block.set(SHORT, at, Float.floatToFloat16(bounded(x[xOffset + d])));
                }
            }
            case INT8 -> {
                float scale = largest(x, xOffset, length) / LARGEST_BYTE;
                float inverse = scale > 0 ? 1 / scale : 0f;
                block.set(FLOAT, offset + (long) Float.BYTES * token, scale);
                for (int d = 0; d < length; d++) {
                    long at = offset + SCALE_BYTES + first + (long) d * stride;
                    int q = Math.round(Math.clamp(x[xOffset + d] * inverse, -127f, 127f));
                    block.set(ValueLayout.JAVA_BYTE, at, (byte) q);
                }
            }
        }
    }

    // A number beyond the range would become infinite, and a product with zero no number at all.
    private static float bounded(float x) {
        return Math.max(-LARGEST_HALF, Math.min(LARGEST_HALF, x));
    }

    private static float largest(float[] x, int offset, int length) {
        float largest = 0f;
        for (int d = 0; d < length; d++) {
            largest = Math.max(largest, Math.abs(x[offset + d]));
        }
        return largest;
    }

    /// Reads the keys of one head as floats.
    ///
    /// @param keys receives `(headLength, KV_BLOCK_TOKENS)`, unused tokens of the block included
    static void loadKeys(
            KvType type, MemorySegment block, long offset, int headLength, float[] keys) {
        for (int d = 0; d < headLength; d++) {
            for (int token = 0; token < KV_BLOCK_TOKENS; token++) {
                int index = d * KV_BLOCK_TOKENS + token;
                keys[index] = element(type, block, offset, token, index);
            }
        }
    }

    /// Reads the values of one head as floats.
    ///
    /// @param values receives `(tokens, headLength)`
    static void loadValues(
            KvType type,
            MemorySegment block,
            long offset,
            int tokens,
            int headLength,
            float[] values) {
        for (int token = 0; token < tokens; token++) {
            for (int d = 0; d < headLength; d++) {
                int index = token * headLength + d;
                values[index] = element(type, block, offset, token, index);
            }
        }
    }

    /// One element: the number at `index` in the order of the elements, which is the token's.
    static float element(KvType type, MemorySegment block, long offset, int token, int index) {
        return switch (type) {
            case F32 -> block.get(FLOAT, offset + (long) Float.BYTES * index);
            case F16 -> Float.float16ToFloat(block.get(SHORT, offset + (long) Short.BYTES * index));
            case INT8 ->
                    block.get(ValueLayout.JAVA_BYTE, offset + SCALE_BYTES + index)
                            * block.get(FLOAT, offset + (long) Float.BYTES * token);
        };
    }
}

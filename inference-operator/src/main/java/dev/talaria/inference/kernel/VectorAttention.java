package dev.talaria.inference.kernel;

import static dev.talaria.inference.kernel.Kernels.KV_BLOCK_TOKENS;

import static jdk.incubator.vector.VectorOperators.B2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_S2I;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Attention of many queries over one block of keys and values.
///
/// The block is decoded to floats once, into the first-level cache, and all queries of the tile use
/// it there: four at a time, so that a loaded vector serves four multiply-adds. Every query's sums
/// are added up in the order of the elements or tokens, alone or in fours.
final class VectorAttention {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final int LANES = FLOATS.length();

    // Vectors of shorts and bytes with as many lanes as those of floats; there are none below 64
    // bits, so on narrow machines one of them fills several vectors of floats.
    private static final VectorSpecies<Short> SHORTS =
            VectorSpecies.of(short.class, shape(LANES * Short.SIZE));
    private static final VectorSpecies<Byte> BYTES =
            VectorSpecies.of(byte.class, shape(LANES * Byte.SIZE));
    private static final int SHORT_PARTS = SHORTS.length() / LANES;
    private static final int BYTE_PARTS = BYTES.length() / LANES;

    // 4 queries x 2 vectors are 8 sums, which with 2 loads and 4 broadcasts fit 16 registers.
    private static final int QUERIES = 4;
    private static final int PAIR = 2 * LANES;

    // 2^112: takes a half's exponent, moved to where a float has its own, to the float's bias.
    private static final float REBIAS = 0x1p112f;

    private VectorAttention() {}

    private static VectorShape shape(int bits) {
        return VectorShape.forBitSize(Math.max(64, bits));
    }

    static void loadKeys(
            KvType type, MemorySegment block, long offset, int headLength, float[] keys) {
        int length = headLength * KV_BLOCK_TOKENS;
        switch (type) {
            case F32 -> floats(block, offset, length, keys);
            case F16 -> halves(block, offset, length, keys);
            case INT8 -> byteKeys(block, offset, headLength, keys);
        }
    }

    static void loadValues(
            KvType type,
            MemorySegment block,
            long offset,
            int tokens,
            int headLength,
            float[] values) {
        int length = tokens * headLength;
        switch (type) {
            case F32 -> floats(block, offset, length, values);
            case F16 -> halves(block, offset, length, values);
            case INT8 -> byteValues(block, offset, tokens, headLength, values);
        }
    }

    private static void floats(MemorySegment block, long offset, int length, float[] out) {
        int bound = FLOATS.loopBound(length);
        for (int i = 0; i < bound; i += LANES) {
            FloatVector.fromMemorySegment(
                            FLOATS, block, offset + (long) Float.BYTES * i, LITTLE_ENDIAN)
                    .intoArray(out, i);
        }
        for (int i = bound; i < length; i++) {
            out[i] = KvCodec.element(KvType.F32, block, offset, 0, i);
        }
    }

    private static void halves(MemorySegment block, long offset, int length, float[] out) {
        int bound = SHORTS.loopBound(length);
        for (int i = 0; i < bound; i += SHORTS.length()) {
            ShortVector halves =
                    ShortVector.fromMemorySegment(
                            SHORTS, block, offset + (long) Short.BYTES * i, LITTLE_ENDIAN);
            for (int part = 0; part < SHORT_PARTS; part++) {
                widened(halves, part).intoArray(out, i + part * LANES);
            }
        }
        for (int i = bound; i < length; i++) {
            out[i] = KvCodec.element(KvType.F16, block, offset, 0, i);
        }
    }

    /// Sign, exponent and fraction moved to their places in a float; also right for denormal
    /// halves. Infinities and what is no number are never stored.
    private static FloatVector widened(ShortVector halves, int part) {
        IntVector bits = (IntVector) halves.convertShape(ZERO_EXTEND_S2I, INTS, part);
        FloatVector magnitude =
                bits.and(0x7FFF).lanewise(LSHL, 13).reinterpretAsFloats().mul(REBIAS);
        IntVector sign = bits.and(0x8000).lanewise(LSHL, 16);
        return magnitude.reinterpretAsInts().or(sign).reinterpretAsFloats();
    }

    private static void byteKeys(MemorySegment block, long offset, int headLength, float[] keys) {
        long elements = offset + KvCodec.SCALE_BYTES;
        for (int t = 0; t < KV_BLOCK_TOKENS; t += BYTES.length()) {
            for (int part = 0; part < BYTE_PARTS; part++) {
                int token = t + part * LANES;
                FloatVector scale =
                        FloatVector.fromMemorySegment(
                                FLOATS, block, offset + (long) Float.BYTES * token, LITTLE_ENDIAN);
                for (int d = 0; d < headLength; d++) {
                    int row = d * KV_BLOCK_TOKENS;
                    bytes(block, elements + row + t, part).mul(scale).intoArray(keys, row + token);
                }
            }
        }
    }

    private static void byteValues(
            MemorySegment block, long offset, int tokens, int headLength, float[] values) {
        int bound = BYTES.loopBound(headLength);
        for (int token = 0; token < tokens; token++) {
            int row = token * headLength;
            float scale = KvCodec.element(KvType.F32, block, offset, 0, token);
            for (int d = 0; d < bound; d += BYTES.length()) {
                for (int part = 0; part < BYTE_PARTS; part++) {
                    bytes(block, offset + KvCodec.SCALE_BYTES + row + d, part)
                            .mul(scale)
                            .intoArray(values, row + d + part * LANES);
                }
            }
            for (int d = bound; d < headLength; d++) {
                values[row + d] = KvCodec.element(KvType.INT8, block, offset, token, row + d);
            }
        }
    }

    private static FloatVector bytes(MemorySegment block, long at, int part) {
        return (FloatVector)
                ByteVector.fromMemorySegment(BYTES, block, at, LITTLE_ENDIAN)
                        .convertShape(B2F, FLOATS, part);
    }

    static void attend(AttentionTile tile, int from) {
        int first = tile.firstQuery(from);
        int end = tile.endQuery(from);
        int query = first;
        for (; query + QUERIES <= end; query += QUERIES) {
            scoresOfFour(tile, query);
        }
        for (; query < end; query++) {
            scores(tile, query);
        }
        for (query = first; query < end; query++) {
            soften(tile, query, tile.low(query, from), tile.high(query, from));
        }
        query = first;
        while (query < end) {
            int low = tile.low(query, from);
            int high = tile.high(query, from);
            int last = query + QUERIES - 1;
            boolean alike =
                    last < end && tile.low(last, from) == low && tile.high(last, from) == high;
            if (alike) {
                weighForFour(tile, query, low, high);
                query += QUERIES;
            } else {
                weigh(tile, query, low, high);
                query++;
            }
        }
    }

    private static void scoresOfFour(AttentionTile tile, int query) {
        int length = tile.headLength;
        float[] queries = tile.queries;
        float[] keys = tile.keys;
        int q0 = query * length;
        int q1 = q0 + length;
        int q2 = q1 + length;
        int q3 = q2 + length;
        for (int t = 0; t < KV_BLOCK_TOKENS; t += PAIR) {
            FloatVector s00 = FloatVector.zero(FLOATS);
            FloatVector s01 = FloatVector.zero(FLOATS);
            FloatVector s10 = FloatVector.zero(FLOATS);
            FloatVector s11 = FloatVector.zero(FLOATS);
            FloatVector s20 = FloatVector.zero(FLOATS);
            FloatVector s21 = FloatVector.zero(FLOATS);
            FloatVector s30 = FloatVector.zero(FLOATS);
            FloatVector s31 = FloatVector.zero(FLOATS);
            for (int d = 0; d < length; d++) {
                int at = d * KV_BLOCK_TOKENS + t;
                FloatVector k0 = FloatVector.fromArray(FLOATS, keys, at);
                FloatVector k1 = FloatVector.fromArray(FLOATS, keys, at + LANES);
                FloatVector x0 = FloatVector.broadcast(FLOATS, queries[q0 + d]);
                s00 = x0.fma(k0, s00);
                s01 = x0.fma(k1, s01);
                FloatVector x1 = FloatVector.broadcast(FLOATS, queries[q1 + d]);
                s10 = x1.fma(k0, s10);
                s11 = x1.fma(k1, s11);
                FloatVector x2 = FloatVector.broadcast(FLOATS, queries[q2 + d]);
                s20 = x2.fma(k0, s20);
                s21 = x2.fma(k1, s21);
                FloatVector x3 = FloatVector.broadcast(FLOATS, queries[q3 + d]);
                s30 = x3.fma(k0, s30);
                s31 = x3.fma(k1, s31);
            }
            int to = query * KV_BLOCK_TOKENS + t;
            s00.intoArray(tile.weights, to);
            s01.intoArray(tile.weights, to + LANES);
            s10.intoArray(tile.weights, to + KV_BLOCK_TOKENS);
            s11.intoArray(tile.weights, to + KV_BLOCK_TOKENS + LANES);
            s20.intoArray(tile.weights, to + 2 * KV_BLOCK_TOKENS);
            s21.intoArray(tile.weights, to + 2 * KV_BLOCK_TOKENS + LANES);
            s30.intoArray(tile.weights, to + 3 * KV_BLOCK_TOKENS);
            s31.intoArray(tile.weights, to + 3 * KV_BLOCK_TOKENS + LANES);
        }
    }

    private static void scores(AttentionTile tile, int query) {
        int length = tile.headLength;
        int q = query * length;
        for (int t = 0; t < KV_BLOCK_TOKENS; t += PAIR) {
            FloatVector s0 = FloatVector.zero(FLOATS);
            FloatVector s1 = FloatVector.zero(FLOATS);
            for (int d = 0; d < length; d++) {
                int at = d * KV_BLOCK_TOKENS + t;
                FloatVector x = FloatVector.broadcast(FLOATS, tile.queries[q + d]);
                s0 = x.fma(FloatVector.fromArray(FLOATS, tile.keys, at), s0);
                s1 = x.fma(FloatVector.fromArray(FLOATS, tile.keys, at + LANES), s1);
            }
            int to = query * KV_BLOCK_TOKENS + t;
            s0.intoArray(tile.weights, to);
            s1.intoArray(tile.weights, to + LANES);
        }
    }

    /// Turns a query's scores into weights, those of tokens it does not attend to into zeros.
    private static void soften(AttentionTile tile, int query, int low, int high) {
        float[] weights = tile.weights;
        int at = query * KV_BLOCK_TOKENS;
        Arrays.fill(weights, at, at + low, Float.NEGATIVE_INFINITY);
        Arrays.fill(weights, at + high, at + KV_BLOCK_TOKENS, Float.NEGATIVE_INFINITY);
        float greatest = greatest(weights, at);
        if (greatest > tile.greatest[query]) {
            shrink(tile, query, (float) Math.exp(tile.greatest[query] - greatest));
            tile.greatest[query] = greatest;
        }
        float subtracted = tile.greatest[query];
        for (int t = 0; t < KV_BLOCK_TOKENS; t += LANES) {
            VectorKernels.exp(FloatVector.fromArray(FLOATS, weights, at + t).sub(subtracted))
                    .intoArray(weights, at + t);
        }
        Arrays.fill(weights, at, at + low, 0f);
        Arrays.fill(weights, at + high, at + KV_BLOCK_TOKENS, 0f);
        for (int t = 0; t < KV_BLOCK_TOKENS; t += LANES) {
            FloatVector.fromArray(FLOATS, tile.sums, at + t)
                    .add(FloatVector.fromArray(FLOATS, weights, at + t))
                    .intoArray(tile.sums, at + t);
        }
    }

    private static float greatest(float[] scores, int at) {
        FloatVector greatest = FloatVector.fromArray(FLOATS, scores, at);
        for (int t = LANES; t < KV_BLOCK_TOKENS; t += LANES) {
            greatest = greatest.max(FloatVector.fromArray(FLOATS, scores, at + t));
        }
        return greatest.reduceLanes(VectorOperators.MAX);
    }

    private static void shrink(AttentionTile tile, int query, float factor) {
        int length = tile.headLength;
        int at = query * KV_BLOCK_TOKENS;
        for (int t = 0; t < KV_BLOCK_TOKENS; t++) {
            tile.sums[at + t] *= factor;
        }
        int out = query * length;
        for (int d = 0; d < length; d++) {
            tile.out[out + d] *= factor;
        }
    }

    private static void weighForFour(AttentionTile tile, int query, int low, int high) {
        int length = tile.headLength;
        float[] weights = tile.weights;
        float[] values = tile.values;
        float[] out = tile.out;
        int w = query * KV_BLOCK_TOKENS;
        int o0 = query * length;
        int o1 = o0 + length;
        int o2 = o1 + length;
        int o3 = o2 + length;
        int bound = length - length % PAIR;
        for (int d = 0; d < bound; d += PAIR) {
            FloatVector s00 = FloatVector.fromArray(FLOATS, out, o0 + d);
            FloatVector s01 = FloatVector.fromArray(FLOATS, out, o0 + d + LANES);
            FloatVector s10 = FloatVector.fromArray(FLOATS, out, o1 + d);
            FloatVector s11 = FloatVector.fromArray(FLOATS, out, o1 + d + LANES);
            FloatVector s20 = FloatVector.fromArray(FLOATS, out, o2 + d);
            FloatVector s21 = FloatVector.fromArray(FLOATS, out, o2 + d + LANES);
            FloatVector s30 = FloatVector.fromArray(FLOATS, out, o3 + d);
            FloatVector s31 = FloatVector.fromArray(FLOATS, out, o3 + d + LANES);
            for (int t = low; t < high; t++) {
                int at = t * length + d;
                FloatVector v0 = FloatVector.fromArray(FLOATS, values, at);
                FloatVector v1 = FloatVector.fromArray(FLOATS, values, at + LANES);
                FloatVector x0 = FloatVector.broadcast(FLOATS, weights[w + t]);
                s00 = x0.fma(v0, s00);
                s01 = x0.fma(v1, s01);
                FloatVector x1 = FloatVector.broadcast(FLOATS, weights[w + KV_BLOCK_TOKENS + t]);
                s10 = x1.fma(v0, s10);
                s11 = x1.fma(v1, s11);
                FloatVector x2 =
                        FloatVector.broadcast(FLOATS, weights[w + 2 * KV_BLOCK_TOKENS + t]);
                s20 = x2.fma(v0, s20);
                s21 = x2.fma(v1, s21);
                FloatVector x3 =
                        FloatVector.broadcast(FLOATS, weights[w + 3 * KV_BLOCK_TOKENS + t]);
                s30 = x3.fma(v0, s30);
                s31 = x3.fma(v1, s31);
            }
            s00.intoArray(out, o0 + d);
            s01.intoArray(out, o0 + d + LANES);
            s10.intoArray(out, o1 + d);
            s11.intoArray(out, o1 + d + LANES);
            s20.intoArray(out, o2 + d);
            s21.intoArray(out, o2 + d + LANES);
            s30.intoArray(out, o3 + d);
            s31.intoArray(out, o3 + d + LANES);
        }
        for (int i = 0; i < QUERIES; i++) {
            weighTail(tile, query + i, low, high, bound);
        }
    }

    private static void weigh(AttentionTile tile, int query, int low, int high) {
        weighTail(tile, query, low, high, 0);
    }

    /// One query, from element `from` on.
    private static void weighTail(AttentionTile tile, int query, int low, int high, int from) {
        int length = tile.headLength;
        int w = query * KV_BLOCK_TOKENS;
        int o = query * length;
        int d = from;
        for (; d + LANES <= length; d += LANES) {
            FloatVector sum = FloatVector.fromArray(FLOATS, tile.out, o + d);
            for (int t = low; t < high; t++) {
                FloatVector v = FloatVector.fromArray(FLOATS, tile.values, t * length + d);
                sum = v.fma(FloatVector.broadcast(FLOATS, tile.weights[w + t]), sum);
            }
            sum.intoArray(tile.out, o + d);
        }
        for (; d < length; d++) {
            for (int t = low; t < high; t++) {
                tile.out[o + d] += tile.weights[w + t] * tile.values[t * length + d];
            }
        }
    }
}

package dev.talaria.inference.kernel;

import static jdk.incubator.vector.VectorOperators.LSHL;

import dev.talaria.inference.tensor.Tensor;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

import java.lang.foreign.Arena;

/// [Kernels] on the Vector API, for whatever width the processor prefers. Products are those of
/// [PrefillProduct] and [DecodeProduct].
public final class VectorKernels implements Kernels {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = FLOATS.length();

    @Override
    public String description() {
        return "Vector API, " + FLOATS.vectorBitSize() + " bits";
    }

    @Override
    public WeightMatrix prepare(Tensor tensor, Arena arena, WorkerTeam team) {
        return new PanelMatrix(tensor, LANES, arena, team);
    }

    @Override
    public int packedLength(int rows, int columns) {
        return PackedRows.length(rows, columns);
    }

    @Override
    public void pack(float[] x, int fromRow, int rows, int columns, float[] packed) {
        PackedRows.pack(x, fromRow, rows, columns, packed);
    }

    @Override
    public int scratchLength() {
        return Math.max(PrefillProduct.scratchLength(), DecodeProduct.scratchLength());
    }

    @Override
    public void multiply(
            Phase phase,
            WeightMatrix weights,
            float[] packed,
            int rows,
            float[] out,
            int fromRow,
            int fromPanel,
            int toPanel,
            float[] scratch) {
        PanelMatrix matrix = (PanelMatrix) weights;
        if (phase == Phase.DECODE && DecodeProduct.takes(matrix)) {
            DecodeProduct.multiply(matrix, packed, rows, out, fromRow, fromPanel, toPanel, scratch);
        } else {
            PrefillProduct.multiply(
                    matrix, packed, rows, out, fromRow, fromPanel, toPanel, scratch);
        }
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
        float scale = (float) (1 / Math.sqrt(squares(x, xOffset, length) / length + epsilon));
        int bound = FLOATS.loopBound(length);
        for (int i = 0; i < bound; i += LANES) {
            FloatVector.fromArray(FLOATS, x, xOffset + i)
                    .mul(scale)
                    .mul(FloatVector.fromArray(FLOATS, weight, i))
                    .intoArray(out, outOffset + i);
        }
        for (int i = bound; i < length; i++) {
            out[outOffset + i] = x[xOffset + i] * scale * weight[i];
        }
    }

    // Plain loops, here and in the sum of a softmax: the lanes of a vector are added up in an order
    // that
    // the Vector API leaves open, and that does change when the code is compiled.
    private static double squares(float[] x, int offset, int length) {
        double even = 0;
        double odd = 0;
        int pairs = length & -2;
        for (int i = 0; i < pairs; i += 2) {
            even += (double) x[offset + i] * x[offset + i];
            odd += (double) x[offset + i + 1] * x[offset + i + 1];
        }
        if (pairs < length) {
            even += (double) x[offset + pairs] * x[offset + pairs];
        }
        return even + odd;
    }

    @Override
    public void add(float[] x, int xOffset, float[] y, int yOffset, int length) {
        int bound = FLOATS.loopBound(length);
        for (int i = 0; i < bound; i += LANES) {
            FloatVector.fromArray(FLOATS, x, xOffset + i)
                    .add(FloatVector.fromArray(FLOATS, y, yOffset + i))
                    .intoArray(x, xOffset + i);
        }
        for (int i = bound; i < length; i++) {
            x[xOffset + i] += y[yOffset + i];
        }
    }

    @Override
    public void swiGlu(float[] gate, int gateOffset, float[] up, int upOffset, int length) {
        int bound = FLOATS.loopBound(length);
        for (int i = 0; i < bound; i += LANES) {
            FloatVector g = FloatVector.fromArray(FLOATS, gate, gateOffset + i);
            FloatVector u = FloatVector.fromArray(FLOATS, up, upOffset + i);
            g.div(exp(g.neg()).add(1f)).mul(u).intoArray(gate, gateOffset + i);
        }
        for (int i = bound; i < length; i++) {
            float g = gate[gateOffset + i];
            gate[gateOffset + i] = (float) (g / (1 + Math.exp(-g))) * up[upOffset + i];
        }
    }

    @Override
    public void scores(
            float[] query,
            int queryOffset,
            float[] keys,
            int keysOffset,
            int headLength,
            float scale,
            float[] scores,
            int scoresOffset) {
        for (int t = 0; t < KV_BLOCK_TOKENS; t += 2 * LANES) {
            FloatVector s0 = FloatVector.zero(FLOATS);
            FloatVector s1 = FloatVector.zero(FLOATS);
            for (int d = 0; d < headLength; d++) {
                FloatVector q = FloatVector.broadcast(FLOATS, query[queryOffset + d]);
                int at = keysOffset + d * KV_BLOCK_TOKENS + t;
                s0 = q.fma(FloatVector.fromArray(FLOATS, keys, at), s0);
                s1 = q.fma(FloatVector.fromArray(FLOATS, keys, at + LANES), s1);
            }
            s0.mul(scale).intoArray(scores, scoresOffset + t);
            s1.mul(scale).intoArray(scores, scoresOffset + t + LANES);
        }
    }

    @Override
    public void softmax(float[] x, int offset, int length) {
        float max = max(x, offset, length);
        float inverse = 1f / exponentials(x, offset, length, max);
        int bound = FLOATS.loopBound(length);
        for (int i = 0; i < bound; i += LANES) {
            FloatVector.fromArray(FLOATS, x, offset + i).mul(inverse).intoArray(x, offset + i);
        }
        for (int i = bound; i < length; i++) {
            x[offset + i] *= inverse;
        }
    }

    private static float max(float[] x, int offset, int length) {
        FloatVector greatest = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
        int bound = FLOATS.loopBound(length);
        for (int i = 0; i < bound; i += LANES) {
            greatest = greatest.max(FloatVector.fromArray(FLOATS, x, offset + i));
        }
        float max = greatest.reduceLanes(VectorOperators.MAX);
        for (int i = bound; i < length; i++) {
            max = Math.max(max, x[offset + i]);
        }
        return max;
    }

    private static float exponentials(float[] x, int offset, int length, float max) {
        int bound = FLOATS.loopBound(length);
        for (int i = 0; i < bound; i += LANES) {
            exp(FloatVector.fromArray(FLOATS, x, offset + i).sub(max)).intoArray(x, offset + i);
        }
        for (int i = bound; i < length; i++) {
            x[offset + i] = (float) Math.exp(x[offset + i] - max);
        }
        float even = 0;
        float odd = 0;
        int pairs = length & -2;
        for (int i = 0; i < pairs; i += 2) {
            even += x[offset + i];
            odd += x[offset + i + 1];
        }
        return pairs < length ? even + odd + x[offset + pairs] : even + odd;
    }

    // e^x = 2^n * e^r with n = round(x / ln 2) and |r| <= ln 2 / 2; the polynomial is the Taylor
    // series
    // to degree 7, whose remainder there is below half a unit in the last place. Beyond +-87 the
    // result
    // leaves the normal floats; it is held at their edge, which softmax and SiLU cannot tell from
    // 0.
    private static FloatVector exp(FloatVector x) {
        FloatVector bounded = x.max(-87f).min(87f);
        FloatVector magic = FloatVector.broadcast(FLOATS, 0x1.8p23f);
        FloatVector shifted = bounded.fma(FloatVector.broadcast(FLOATS, 1.44269504f), magic);
        FloatVector n = shifted.sub(magic);
        FloatVector r = n.fma(FloatVector.broadcast(FLOATS, -0.693359375f), bounded);
        r = n.fma(FloatVector.broadcast(FLOATS, 2.12194440e-4f), r);
        FloatVector p = FloatVector.broadcast(FLOATS, 1f / 5040);
        p = p.fma(r, FloatVector.broadcast(FLOATS, 1f / 720));
        p = p.fma(r, FloatVector.broadcast(FLOATS, 1f / 120));
        p = p.fma(r, FloatVector.broadcast(FLOATS, 1f / 24));
        p = p.fma(r, FloatVector.broadcast(FLOATS, 1f / 6));
        p = p.fma(r, FloatVector.broadcast(FLOATS, 0.5f));
        p = p.fma(r, FloatVector.broadcast(FLOATS, 1f));
        p = p.fma(r, FloatVector.broadcast(FLOATS, 1f));
        // The low bits of the shifted number are n: added to the exponent they multiply by 2^n.
        IntVector exponent = shifted.reinterpretAsInts().lanewise(LSHL, 23);
        return p.reinterpretAsInts().add(exponent).reinterpretAsFloats();
    }

    @Override
    public void weighValues(
            float[] weights,
            int weightsOffset,
            int tokens,
            float[] values,
            int valuesOffset,
            int headLength,
            float[] out,
            int outOffset) {
        int bound = FLOATS.loopBound(headLength);
        for (int d = 0; d < bound; d += LANES) {
            FloatVector sum = FloatVector.fromArray(FLOATS, out, outOffset + d);
            for (int t = 0; t < tokens; t++) {
                FloatVector v =
                        FloatVector.fromArray(FLOATS, values, valuesOffset + t * headLength + d);
                sum = v.fma(FloatVector.broadcast(FLOATS, weights[weightsOffset + t]), sum);
            }
            sum.intoArray(out, outOffset + d);
        }
        for (int d = bound; d < headLength; d++) {
            for (int t = 0; t < tokens; t++) {
                out[outOffset + d] +=
                        weights[weightsOffset + t] * values[valuesOffset + t * headLength + d];
            }
        }
    }
}

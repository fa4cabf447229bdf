package dev.talaria.inference.kernel;

import static jdk.incubator.vector.VectorOperators.LSHL;

import dev.talaria.inference.tensor.Tensor;
import dev.talaria.inference.tensor.TensorShape;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

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
    public Optional<String> weightOrder() {
        return Optional.of(PanelMatrix.order(LANES));
    }

    @Override
    public long preparedBytes(TensorShape shape) {
        return PanelMatrix.bytes(shape, LANES);
    }

    @Override
    public WeightMatrix restore(TensorShape shape, MemorySegment memory) {
        return new PanelMatrix(shape, LANES, memory);
    }

    @Override
    public int packedLength(int rows, int columns) {
        return PackedRows.length(rows, columns);
    }

    @Override
    public void pack(
            Phase phase,
            float[] x,
            int fromRow,
            int rows,
            int columns,
            int from,
            int to,
            float[] packed) {
        PackedRows.pack(phase, x, fromRow, rows, columns, from, to, packed);
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

    // A plain loop: the lanes of a vector are added up in an order that
    // the Vector API leaves open, and that does change when the code is compiled. Eight sums, so
    // that no addition waits for the one before it.
    private static double squares(float[] x, int offset, int length) {
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        double e = 0;
        double f = 0;
        double g = 0;
        double h = 0;
        int eights = offset + (length & -8);
        for (int i = offset; i < eights; i += 8) {
            a += (double) x[i] * x[i];
            b += (double) x[i + 1] * x[i + 1];
            c += (double) x[i + 2] * x[i + 2];
            d += (double) x[i + 3] * x[i + 3];
            e += (double) x[i + 4] * x[i + 4];
            f += (double) x[i + 5] * x[i + 5];
            g += (double) x[i + 6] * x[i + 6];
            h += (double) x[i + 7] * x[i + 7];
        }
        for (int i = eights; i < offset + length; i++) {
            a += (double) x[i] * x[i];
        }
        return a + b + (c + d) + (e + f + (g + h));
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
            // Lower numbers than the exponential takes would be divided by too little.
            FloatVector bounded = g.max(-87f);
            bounded.div(exp(g.neg()).add(1f)).mul(u).intoArray(gate, gateOffset + i);
        }
        for (int i = bound; i < length; i++) {
            float g = gate[gateOffset + i];
            gate[gateOffset + i] = (float) (g / (1 + Math.exp(-g))) * up[upOffset + i];
        }
    }

    @Override
    public void loadKeys(
            KvType type, MemorySegment block, long offset, int headLength, float[] keys) {
        VectorAttention.loadKeys(type, block, offset, headLength, keys);
    }

    @Override
    public void loadValues(
            KvType type,
            MemorySegment block,
            long offset,
            int tokens,
            int headLength,
            float[] values) {
        VectorAttention.loadValues(type, block, offset, tokens, headLength, values);
    }

    @Override
    public void attend(AttentionTile tile, int from) {
        VectorAttention.attend(tile, from);
    }

    // e^x = 2^n * e^r with n = round(x / ln 2) and |r| <= ln 2 / 2; the polynomial is the Taylor
    // series
    // to degree 7, whose remainder there is below half a unit in the last place. Beyond +-87 the
    // result
    // leaves the normal floats; it is held at their edge, which softmax and SiLU cannot tell from
    // 0.
    static FloatVector exp(FloatVector x) {
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
}

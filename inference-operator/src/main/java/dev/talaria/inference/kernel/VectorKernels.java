package dev.talaria.inference.kernel;

import static jdk.incubator.vector.VectorOperators.LSHL;

import dev.talaria.inference.tensor.Tensor;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

import java.lang.foreign.Arena;

/// [Kernels] on the Vector API, for whatever width the processor prefers.
///
/// A product walks the weights panel by panel and 256 columns at a time: these are decoded to
/// floats in the first-level cache, and a tile of three rows by one panel runs over them with its
/// sums in registers. The order of the columns is the outer loop, so that the activations of 256
/// columns stay in the second-level cache while all panels use them.
public final class VectorKernels implements Kernels {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = FLOATS.length();
    private static final int PANEL_ROWS = PanelDecoder.PANEL_ROWS;

    // 3 rows x 3 vectors are 9 sums: one more than two multiply-add units of latency 4 keep busy,
    // and with
    // three weights and three activations 15 of 16 registers. Larger tiles (5 x 2, 6 x 2) were
    // measured
    // at a third of the speed: the compiler loads all operands first and spills a sum.
    private static final int TILE_ROWS = 3;

    // 256 columns x 24 rows x 4 bytes are 24 KiB of a first-level cache of 32.
    static final int DEPTH = 256;

    // Scratch memory: the decoded weights, then the sums of a tile. Sums go through memory because
    // a
    // vector that is handed to a method which is not inlined would be allocated.
    private static final int SUMS = DEPTH * PANEL_ROWS;

    @Override
    public String description() {
        return "Vector API, " + FLOATS.vectorBitSize() + " bits";
    }

    @Override
    public WeightMatrix prepare(Tensor tensor, Arena arena, WorkerTeam team) {
        return new PanelMatrix(tensor, PANEL_ROWS, arena, team);
    }

    @Override
    public int packedLength(int rows, int columns) {
        return Math.multiplyExact(
                rows == 1 ? 1 : Math.ceilDiv(rows, TILE_ROWS) * TILE_ROWS, columns);
    }

    /// One row stays as it is; more are interleaved in tiles of three: `(tile, column, row of
    /// tile)`.
    @Override
    public void pack(float[] x, int rows, int columns, float[] packed) {
        if (rows == 1) {
            System.arraycopy(x, 0, packed, 0, columns);
            return;
        }
        for (int tile = 0; tile * TILE_ROWS < rows; tile++) {
            int to = tile * TILE_ROWS * columns;
            for (int r = 0; r < TILE_ROWS; r++) {
                int row = tile * TILE_ROWS + r;
                packRow(x, row * columns, row < rows ? columns : 0, packed, to + r, columns);
            }
        }
    }

    private static void packRow(
            float[] x, int from, int present, float[] packed, int to, int columns) {
        for (int k = 0; k < present; k++) {
            packed[to + k * TILE_ROWS] = x[from + k];
        }
        for (int k = present; k < columns; k++) {
            packed[to + k * TILE_ROWS] = 0f;
        }
    }

    @Override
    public int scratchLength() {
        return SUMS + TILE_ROWS * PANEL_ROWS;
    }

    @Override
    public void multiply(
            WeightMatrix weights,
            float[] packed,
            int rows,
            float[] out,
            int fromPanel,
            int toPanel,
            float[] scratch) {
        PanelMatrix matrix = (PanelMatrix) weights;
        if (rows == 1) {
            for (int panel = fromPanel; panel < toPanel; panel++) {
                multiplyRow(matrix, panel, packed, out, scratch);
            }
            return;
        }
        for (int from = 0; from < matrix.columns(); from += DEPTH) {
            int depth = Math.min(DEPTH, matrix.columns() - from);
            for (int panel = fromPanel; panel < toPanel; panel++) {
                PanelDecoder.decode(matrix, panel, from, depth, scratch);
                multiplyTiles(matrix, panel, packed, rows, from, depth, out, scratch);
            }
        }
    }

    private static void multiplyTiles(
            PanelMatrix matrix,
            int panel,
            float[] packed,
            int rows,
            int from,
            int depth,
            float[] out,
            float[] scratch) {
        int width = matrix.rows();
        int output = panel * PANEL_ROWS;
        int room = Math.min(PANEL_ROWS, width - output);
        for (int row = 0; row < rows; row += TILE_ROWS) {
            tile(packed, row * matrix.columns() + from * TILE_ROWS, scratch, depth);
            int valid = Math.min(TILE_ROWS, rows - row);
            for (int r = 0; r < valid; r++) {
                int sums = SUMS + r * PANEL_ROWS;
                emit(scratch, sums, out, (row + r) * width + output, room, from > 0);
            }
        }
    }

    /// Three rows by one panel: the weights at the start of the scratch memory, the sums go to its
    /// end.
    private static void tile(float[] x, int xOffset, float[] scratch, int depth) {
        FloatVector s00 = FloatVector.zero(FLOATS);
        FloatVector s01 = FloatVector.zero(FLOATS);
        FloatVector s02 = FloatVector.zero(FLOATS);
        FloatVector s10 = FloatVector.zero(FLOATS);
        FloatVector s11 = FloatVector.zero(FLOATS);
        FloatVector s12 = FloatVector.zero(FLOATS);
        FloatVector s20 = FloatVector.zero(FLOATS);
        FloatVector s21 = FloatVector.zero(FLOATS);
        FloatVector s22 = FloatVector.zero(FLOATS);
        for (int k = 0; k < depth; k++) {
            int w = k * PANEL_ROWS;
            FloatVector w0 = FloatVector.fromArray(FLOATS, scratch, w);
            FloatVector w1 = FloatVector.fromArray(FLOATS, scratch, w + LANES);
            FloatVector w2 = FloatVector.fromArray(FLOATS, scratch, w + 2 * LANES);
            int at = xOffset + k * TILE_ROWS;
            FloatVector x0 = FloatVector.broadcast(FLOATS, x[at]);
            s00 = x0.fma(w0, s00);
            s01 = x0.fma(w1, s01);
            s02 = x0.fma(w2, s02);
            FloatVector x1 = FloatVector.broadcast(FLOATS, x[at + 1]);
            s10 = x1.fma(w0, s10);
            s11 = x1.fma(w1, s11);
            s12 = x1.fma(w2, s12);
            FloatVector x2 = FloatVector.broadcast(FLOATS, x[at + 2]);
            s20 = x2.fma(w0, s20);
            s21 = x2.fma(w1, s21);
            s22 = x2.fma(w2, s22);
        }
        s00.intoArray(scratch, SUMS);
        s01.intoArray(scratch, SUMS + LANES);
        s02.intoArray(scratch, SUMS + 2 * LANES);
        s10.intoArray(scratch, SUMS + PANEL_ROWS);
        s11.intoArray(scratch, SUMS + PANEL_ROWS + LANES);
        s12.intoArray(scratch, SUMS + PANEL_ROWS + 2 * LANES);
        s20.intoArray(scratch, SUMS + 2 * PANEL_ROWS);
        s21.intoArray(scratch, SUMS + 2 * PANEL_ROWS + LANES);
        s22.intoArray(scratch, SUMS + 2 * PANEL_ROWS + 2 * LANES);
    }

    /// One row by one panel: the same sums in the same order as a row of [#tile]. All columns of a
    /// panel come before the next panel, so that the weights are read from memory as they lie.
    private static void multiplyRow(
            PanelMatrix matrix, int panel, float[] x, float[] out, float[] scratch) {
        int output = panel * PANEL_ROWS;
        int room = Math.min(PANEL_ROWS, matrix.rows() - output);
        switch (matrix.type()) {
            case Q4_0 -> RowProduct.q4(matrix, panel, x, scratch, SUMS);
            case Q8_0 -> RowProduct.q8(matrix, panel, x, scratch, SUMS);
            case F32, F16, BF16, Q4_1, Q5_0, Q5_1, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, IQ4_NL, IQ4_XS -> {
                decodedRow(matrix, panel, x, out, scratch);
                return;
            }
        }
        emit(scratch, SUMS, out, output, room, false);
    }

    private static void decodedRow(
            PanelMatrix matrix, int panel, float[] x, float[] out, float[] scratch) {
        int output = panel * PANEL_ROWS;
        int room = Math.min(PANEL_ROWS, matrix.rows() - output);
        for (int from = 0; from < matrix.columns(); from += DEPTH) {
            int depth = Math.min(DEPTH, matrix.columns() - from);
            PanelDecoder.decode(matrix, panel, from, depth, scratch);
            row(x, from, scratch, depth);
            emit(scratch, SUMS, out, output, room, from > 0);
        }
    }

    private static void row(float[] x, int xOffset, float[] scratch, int depth) {
        FloatVector s0 = FloatVector.zero(FLOATS);
        FloatVector s1 = FloatVector.zero(FLOATS);
        FloatVector s2 = FloatVector.zero(FLOATS);
        for (int k = 0; k < depth; k++) {
            int w = k * PANEL_ROWS;
            FloatVector x0 = FloatVector.broadcast(FLOATS, x[xOffset + k]);
            s0 = x0.fma(FloatVector.fromArray(FLOATS, scratch, w), s0);
            s1 = x0.fma(FloatVector.fromArray(FLOATS, scratch, w + LANES), s1);
            s2 = x0.fma(FloatVector.fromArray(FLOATS, scratch, w + 2 * LANES), s2);
        }
        s0.intoArray(scratch, SUMS);
        s1.intoArray(scratch, SUMS + LANES);
        s2.intoArray(scratch, SUMS + 2 * LANES);
    }

    private static void emit(
            float[] sums, int sumsOffset, float[] out, int outOffset, int room, boolean add) {
        if (add) {
            for (int i = 0; i < room; i++) {
                out[outOffset + i] += sums[sumsOffset + i];
            }
        } else {
            System.arraycopy(sums, sumsOffset, out, outOffset, room);
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

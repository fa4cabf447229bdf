package dev.talaria.inference.kernel;

import dev.talaria.inference.tensor.Tensor;

import java.lang.foreign.Arena;

/// The meaning of [Kernels]: plain loops that add up in float64, always there, slow.
public final class ScalarKernels implements Kernels {

    // Rows per unit of work; only a division for the threads.
    private static final int PANEL_ROWS = 16;

    private record TensorRows(Tensor tensor) implements WeightMatrix {

        @Override
        public int rows() {
            return tensor.rows();
        }

        @Override
        public int columns() {
            return tensor.columns();
        }

        @Override
        public int panels() {
            return Math.ceilDiv(tensor.rows(), PANEL_ROWS);
        }

        @Override
        public long bytes() {
            return tensor.data().byteSize();
        }
    }

    @Override
    public String description() {
        return "scalar (float64 sums, the reference)";
    }

    @Override
    public WeightMatrix prepare(Tensor tensor, Arena arena, WorkerTeam team) {
        Tensor copy =
                new Tensor(
                        tensor.name(),
                        tensor.type(),
                        tensor.columns(),
                        tensor.rows(),
                        arena.allocate(tensor.data().byteSize(), 64).copyFrom(tensor.data()));
        return new TensorRows(copy);
    }

    @Override
    public int packedLength(int rows, int columns) {
        return Math.multiplyExact(rows, columns);
    }

    @Override
    public void pack(float[] x, int fromRow, int rows, int columns, float[] packed) {
        System.arraycopy(x, fromRow * columns, packed, 0, rows * columns);
    }

    @Override
    public int scratchLength() {
        return 0;
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
        int columns = weights.columns();
        float[] weightRow = new float[columns];
        int end = Math.min(toPanel * PANEL_ROWS, weights.rows());
        for (int output = fromPanel * PANEL_ROWS; output < end; output++) {
            RowDecoder.decode(((TensorRows) weights).tensor(), output, weightRow, 0);
            for (int row = 0; row < rows; row++) {
                double sum = 0;
                for (int k = 0; k < columns; k++) {
                    sum += (double) packed[row * columns + k] * weightRow[k];
                }
                out[(fromRow + row) * weights.rows() + output] = (float) sum;
            }
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
        double squares = 0;
        for (int i = 0; i < length; i++) {
            squares += (double) x[xOffset + i] * x[xOffset + i];
        }
        double scale = 1 / Math.sqrt(squares / length + epsilon);
        for (int i = 0; i < length; i++) {
            out[outOffset + i] = (float) (x[xOffset + i] * scale * weight[i]);
        }
    }

    @Override
    public void add(float[] x, int xOffset, float[] y, int yOffset, int length) {
        for (int i = 0; i < length; i++) {
            x[xOffset + i] += y[yOffset + i];
        }
    }

    @Override
    public void swiGlu(float[] gate, int gateOffset, float[] up, int upOffset, int length) {
        for (int i = 0; i < length; i++) {
            double g = gate[gateOffset + i];
            gate[gateOffset + i] = (float) (g / (1 + Math.exp(-g)) * up[upOffset + i]);
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
        for (int token = 0; token < KV_BLOCK_TOKENS; token++) {
            double sum = 0;
            for (int d = 0; d < headLength; d++) {
                sum +=
                        (double) query[queryOffset + d]
                                * keys[keysOffset + d * KV_BLOCK_TOKENS + token];
            }
            scores[scoresOffset + token] = (float) (sum * scale);
        }
    }

    @Override
    public void softmax(float[] x, int offset, int length) {
        double max = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < length; i++) {
            max = Math.max(max, x[offset + i]);
        }
        double sum = 0;
        for (int i = 0; i < length; i++) {
            sum += Math.exp(x[offset + i] - max);
        }
        for (int i = 0; i < length; i++) {
            x[offset + i] = (float) (Math.exp(x[offset + i] - max) / sum);
        }
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
        for (int d = 0; d < headLength; d++) {
            double sum = out[outOffset + d];
            for (int token = 0; token < tokens; token++) {
                sum +=
                        (double) weights[weightsOffset + token]
                                * values[valuesOffset + token * headLength + d];
            }
            out[outOffset + d] = (float) sum;
        }
    }
}

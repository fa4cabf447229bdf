package dev.talaria.inference.kernel;

import dev.talaria.inference.tensor.Tensor;
import dev.talaria.inference.tensor.TensorShape;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

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

        @Override
        public MemorySegment memory() {
            return tensor.data().asReadOnly();
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
    public Optional<String> weightOrder() {
        return Optional.empty();
    }

    @Override
    public long preparedBytes(TensorShape shape) {
        return shape.bytes();
    }

    @Override
    public WeightMatrix restore(TensorShape shape, MemorySegment memory) {
        return new TensorRows(
                new Tensor(shape.name(), shape.type(), shape.columns(), shape.rows(), memory));
    }

    @Override
    public int packedLength(int rows, int columns) {
        return Math.multiplyExact(rows, columns);
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
        System.arraycopy(
                x, (fromRow + from) * columns, packed, from * columns, (to - from) * columns);
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
    public void loadKeys(
            KvType type, MemorySegment block, long offset, int headLength, float[] keys) {
        KvCodec.loadKeys(type, block, offset, headLength, keys);
    }

    @Override
    public void loadValues(
            KvType type,
            MemorySegment block,
            long offset,
            int tokens,
            int headLength,
            float[] values) {
        KvCodec.loadValues(type, block, offset, tokens, headLength, values);
    }

    @Override
    public void attend(AttentionTile tile, int from) {
        for (int query = tile.firstQuery(from); query < tile.endQuery(from); query++) {
            attend(tile, query, tile.low(query, from), tile.high(query, from));
        }
    }

    private static void attend(AttentionTile tile, int query, int low, int high) {
        int length = tile.headLength;
        int w = query * KV_BLOCK_TOKENS;
        float greatest = tile.greatest[query];
        for (int t = low; t < high; t++) {
            double score = 0;
            for (int d = 0; d < length; d++) {
                score +=
                        (double) tile.queries[query * length + d]
                                * tile.keys[d * KV_BLOCK_TOKENS + t];
            }
            tile.weights[w + t] = (float) score;
            greatest = Math.max(greatest, tile.weights[w + t]);
        }
        double shrink = Math.exp((double) tile.greatest[query] - greatest);
        tile.greatest[query] = greatest;
        for (int t = 0; t < KV_BLOCK_TOKENS; t++) {
            boolean isSeen = t >= low && t < high;
            double weight = isSeen ? Math.exp((double) tile.weights[w + t] - greatest) : 0;
            tile.weights[w + t] = (float) weight;
            tile.sums[w + t] = (float) (tile.sums[w + t] * shrink + weight);
        }
        for (int d = 0; d < length; d++) {
            double sum = tile.out[query * length + d] * shrink;
            for (int t = low; t < high; t++) {
                sum += (double) tile.weights[w + t] * tile.values[t * length + d];
            }
            tile.out[query * length + d] = (float) sum;
        }
    }
}

package dev.talaria.inference.kernel;

import dev.talaria.inference.tensor.Tensor;
import dev.talaria.inference.tensor.TensorShape;
import dev.talaria.inference.x86.CodeMemory;
import dev.talaria.inference.x86.CpuFeature;
import dev.talaria.inference.x86.MachineCodeException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/// [Kernels] in machine code for processors with AVX-512 and its VNNI instructions: activations are
/// rounded to eight bits in blocks of 32, and multiplied with the weights' whole numbers as they
/// are stored. Both phases are summed in the same order.
///
/// Matrices of floats, and everything but products, are left to [VectorKernels].
///
/// A matrix is multiplied by the kernels that prepared it: they remember which kinds there are, so
/// that [#pack] writes what somebody reads, and nothing else.
public final class VnniKernels implements Kernels {

    /// What the processor must have.
    static final Set<CpuFeature> FEATURES =
            Set.copyOf(
                    EnumSet.of(
                            CpuFeature.AVX512F,
                            CpuFeature.AVX512BW,
                            CpuFeature.AVX512VL,
                            CpuFeature.AVX512_VNNI));

    private final VectorKernels vector = new VectorKernels();
    private final ByteProduct product;
    private volatile boolean hasFloats;
    private volatile boolean hasFurtherSums;

    private VnniKernels(ByteProduct product) {
        this.product = product;
    }

    /// Kernels whose code lives as long as they do.
    ///
    /// @throws MachineCodeException where machine code cannot be run
    static VnniKernels of(CodeMemory memory) throws MachineCodeException {
        return new VnniKernels(ByteProduct.assemble(memory, Arena.ofAuto()));
    }

    /// The same code, as before any matrix was prepared.
    VnniKernels withoutMatrices() {
        return new VnniKernels(product);
    }

    @Override
    public String description() {
        return "machine code, AVX-512 VNNI, activations of 8 bits; the rest "
                + vector.description();
    }

    @Override
    public WeightMatrix prepare(Tensor tensor, Arena arena, WorkerTeam team) {
        note(tensor.shape());
        return hasWholeNumbers(tensor.shape())
                ? new ByteMatrix(tensor, arena, team)
                : vector.prepare(tensor, arena, team);
    }

    private static boolean hasWholeNumbers(TensorShape shape) {
        return ByteForm.of(shape.type()).isPresent();
    }

    private void note(TensorShape shape) {
        Optional<ByteForm> form = ByteForm.of(shape.type());
        if (form.isEmpty()) {
            hasFloats = true;
        } else if (form.get().hasMinimums() || form.get().groups() > 1) {
            hasFurtherSums = true;
        }
    }

    @Override
    public Optional<String> weightOrder() {
        return Optional.of(ByteMatrix.order() + ", " + vector.weightOrder().orElseThrow());
    }

    @Override
    public long preparedBytes(TensorShape shape) {
        return hasWholeNumbers(shape) ? ByteMatrix.bytes(shape) : vector.preparedBytes(shape);
    }

    @Override
    public WeightMatrix restore(TensorShape shape, MemorySegment memory) {
        note(shape);
        return hasWholeNumbers(shape)
                ? new ByteMatrix(shape, memory)
                : vector.restore(shape, memory);
    }

    // First what the vector kernels read, then the bytes.
    @Override
    public int packedLength(int rows, int columns) {
        long bytes = new ByteRows(rows, columns).bytes();
        return Math.addExact(
                vector.packedLength(rows, columns),
                Math.toIntExact(Math.ceilDiv(bytes, Float.BYTES)));
    }

    /// Where the rows of eight bits begin in what [#pack] writes, in bytes.
    long bytesFrom(int rows, int columns) {
        return (long) vector.packedLength(rows, columns) * Float.BYTES;
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
        packFloats(phase, x, fromRow, rows, columns, from, to, packed);
        round(x, fromRow, new ByteRows(rows, columns), from, to, packed);
    }

    /// The part of [#pack] for matrices that are not of whole numbers.
    void packFloats(
            Phase phase,
            float[] x,
            int fromRow,
            int rows,
            int columns,
            int from,
            int to,
            float[] packed) {
        if (hasFloats) {
            vector.pack(phase, x, fromRow, rows, columns, from, to, packed);
        }
    }

    /// The part of [#pack] for matrices of whole numbers, in tiles of any height; nothing where the
    /// columns are not those of any such matrix.
    void round(float[] x, int fromRow, ByteRows bytes, int from, int to, float[] packed) {
        if (bytes.columns() % ByteForm.BLOCK_COLUMNS == 0) {
            long start = bytesFrom(bytes.rows(), bytes.columns());
            product.round(x, fromRow, bytes, from, to, packed, start, hasFurtherSums);
        }
    }

    @Override
    public int scratchLength() {
        return vector.scratchLength();
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
        if (!(weights instanceof ByteMatrix matrix)) {
            vector.multiply(
                    phase, weights, packed, rows, out, fromRow, fromPanel, toPanel, scratch);
            return;
        }
        ByteRows bytes = new ByteRows(rows, matrix.columns());
        long from = bytesFrom(rows, matrix.columns());
        product.multiply(matrix, packed, from, bytes, out, fromRow, fromPanel, toPanel);
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
        vector.rmsNorm(x, xOffset, weight, epsilon, out, outOffset, length);
    }

    @Override
    public void add(float[] x, int xOffset, float[] y, int yOffset, int length) {
        vector.add(x, xOffset, y, yOffset, length);
    }

    @Override
    public void swiGlu(float[] gate, int gateOffset, float[] up, int upOffset, int length) {
        vector.swiGlu(gate, gateOffset, up, upOffset, length);
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
}

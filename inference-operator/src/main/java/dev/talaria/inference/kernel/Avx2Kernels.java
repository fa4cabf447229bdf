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

/// [Kernels] in machine code for processors with AVX2 and without AVX-512. Matrices of whole
/// numbers lie as [VnniKernels] has them and meet the same rounded activations in the same order,
/// so their products have the same bits.
///
/// Matrices of floats and IQ4_XS are left to [VectorKernels].
///
/// A matrix is multiplied by the kernels that prepared it: they remember which kinds there are, so
/// that [#pack] writes what somebody reads, and nothing else.
public final class Avx2Kernels extends ProductKernels {

    /// What the processor must have.
    static final Set<CpuFeature> FEATURES =
            Set.copyOf(EnumSet.of(CpuFeature.AVX2, CpuFeature.FMA, CpuFeature.F16C));

    private final VectorKernels vector;
    private final ByteProduct product;
    private volatile boolean hasBytes;
    private volatile boolean hasFurtherSums;
    private volatile boolean hasOthers;

    private Avx2Kernels(
            VectorKernels vector,
            ByteProduct product,
            TileAttention attention,
            Elementwise elementwise) {
        super(vector, attention, elementwise);
        this.vector = vector;
        this.product = product;
    }

    /// Kernels whose code lives as long as they do.
    ///
    /// @throws MachineCodeException where machine code cannot be run
    static Avx2Kernels of(CodeMemory memory) throws MachineCodeException {
        Arena arena = Arena.ofAuto();
        return new Avx2Kernels(
                new VectorKernels(),
                ByteProduct.assemble(ByteCodes.AVX2, memory, arena),
                TileAttention.assemble(AttentionCodes.AVX2, memory, arena),
                Elementwise.assemble(memory, arena));
    }

    @Override
    public String description() {
        return "machine code, AVX2, activations of 8 bits; floats and IQ4_XS by "
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
        ByteForm.of(shape.type())
                .ifPresentOrElse(
                        form -> {
                            hasBytes = true;
                            hasFurtherSums |= form.hasMinimums() || form.groups() > 1;
                        },
                        () -> hasOthers = true);
    }

    @Override
    public Optional<String> weightOrder() {
        return Optional.of(
                String.join(", ", ByteMatrix.order(), vector.weightOrder().orElseThrow()));
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

    // First what the vector kernels read, then bytes.
    private long bytesFrom(int rows, int columns) {
        return (long) vector.packedLength(rows, columns) * Float.BYTES;
    }

    @Override
    public int packedLength(int rows, int columns) {
        long bytes = bytesFrom(rows, columns) + new ByteRows(rows, columns).bytes();
        return Math.toIntExact(Math.ceilDiv(bytes, Float.BYTES));
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
        if (hasOthers) {
            vector.pack(phase, x, fromRow, rows, columns, from, to, packed);
        }
        if (hasBytes && columns % ByteForm.BLOCK_COLUMNS == 0) {
            long start = bytesFrom(rows, columns);
            ByteRows bytes = new ByteRows(rows, columns);
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
        if (weights instanceof ByteMatrix matrix) {
            long start = bytesFrom(rows, matrix.columns());
            ByteRows bytes = new ByteRows(rows, matrix.columns());
            product.multiply(matrix, packed, start, bytes, out, fromRow, fromPanel, toPanel);
        } else {
            vector.multiply(
                    phase, weights, packed, rows, out, fromRow, fromPanel, toPanel, scratch);
        }
    }
}

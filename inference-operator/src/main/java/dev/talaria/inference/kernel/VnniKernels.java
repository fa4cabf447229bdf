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

/// [Kernels] in machine code for processors with AVX-512 and its VNNI instructions. Activations are
/// rounded to eight bits in blocks of 32, and multiplied with the weights' whole numbers as they
/// are stored; those that meet bfloat16 weights are rounded to bfloat16, where the processor
/// multiplies such numbers, and those that meet other floats are not rounded. Both phases are
/// summed in the same order.
///
/// IQ4_XS matrices are left to [VectorKernels].
///
/// A matrix is multiplied by the kernels that prepared it: they remember which kinds there are, so
/// that [#pack] writes what somebody reads, and nothing else.
public final class VnniKernels extends ProductKernels {

    /// What the processor must have.
    static final Set<CpuFeature> FEATURES =
            Set.copyOf(
                    EnumSet.of(
                            CpuFeature.AVX512F,
                            CpuFeature.AVX512BW,
                            CpuFeature.AVX512VL,
                            CpuFeature.AVX512_VNNI,
                            CpuFeature.AVX2,
                            CpuFeature.FMA));

    /// What it needs to multiply bfloat16 numbers.
    static final Set<CpuFeature> BFLOAT_FEATURES = Set.of(CpuFeature.AVX512_BF16);

    private final VectorKernels vector;
    private final ByteProduct product;
    private final FloatProduct floatProduct;
    private volatile boolean hasBytes;
    private volatile boolean hasFurtherSums;
    private volatile boolean hasFloats;
    private volatile boolean hasRounded;
    private volatile boolean hasOthers;

    private VnniKernels(
            VectorKernels vector,
            ByteProduct product,
            FloatProduct floatProduct,
            TileAttention attention,
            Elementwise elementwise) {
        super(vector, attention, elementwise);
        this.vector = vector;
        this.product = product;
        this.floatProduct = floatProduct;
    }

    private VnniKernels(VnniKernels other) {
        super(other);
        this.vector = other.vector;
        this.product = other.product;
        this.floatProduct = other.floatProduct;
    }

    /// Kernels whose code lives as long as they do.
    ///
    /// @param multipliesBfloats whether the processor has AVX512_BF16
    /// @throws MachineCodeException where machine code cannot be run
    static VnniKernels of(CodeMemory memory, boolean multipliesBfloats)
            throws MachineCodeException {
        Arena arena = Arena.ofAuto();
        return new VnniKernels(
                new VectorKernels(),
                ByteProduct.assemble(ByteCodes.AVX512, memory, arena),
                FloatProduct.assemble(memory, multipliesBfloats, arena),
                TileAttention.assemble(AttentionCodes.AVX512, memory, arena),
                Elementwise.assemble(memory, arena));
    }

    /// The same code, as before any matrix was prepared.
    VnniKernels withoutMatrices() {
        return new VnniKernels(this);
    }

    @Override
    public String description() {
        String bfloats = floatProduct.rounds() ? ", of 16 for bfloat16 weights" : "";
        return "machine code, AVX-512 VNNI, activations of 8 bits%s; IQ4_XS by %s"
                .formatted(bfloats, vector.description());
    }

    @Override
    public WeightMatrix prepare(Tensor tensor, Arena arena, WorkerTeam team) {
        note(tensor.shape());
        if (hasWholeNumbers(tensor.shape())) {
            return new ByteMatrix(tensor, arena, team);
        }
        return hasFloats(tensor.shape())
                ? new FloatMatrix(tensor, arena, team)
                : vector.prepare(tensor, arena, team);
    }

    private static boolean hasWholeNumbers(TensorShape shape) {
        return ByteForm.of(shape.type()).isPresent();
    }

    private static boolean hasFloats(TensorShape shape) {
        return FloatForm.of(shape.type()).isPresent();
    }

    private void note(TensorShape shape) {
        Optional<ByteForm> bytes = ByteForm.of(shape.type());
        Optional<FloatForm> floats = FloatForm.of(shape.type());
        if (bytes.isPresent()) {
            hasBytes = true;
            hasFurtherSums |= bytes.get().hasMinimums() || bytes.get().groups() > 1;
        } else if (floats.isEmpty()) {
            hasOthers = true;
        } else if (floatProduct.rounds(shape)) {
            hasRounded = true;
        } else {
            hasFloats = true;
        }
    }

    @Override
    public Optional<String> weightOrder() {
        return Optional.of(
                String.join(
                        ", ",
                        ByteMatrix.order(),
                        FloatMatrix.order(),
                        vector.weightOrder().orElseThrow()));
    }

    @Override
    public long preparedBytes(TensorShape shape) {
        if (hasWholeNumbers(shape)) {
            return ByteMatrix.bytes(shape);
        }
        return hasFloats(shape) ? FloatMatrix.bytes(shape) : vector.preparedBytes(shape);
    }

    @Override
    public WeightMatrix restore(TensorShape shape, MemorySegment memory) {
        note(shape);
        if (hasWholeNumbers(shape)) {
            return new ByteMatrix(shape, memory);
        }
        return hasFloats(shape) ? new FloatMatrix(shape, memory) : vector.restore(shape, memory);
    }

    /// Where the kinds of packed rows lie, one behind the other, in bytes: what the vector kernels
    /// read, bytes, floats, bfloat16 numbers.
    private record Places(ByteRows bytes, FloatRows floats, FloatRows rounded, long vectorBytes) {

        long bytesFrom() {
            return vectorBytes;
        }

        long floatsFrom() {
            return bytesFrom() + Math.ceilDiv(bytes.bytes(), Float.BYTES) * Float.BYTES;
        }

        long roundedFrom() {
            return floatsFrom() + floats.bytes();
        }

        long end() {
            return roundedFrom() + rounded.bytes();
        }
    }

    private Places places(int rows, int columns) {
        return new Places(
                new ByteRows(rows, columns),
                new FloatRows(rows, columns, Float.BYTES),
                new FloatRows(rows, columns, Short.BYTES),
                (long) vector.packedLength(rows, columns) * Float.BYTES);
    }

    @Override
    public int packedLength(int rows, int columns) {
        return Math.toIntExact(places(rows, columns).end() / Float.BYTES);
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
        Places places = places(rows, columns);
        packFloats(phase, x, fromRow, rows, columns, from, to, packed, true);
        round(x, fromRow, places.bytes(), from, to, packed, places.bytesFrom());
    }

    /// Whether there is a matrix of whole numbers or floats.
    boolean hasMatrices() {
        return hasBytes || hasFloats || hasRounded;
    }

    /// The part of [#pack] for matrices that are not of whole numbers.
    ///
    /// @param areRoundedRead whether somebody reads the rows that are rounded to bfloat16
    void packFloats(
            Phase phase,
            float[] x,
            int fromRow,
            int rows,
            int columns,
            int from,
            int to,
            float[] packed,
            boolean areRoundedRead) {
        Places places = places(rows, columns);
        if (hasOthers) {
            vector.pack(phase, x, fromRow, rows, columns, from, to, packed);
        }
        if (hasFloats) {
            int start = Math.toIntExact(places.floatsFrom() / Float.BYTES);
            FloatProduct.copy(x, fromRow, places.floats(), from, to, packed, start);
        }
        if (hasRounded && areRoundedRead) {
            long start = places.roundedFrom();
            floatProduct.rounding().round(x, fromRow, places.rounded(), from, to, packed, start);
        }
    }

    /// The part of [#pack] for matrices of whole numbers, in tiles of any height, anywhere; nothing
    /// where there are none with so many columns.
    ///
    /// @param start where the rows begin, in bytes
    void round(
            float[] x, int fromRow, ByteRows bytes, int from, int to, float[] packed, long start) {
        if (hasBytes && bytes.columns() % ByteForm.BLOCK_COLUMNS == 0) {
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
        Places places = places(rows, weights.columns());
        switch (weights) {
            case ByteMatrix matrix ->
                    product.multiply(
                            matrix,
                            packed,
                            places.bytesFrom(),
                            places.bytes(),
                            out,
                            fromRow,
                            fromPanel,
                            toPanel);
            case FloatMatrix matrix -> {
                boolean isRounded = floatProduct.rounds(matrix);
                floatProduct.multiply(
                        matrix,
                        packed,
                        isRounded ? places.roundedFrom() : places.floatsFrom(),
                        isRounded ? places.rounded() : places.floats(),
                        out,
                        fromRow,
                        fromPanel,
                        toPanel);
            }
            default ->
                    vector.multiply(
                            phase, weights, packed, rows, out, fromRow, fromPanel, toPanel,
                            scratch);
        }
    }
}

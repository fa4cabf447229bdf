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

/// [Kernels] in machine code for processors with AMX: rows are multiplied in its tile registers.
/// Everything but products, floats of 32 bits and the matrix of floats that makes logits are left
/// to [VnniKernels], whose matrices these are.
///
/// Rows of a prompt are multiplied as bfloat16 numbers. With whole numbers, those of written tokens
/// are rounded to eight bits; a few of them are left to [VnniKernels], which makes the same bits of
/// the same numbers. So in either phase a row's numbers do not depend on how many rows there are.
public final class AmxKernels extends ProductKernels {

    /// What the processor must have.
    static final Set<CpuFeature> FEATURES = features();

    // Fewer are one tile of vector registers, which keeps up with memory.
    private static final int FEWEST_ROWS = ByteRows.TILE_ROWS + 1;

    private final VnniKernels vnni;
    private final ByteTileProduct bytes;
    private final BfloatTileProduct bfloats;

    AmxKernels(VnniKernels vnni, ByteTileProduct bytes, BfloatTileProduct bfloats) {
        super(vnni);
        this.vnni = vnni;
        this.bytes = bytes;
        this.bfloats = bfloats;
    }

    private static Set<CpuFeature> features() {
        Set<CpuFeature> features =
                EnumSet.of(CpuFeature.AMX_TILE, CpuFeature.AMX_INT8, CpuFeature.AMX_BF16);
        features.addAll(VnniKernels.FEATURES);
        features.addAll(VnniKernels.BFLOAT_FEATURES);
        return Set.copyOf(features);
    }

    /// Kernels whose code lives as long as they do. The tile registers have to be permitted.
    ///
    /// @throws MachineCodeException where machine code cannot be run
    static AmxKernels of(CodeMemory memory) throws MachineCodeException {
        Arena arena = Arena.ofAuto();
        return new AmxKernels(
                VnniKernels.of(memory, true),
                ByteTileProduct.assemble(memory, arena),
                BfloatTileProduct.assemble(memory, arena));
    }

    /// Where products in tile registers differ from those in vector registers, or those in bfloat16
    /// are far from them, on a few small matrices of every form; empty where they do not.
    Optional<String> difference() {
        VnniKernels other = vnni.withoutMatrices();
        return new TileCheck(other, new AmxKernels(other, bytes, bfloats)).difference();
    }

    @Override
    public String description() {
        return "AMX, prompts in bfloat16, many written tokens in 8 bits; " + vnni.description();
    }

    @Override
    public WeightMatrix prepare(Tensor tensor, Arena arena, WorkerTeam team) {
        return vnni.prepare(tensor, arena, team);
    }

    @Override
    public Optional<String> weightOrder() {
        return vnni.weightOrder();
    }

    @Override
    public long preparedBytes(TensorShape shape) {
        return vnni.preparedBytes(shape);
    }

    @Override
    public WeightMatrix restore(TensorShape shape, MemorySegment memory) {
        return vnni.restore(shape, memory);
    }

    // First what VnniKernels reads, then rows for tiles, as bytes or as bfloat16 numbers.
    @Override
    public int packedLength(int rows, int columns) {
        long asBytes = ByteTileProduct.rows(rows, columns).bytes() + ByteTileProduct.SLACK_BYTES;
        long asBfloats = new BfloatRows(rows, columns).bytes();
        long bytes = tilesFrom(rows, columns) + Math.max(asBytes, asBfloats);
        return Math.toIntExact(Math.ceilDiv(bytes, Float.BYTES));
    }

    private long tilesFrom(int rows, int columns) {
        return (long) vnni.packedLength(rows, columns) * Float.BYTES;
    }

    private static boolean isForTiles(Phase phase, int rows) {
        return phase == Phase.PREFILL || rows >= FEWEST_ROWS;
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
        if (!isForTiles(phase, rows)) {
            vnni.pack(phase, x, fromRow, rows, columns, from, to, packed);
            return;
        }
        // Rows of a prompt meet rounded weights in tiles, where these are whole blocks.
        boolean areRoundedRead = phase == Phase.DECODE || columns % FloatForm.BLOCK_COLUMNS != 0;
        vnni.packFloats(phase, x, fromRow, rows, columns, from, to, packed, areRoundedRead);
        long start = tilesFrom(rows, columns);
        switch (phase) {
            case PREFILL -> roundToBfloats(x, fromRow, rows, columns, from, to, packed, start);
            case DECODE -> {
                ByteRows numbers = ByteTileProduct.rows(rows, columns);
                vnni.round(x, fromRow, numbers, from, to, packed, start);
            }
        }
    }

    private void roundToBfloats(
            float[] x,
            int fromRow,
            int rows,
            int columns,
            int from,
            int to,
            float[] packed,
            long start) {
        if (vnni.hasMatrices() && columns % ByteForm.BLOCK_COLUMNS == 0) {
            BfloatRows numbers = new BfloatRows(rows, columns);
            bfloats.rounding().round(x, fromRow, numbers, from, to, packed, start);
        }
    }

    @Override
    public int scratchLength() {
        int tiles = Math.max(ByteTileProduct.scratchLength(), BfloatTileProduct.scratchLength());
        return Math.max(vnni.scratchLength(), tiles);
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
        long start = tilesFrom(rows, columns);
        switch (weights) {
            case BlockMatrix matrix
                    when phase == Phase.PREFILL && BfloatTileProduct.multiplies(matrix) -> {
                BfloatRows numbers = new BfloatRows(rows, columns);
                bfloats.multiply(
                        matrix, packed, start, numbers, out, fromRow, fromPanel, toPanel, scratch);
            }
            case ByteMatrix matrix when rows >= FEWEST_ROWS -> {
                ByteRows numbers = ByteTileProduct.rows(rows, columns);
                bytes.multiply(
                        matrix, packed, start, numbers, out, fromRow, fromPanel, toPanel, scratch);
            }
            default ->
                    vnni.multiply(
                            phase, weights, packed, rows, out, fromRow, fromPanel, toPanel,
                            scratch);
        }
    }
}

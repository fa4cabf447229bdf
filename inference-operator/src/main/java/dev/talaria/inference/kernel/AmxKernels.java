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

/// [Kernels] in machine code for processors with AMX: many rows by whole numbers are multiplied in
/// its tile registers. A few rows, matrices of floats and everything but products are left to
/// [VnniKernels], whose matrices these are.
///
/// Both make the same bits of the same numbers, so a row's numbers do not depend on how many rows
/// there are.
public final class AmxKernels implements Kernels {

    /// What the processor must have.
    static final Set<CpuFeature> FEATURES = features();

    // Fewer are one tile of vector registers, which keeps up with memory.
    private static final int FEWEST_ROWS = ByteRows.TILE_ROWS + 1;

    private final VnniKernels vnni;
    private final ByteTileProduct tiles;

    AmxKernels(VnniKernels vnni, ByteTileProduct tiles) {
        this.vnni = vnni;
        this.tiles = tiles;
    }

    private static Set<CpuFeature> features() {
        Set<CpuFeature> features = EnumSet.of(CpuFeature.AMX_TILE, CpuFeature.AMX_INT8);
        features.addAll(VnniKernels.FEATURES);
        return Set.copyOf(features);
    }

    /// Kernels whose code lives as long as they do. The tile registers have to be permitted.
    ///
    /// @param multipliesBfloats whether the processor has AVX512_BF16
    /// @throws MachineCodeException where machine code cannot be run
    static AmxKernels of(CodeMemory memory, boolean multipliesBfloats) throws MachineCodeException {
        return new AmxKernels(
                VnniKernels.of(memory, multipliesBfloats),
                ByteTileProduct.assemble(memory, Arena.ofAuto()));
    }

    /// Where products in tile registers differ from those in vector registers, on a few small
    /// matrices of every form; empty where they do not.
    Optional<String> difference() {
        VnniKernels other = vnni.withoutMatrices();
        return new TileCheck(other, new AmxKernels(other, tiles)).difference();
    }

    @Override
    public String description() {
        return "AMX for many rows; " + vnni.description();
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

    // First what VnniKernels reads, then rows for tiles.
    @Override
    public int packedLength(int rows, int columns) {
        long bytes = ByteTileProduct.rows(rows, columns).bytes() + ByteTileProduct.SLACK_BYTES;
        return Math.addExact(
                vnni.packedLength(rows, columns),
                Math.toIntExact(Math.ceilDiv(bytes, Float.BYTES)));
    }

    private long tilesFrom(int rows, int columns) {
        return (long) vnni.packedLength(rows, columns) * Float.BYTES;
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
        if (rows < FEWEST_ROWS) {
            vnni.pack(phase, x, fromRow, rows, columns, from, to, packed);
            return;
        }
        vnni.packFloats(phase, x, fromRow, rows, columns, from, to, packed);
        long start = tilesFrom(rows, columns);
        vnni.round(x, fromRow, ByteTileProduct.rows(rows, columns), from, to, packed, start);
    }

    @Override
    public int scratchLength() {
        return Math.max(vnni.scratchLength(), ByteTileProduct.scratchLength());
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
        if (rows < FEWEST_ROWS || !(weights instanceof ByteMatrix matrix)) {
            vnni.multiply(phase, weights, packed, rows, out, fromRow, fromPanel, toPanel, scratch);
            return;
        }
        int columns = matrix.columns();
        tiles.multiply(
                matrix,
                packed,
                tilesFrom(rows, columns),
                ByteTileProduct.rows(rows, columns),
                out,
                fromRow,
                fromPanel,
                toPanel,
                scratch);
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
        vnni.rmsNorm(x, xOffset, weight, epsilon, out, outOffset, length);
    }

    @Override
    public void add(float[] x, int xOffset, float[] y, int yOffset, int length) {
        vnni.add(x, xOffset, y, yOffset, length);
    }

    @Override
    public void swiGlu(float[] gate, int gateOffset, float[] up, int upOffset, int length) {
        vnni.swiGlu(gate, gateOffset, up, upOffset, length);
    }

    @Override
    public void loadKeys(
            KvType type, MemorySegment block, long offset, int headLength, float[] keys) {
        vnni.loadKeys(type, block, offset, headLength, keys);
    }

    @Override
    public void loadValues(
            KvType type,
            MemorySegment block,
            long offset,
            int tokens,
            int headLength,
            float[] values) {
        vnni.loadValues(type, block, offset, tokens, headLength, values);
    }

    @Override
    public void attend(AttentionTile tile, int from) {
        vnni.attend(tile, from);
    }

    @Override
    public void attend(
            AttentionTile tile,
            int from,
            KvType type,
            MemorySegment block,
            long keys,
            long values) {
        vnni.attend(tile, from, type, block, keys, values);
    }
}

package dev.talaria.inference.kernel;

import dev.talaria.inference.tensor.Tensor;
import dev.talaria.inference.tensor.TensorShape;
import dev.talaria.inference.x86.CodeMemory;
import dev.talaria.inference.x86.MachineCodeException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// [AmxKernels] for prompts on a processor without AMX or AVX-512: products of whole numbers are
/// interpreted, attention is left to the vector kernels, and what lies between runs as it does
/// there. Written tokens and matrices of floats meet code that this processor need not have.
///
/// For one thread.
public final class InterpretedAmx implements Kernels {

    private final AmxKernels amx;
    private final InterpretedTiles tiles;
    private final VectorKernels vector = new VectorKernels();

    private InterpretedAmx(InterpretedTiles tiles, VnniKernels assembled) {
        this.tiles = tiles;
        this.amx = tiles.kernels(assembled);
    }

    /// On a processor with AVX2.
    ///
    /// @throws MachineCodeException where machine code cannot be run
    public static InterpretedAmx of(long seed) throws MachineCodeException {
        CodeMemory memory = CodeMemory.ofThisMachine();
        return new InterpretedAmx(new InterpretedTiles(seed), VnniKernels.of(memory, true));
    }

    /// Multiplications of tiles so far.
    public long products() {
        return tiles.products();
    }

    @Override
    public String description() {
        return "interpreted " + amx.description();
    }

    @Override
    public WeightMatrix prepare(Tensor tensor, Arena arena, WorkerTeam team) {
        return amx.prepare(tensor, arena, team);
    }

    @Override
    public Optional<String> weightOrder() {
        return amx.weightOrder();
    }

    @Override
    public long preparedBytes(TensorShape shape) {
        return amx.preparedBytes(shape);
    }

    @Override
    public WeightMatrix restore(TensorShape shape, MemorySegment memory) {
        return amx.restore(shape, memory);
    }

    @Override
    public int packedLength(int rows, int columns) {
        return amx.packedLength(rows, columns);
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
        requirePrompt(phase);
        amx.pack(phase, x, fromRow, rows, columns, from, to, packed);
    }

    @Override
    public int scratchLength() {
        return Math.max(amx.scratchLength(), vector.scratchLength());
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
        requirePrompt(phase);
        if (!(weights instanceof ByteMatrix)) {
            throw new IllegalArgumentException("only matrices of whole numbers are interpreted");
        }
        amx.multiply(phase, weights, packed, rows, out, fromRow, fromPanel, toPanel, scratch);
    }

    private static void requirePrompt(Phase phase) {
        if (phase != Phase.PREFILL) {
            throw new IllegalArgumentException("only prompts are interpreted");
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
        amx.rmsNorm(x, xOffset, weight, epsilon, out, outOffset, length);
    }

    @Override
    public void add(float[] x, int xOffset, float[] y, int yOffset, int length) {
        amx.add(x, xOffset, y, yOffset, length);
    }

    @Override
    public void swiGlu(float[] gate, int gateOffset, float[] up, int upOffset, int length) {
        amx.swiGlu(gate, gateOffset, up, upOffset, length);
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

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
public final class InterpretedAmx extends ProductKernels {

    private final AmxKernels amx;
    private final InterpretedTiles tiles;

    private InterpretedAmx(InterpretedTiles tiles, AmxKernels amx) {
        super(amx);
        this.tiles = tiles;
        this.amx = amx;
    }

    /// On a processor with AVX2.
    ///
    /// @throws MachineCodeException where machine code cannot be run
    public static InterpretedAmx of(long seed) throws MachineCodeException {
        InterpretedTiles tiles = new InterpretedTiles(seed);
        VnniKernels assembled = VnniKernels.of(CodeMemory.ofThisMachine(), true);
        return new InterpretedAmx(tiles, tiles.kernels(assembled));
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
        return amx.scratchLength();
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
    public void attend(
            AttentionTile tile,
            int from,
            KvType type,
            MemorySegment block,
            long keys,
            long values) {
        int tokens = Math.min(KV_BLOCK_TOKENS, tile.endToken() - from);
        loadKeys(type, block, keys, tile.headLength, tile.keys());
        loadValues(type, block, values, tokens, tile.headLength, tile.values());
        attend(tile, from);
    }
}

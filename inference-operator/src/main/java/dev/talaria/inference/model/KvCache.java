package dev.talaria.inference.model;

import static dev.talaria.inference.kernel.Kernels.KV_BLOCK_TOKENS;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// Keys and values of all running sequences, in blocks of [Kernels#KV_BLOCK_TOKENS] tokens, within
/// a budget fixed at the start.
///
/// A sequence reserves what it may need before it begins, so that it never fails half-way. Blocks
/// are allocated when they are first reserved and used again afterwards. One thread at a time.
///
/// A block holds, per layer and key-value head, the keys as `(headWidth, tokens)` and then the
/// values as `(tokens, headWidth)`.
public final class KvCache {

    private final ModelConfiguration shape;
    private final int capacityBlocks;
    private final int blockFloats;
    private final ArrayDeque<float[]> free = new ArrayDeque<>();
    private int reservedBlocks;

    /// @param budgetBytes the most all blocks may take
    /// @throws IllegalArgumentException where not even one block fits
    public KvCache(ModelConfiguration shape, long budgetBytes) {
        this.shape = shape;
        this.blockFloats = Math.toIntExact(2L * shape.layers() * shape.kvWidth() * KV_BLOCK_TOKENS);
        this.capacityBlocks =
                (int)
                        Math.min(
                                budgetBytes / (4L * blockFloats),
                                Integer.MAX_VALUE / KV_BLOCK_TOKENS);
        if (capacityBlocks < 1) {
            throw new IllegalArgumentException(
                    "inference.kv.bytes = %d cannot hold one block of %d tokens, which takes %d bytes"
                            .formatted(budgetBytes, KV_BLOCK_TOKENS, 4L * blockFloats));
        }
    }

    /// The most tokens all sequences together may hold.
    public int capacityTokens() {
        return capacityBlocks * KV_BLOCK_TOKENS;
    }

    /// Blocks that are reserved now.
    public int reservedBlocks() {
        return reservedBlocks;
    }

    /// Whether so many tokens can be reserved now.
    public boolean hasRoom(int tokens) {
        return blocks(tokens) <= capacityBlocks - reservedBlocks;
    }

    /// Reserves room for one sequence.
    ///
    /// @throws IllegalStateException where there is no room
    public Reservation reserve(int tokens) {
        if (!hasRoom(tokens)) {
            throw new IllegalStateException(
                    "no room for %d tokens: %d of %d blocks are reserved"
                            .formatted(tokens, reservedBlocks, capacityBlocks));
        }
        List<float[]> blocks = new ArrayList<>(blocks(tokens));
        for (int i = 0; i < blocks(tokens); i++) {
            float[] block = free.poll();
            blocks.add(block == null ? new float[blockFloats] : block);
        }
        reservedBlocks += blocks.size();
        return new Reservation(blocks.toArray(float[][]::new));
    }

    private static int blocks(int tokens) {
        return Math.ceilDiv(tokens, KV_BLOCK_TOKENS);
    }

    /// The blocks of one sequence. Position `p` of the sequence lies in block `p /
    /// KV_BLOCK_TOKENS`.
    public final class Reservation implements AutoCloseable {

        private float[][] blocks;

        private Reservation(float[][] blocks) {
            this.blocks = blocks;
        }

        /// The block with that position's keys and values.
        float[] block(int position) {
            return blocks[position / KV_BLOCK_TOKENS];
        }

        /// Where the keys of a layer's head begin in every block.
        int keysOffset(int layer, int kvHead) {
            return (layer * shape.kvHeads() + kvHead) * 2 * shape.headWidth() * KV_BLOCK_TOKENS;
        }

        /// Where the values of a layer's head begin in every block.
        int valuesOffset(int layer, int kvHead) {
            return keysOffset(layer, kvHead) + shape.headWidth() * KV_BLOCK_TOKENS;
        }

        /// Stores one token's keys and values of a layer.
        ///
        /// @param keys `(kvHeads, headWidth)` from `offset`, as are the values
        void store(int layer, int position, float[] keys, float[] values, int offset) {
            float[] block = block(position);
            int token = position % KV_BLOCK_TOKENS;
            int headWidth = shape.headWidth();
            for (int head = 0; head < shape.kvHeads(); head++) {
                int from = offset + head * headWidth;
                int key = keysOffset(layer, head) + token;
                for (int d = 0; d < headWidth; d++) {
                    block[key + d * KV_BLOCK_TOKENS] = keys[from + d];
                }
                int value = valuesOffset(layer, head) + token * headWidth;
                System.arraycopy(values, from, block, value, headWidth);
            }
        }

        /// Gives the blocks back. The sequence is not to be computed any further.
        @Override
        public void close() {
            if (blocks != null) {
                free.addAll(List.of(blocks));
                reservedBlocks -= blocks.length;
                blocks = null;
            }
        }
    }
}

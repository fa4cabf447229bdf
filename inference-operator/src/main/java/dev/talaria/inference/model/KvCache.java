package dev.talaria.inference.model;

import static dev.talaria.inference.kernel.Kernels.KV_BLOCK_TOKENS;

import dev.talaria.inference.kernel.KvCodec;
import dev.talaria.inference.kernel.KvType;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.IntConsumer;

/// Keys and values of all running sequences, in blocks of [Kernels#KV_BLOCK_TOKENS] tokens, within
/// a budget fixed at the start.
///
/// A sequence reserves what it may need before it begins, so that it never fails half-way. Several
/// sequences may hold the same block: it is free when the last gives it back. A block that is to be
/// kept ([#keep]) is then idle instead: its contents stay, to be held again, until room is needed;
/// the one that was given back first goes first.
///
/// The memory lies outside Java's heap. It is allocated when blocks are first reserved, used again
/// afterwards, and freed by [#close]. One thread at a time.
///
/// A block holds, per layer and key-value head, the keys and then the values, as [KvCodec] has
/// them.
public final class KvCache implements AutoCloseable {

    // A huge page of the usual processors is 2 MiB: allocate in pieces that can hold some.
    private static final long SLAB_BYTES = 4L << 20;
    private static final int NONE = -1;

    private final ModelConfiguration shape;
    private final KvType type;
    private final long headBytes;
    private final long blockBytes;
    private final int blocksPerSlab;
    private final Arena arena = Arena.ofShared();
    private int capacityBlocks;

    // By block; as long as blocks have ever been used.
    private int[] holders = new int[0];
    private boolean[] kept = new boolean[0];
    private int[] previousIdle = new int[0];
    private int[] nextIdle = new int[0];
    private int usedBlocks;

    private MemorySegment[] slabs = new MemorySegment[0];
    private int[] free = new int[16];
    private int freeCount;

    // Idle blocks from the one to go first to the last.
    private int firstIdle = NONE;
    private int lastIdle = NONE;
    private int idleCount;
    private IntConsumer evictionListener = _ -> {};

    /// Exact storage ([KvType#F32]).
    ///
    /// @param budgetBytes the most all blocks may take
    /// @throws IllegalArgumentException where not even one block fits
    public KvCache(ModelConfiguration shape, long budgetBytes) {
        this(shape, KvType.F32, budgetBytes);
    }

    /// @param budgetBytes the most all blocks may take
    /// @throws IllegalArgumentException where not even one block fits
    public KvCache(ModelConfiguration shape, KvType type, long budgetBytes) {
        this.shape = shape;
        this.type = type;
        this.headBytes = type.headBytes(shape.headWidth());
        this.blockBytes = bytesOfBlock(shape, type);
        this.blocksPerSlab = (int) Math.max(1, SLAB_BYTES / blockBytes);
        this.capacityBlocks =
                (int) Math.min(budgetBytes / blockBytes, Integer.MAX_VALUE / KV_BLOCK_TOKENS);
        if (capacityBlocks < 1) {
            throw new IllegalArgumentException(
                    "inference.kv.bytes = %d cannot hold one block of %d tokens, which takes %d bytes"
                            .formatted(budgetBytes, KV_BLOCK_TOKENS, blockBytes));
        }
    }

    /// A cache that holds so many tokens.
    public static KvCache ofTokens(ModelConfiguration shape, KvType type, long tokens) {
        return new KvCache(shape, type, bytes(shape, type, tokens));
    }

    /// Bytes that the blocks of so many tokens take.
    public static long bytes(ModelConfiguration shape, KvType type, long tokens) {
        return Math.multiplyExact(
                Math.ceilDiv(tokens, (long) KV_BLOCK_TOKENS), bytesOfBlock(shape, type));
    }

    private static long bytesOfBlock(ModelConfiguration shape, KvType type) {
        long heads = 2L * shape.layers() * shape.kvHeads();
        return Math.multiplyExact(heads, type.headBytes(shape.headWidth()));
    }

    /// How keys and values are stored.
    public KvType type() {
        return type;
    }

    /// The most tokens all sequences together may hold.
    public int capacityTokens() {
        return capacityBlocks * KV_BLOCK_TOKENS;
    }

    /// The most blocks there may be.
    public int capacityBlocks() {
        return capacityBlocks;
    }

    /// Blocks that sequences hold now.
    public int reservedBlocks() {
        return usedBlocks - freeCount - idleCount;
    }

    /// Blocks nobody holds whose contents are kept.
    public int idleBlocks() {
        return idleCount;
    }

    /// Blocks a sequence may reserve now, those of idle ones included.
    public int availableBlocks() {
        return capacityBlocks - reservedBlocks();
    }

    /// Whether so many tokens can be reserved now.
    public boolean hasRoom(int tokens) {
        return blocks(tokens) <= availableBlocks();
    }

    /// Blocks that so many tokens take.
    public static int blocks(int tokens) {
        return Math.ceilDiv(tokens, KV_BLOCK_TOKENS);
    }

    /// Is told a kept block whose contents are about to be lost.
    public void onEviction(IntConsumer listener) {
        evictionListener = listener;
    }

    /// Keeps a block's contents when nobody holds it any more.
    public void keep(int block) {
        kept[block] = true;
    }

    /// Forgets a block's contents when nobody holds it any more, and at once where nobody does.
    public void forget(int block) {
        kept[block] = false;
        if (holders[block] == 0 && isIdle(block)) {
            unlink(block);
            pushFree(block);
        }
    }

    /// Whether nobody holds the block, and its contents are kept.
    public boolean isIdle(int block) {
        return previousIdle[block] != NONE || firstIdle == block;
    }

    private long offset(int block) {
        return block % blocksPerSlab * blockBytes;
    }

    /// Reserves room for one sequence.
    ///
    /// @throws IllegalStateException where there is no room
    public Reservation reserve(int tokens) {
        return reserve(new int[0], tokens);
    }

    /// Reserves room for one sequence whose first tokens others have, or had.
    ///
    /// @param shared blocks that are held by others or idle, in the order of their tokens
    /// @throws IllegalStateException where there is no room
    /// @throws OutOfMemoryError where the machine has less memory than the budget says; nothing is
    ///   reserved
    public Reservation reserve(int[] shared, int tokens) {
        int[] blocks = Arrays.copyOf(shared, blocks(tokens));
        int wanted = blocks.length - shared.length;
        int idleShared = (int) Arrays.stream(shared).filter(this::isIdle).count();
        if (wanted > availableBlocks() - idleShared) {
            throw new IllegalStateException(
                    "no room for %d tokens: %d of %d blocks are reserved"
                            .formatted(tokens, reservedBlocks(), capacityBlocks));
        }
        for (int block : shared) {
            hold(block);
        }
        int taken = shared.length;
        try {
            while (taken < blocks.length) {
                blocks[taken] = take();
                taken++;
            }
        } catch (OutOfMemoryError e) {
            giveBack(blocks, taken);
            throw e;
        }
        return new Reservation(blocks);
    }

    private void hold(int block) {
        if (isIdle(block)) {
            unlink(block);
        }
        holders[block]++;
    }

    private int take() {
        int block;
        if (freeCount > 0) {
            block = free[--freeCount];
        } else if (usedBlocks < capacityBlocks) {
            block = grow();
        } else {
            block = evict();
        }
        holders[block] = 1;
        return block;
    }

    private int evict() {
        int block = firstIdle;
        evictionListener.accept(block);
        unlink(block);
        kept[block] = false;
        return block;
    }

    private int grow() {
        int slab = usedBlocks / blocksPerSlab;
        if (slab == slabs.length) {
            int blocks = Math.min(blocksPerSlab, capacityBlocks - usedBlocks);
            MemorySegment memory = arena.allocate(blocks * blockBytes, 64);
            slabs = Arrays.copyOf(slabs, slab + 1);
            slabs[slab] = memory;
        }
        if (usedBlocks == holders.length) {
            int length = Math.max(16, holders.length * 2);
            holders = Arrays.copyOf(holders, length);
            kept = Arrays.copyOf(kept, length);
            previousIdle = filled(previousIdle, length);
            nextIdle = filled(nextIdle, length);
        }
        return usedBlocks++;
    }

    private static int[] filled(int[] links, int length) {
        int[] longer = Arrays.copyOf(links, length);
        Arrays.fill(longer, links.length, length, NONE);
        return longer;
    }

    /// Lowers the budget to what has been allocated: the machine has no more.
    public void limitToAllocated() {
        capacityBlocks = Math.max(usedBlocks, Math.min(capacityBlocks, allocatedBlocks()));
    }

    private int allocatedBlocks() {
        return (int) Math.min(Integer.MAX_VALUE, (long) slabs.length * blocksPerSlab);
    }

    // The last first: a block without those before it is of no use, so it goes before them.
    private void giveBack(int[] blocks, int count) {
        for (int i = count - 1; i >= 0; i--) {
            int block = blocks[i];
            holders[block]--;
            if (holders[block] == 0) {
                if (kept[block]) {
                    linkLast(block);
                } else {
                    pushFree(block);
                }
            }
        }
    }

    private void pushFree(int block) {
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, 2 * freeCount);
        }
        free[freeCount++] = block;
    }

    private void linkLast(int block) {
        previousIdle[block] = lastIdle;
        nextIdle[block] = NONE;
        if (lastIdle == NONE) {
            firstIdle = block;
        } else {
            nextIdle[lastIdle] = block;
        }
        lastIdle = block;
        idleCount++;
    }

    private void unlink(int block) {
        int before = previousIdle[block];
        int after = nextIdle[block];
        if (before == NONE) {
            firstIdle = after;
        } else {
            nextIdle[before] = after;
        }
        if (after == NONE) {
            lastIdle = before;
        } else {
            previousIdle[after] = before;
        }
        previousIdle[block] = NONE;
        nextIdle[block] = NONE;
        idleCount--;
    }

    /// Frees the memory. No sequence may be computed any more.
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }

    /// The blocks of one sequence. Position `p` of the sequence lies in block `p /
    /// KV_BLOCK_TOKENS`.
    public final class Reservation implements AutoCloseable {

        private int[] blocks;

        private Reservation(int[] blocks) {
            this.blocks = blocks;
        }

        /// The number of the block with that position's keys and values.
        public int block(int position) {
            return blocks[position / KV_BLOCK_TOKENS];
        }

        /// The memory of a position's block, among others.
        MemorySegment memory(int position) {
            return slabs[block(position) / blocksPerSlab];
        }

        /// Where the keys of a layer's head begin in the memory of a position's block.
        long keysOffset(int position, int layer, int kvHead) {
            long head = (long) layer * shape.kvHeads() + kvHead;
            return offset(block(position)) + 2 * head * headBytes;
        }

        /// Where the values of a layer's head begin in the memory of a position's block.
        long valuesOffset(int position, int layer, int kvHead) {
            return keysOffset(position, layer, kvHead) + headBytes;
        }

        /// Copies the keys and values of another block's tokens to the block of a position, which
        /// nobody else holds.
        ///
        /// @param from a block that is held, or idle
        public void copyBlock(int from, int position) {
            MemorySegment.copy(
                    slabs[from / blocksPerSlab],
                    offset(from),
                    memory(position),
                    offset(block(position)),
                    blockBytes);
        }

        /// How keys and values are stored.
        KvType type() {
            return type;
        }

        /// Stores one token's keys and values of a head of a layer. Threads may store different
        /// tokens or heads at once.
        ///
        /// @param keys the head's, from `offset`, as are the values
        void store(int layer, int position, int head, float[] keys, float[] values, int offset) {
            MemorySegment memory = memory(position);
            int token = position % KV_BLOCK_TOKENS;
            int headWidth = shape.headWidth();
            long at = keysOffset(position, layer, head);
            KvCodec.storeKeys(type, memory, at, token, keys, offset, headWidth);
            KvCodec.storeValues(type, memory, at + headBytes, token, values, offset, headWidth);
        }

        /// Gives the blocks back. The sequence is not to be computed any further.
        @Override
        public void close() {
            if (blocks != null) {
                giveBack(blocks, blocks.length);
                blocks = null;
            }
        }
    }
}

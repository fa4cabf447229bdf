package dev.talaria.inference.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Memory for weights, handed out from one end of a large piece to the other, in large pages where
/// the system has them.
///
/// A matrix with memory of its own begins and ends within a large page, which the system makes of
/// small ones then: of 9 megabytes a quarter, of two nearly all. Here only the piece's own ends are
/// so. What comes first lies first, and what does not fit any more is the arena's own.
///
/// It lives as long as the arena, and may be used by many threads.
public final class WeightMemory implements Arena {

    // Of a small page: matrices in a file of repacked weights begin with one, too.
    private static final long ALIGNMENT = 4096;

    private final Arena arena;
    private final MemorySegment piece;
    private long used;

    private WeightMemory(Arena arena, MemorySegment piece) {
        this.arena = arena;
        this.piece = piece;
    }

    /// Memory for so many matrices.
    ///
    /// @param bytes of all together
    /// @param arena how long it lives
    public static WeightMemory of(long bytes, int matrices, Arena arena) {
        long most = Math.addExact(bytes, matrices * ALIGNMENT);
        return new WeightMemory(arena, HugePages.allocate(most, arena).orElse(MemorySegment.NULL));
    }

    @Override
    public synchronized MemorySegment allocate(long bytes, long alignment) {
        long apart = Math.max(alignment, ALIGNMENT);
        long from = Math.ceilDiv(used, apart) * apart;
        if (bytes > piece.byteSize() - from || piece.maxByteAlignment() < apart) {
            return arena.allocate(bytes, alignment);
        }
        used = from + bytes;
        return piece.asSlice(from, bytes);
    }

    /// How much has been handed out so far.
    public synchronized long used() {
        return used;
    }

    /// Takes back what was handed out since so much was used. Nobody may touch it any more.
    public synchronized void takeBack(long since) {
        used = since;
    }

    @Override
    public MemorySegment.Scope scope() {
        return arena.scope();
    }

    @Override
    public void close() {
        arena.close();
    }
}

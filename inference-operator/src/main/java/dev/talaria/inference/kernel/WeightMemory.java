package dev.talaria.inference.kernel;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.util.Optional;

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

    /// A file's bytes where the system holds them in its own memory, in large pages; empty where
    /// they lie in small ones, as on many systems, and are better copied to here.
    ///
    /// The file may be deleted, and others may be put in its place, but it must not be cut shorter.
    public Optional<MemorySegment> map(FileChannel file) throws IOException {
        long bytes = file.size();
        try (Arena looking = Arena.ofConfined()) {
            if (bytes < HugePages.BYTES || !HugePages.hold(map(file, bytes, looking))) {
                return Optional.empty();
            }
        }
        MemorySegment mapped = map(file, bytes, arena);
        HugePages.ask(mapped);
        return Optional.of(mapped);
    }

    private static MemorySegment map(FileChannel file, long bytes, Arena arena) throws IOException {
        return file.map(FileChannel.MapMode.READ_ONLY, 0, bytes, arena);
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

package dev.talaria.inference.kernel;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.talaria.inference.x86.CodeMemory;
import dev.talaria.inference.x86.MachineCodeException;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.EnumMap;
import java.util.Map;

/// Attention of many queries over one block of keys and values, in machine code, which reads the
/// block as it is stored. Queries that attend to the same tokens of the block go together.
///
/// A call takes some microseconds, in which the garbage collector waits.
final class TileAttention {

    private static final int LANES = 16;

    private static final MethodHandle ATTEND =
            CodeMemory.handle(
                    FunctionDescriptor.ofVoid(
                            ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, ADDRESS,
                            ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                            JAVA_LONG, JAVA_LONG, JAVA_LONG));

    private final Map<KvType, MemorySegment[]> heights;
    private final int mostQueries;

    private TileAttention(Map<KvType, MemorySegment[]> heights, int mostQueries) {
        this.heights = heights;
        this.mostQueries = mostQueries;
    }

    /// Assembles the code of all types and heights of groups.
    ///
    /// @param arena how long the code may be used
    /// @throws MachineCodeException where it cannot be run
    static TileAttention assemble(AttentionCodes codes, CodeMemory memory, Arena arena)
            throws MachineCodeException {
        CodeBook book = new CodeBook();
        Map<KvType, int[]> starts = new EnumMap<>(KvType.class);
        for (KvType type : KvType.values()) {
            starts.put(
                    type, book.addHeights(codes.mostQueries(), height -> codes.of(type, height)));
        }
        MemorySegment code = memory.seal(book.code(), arena);
        Map<KvType, MemorySegment[]> pieces = new EnumMap<>(KvType.class);
        starts.forEach((type, heights) -> pieces.put(type, CodeBook.pieces(code, heights)));
        return new TileAttention(pieces, codes.mostQueries());
    }

    /// As [Kernels#attend(AttentionTile, int, KvType, MemorySegment, long, long)].
    void attend(
            AttentionTile tile,
            int from,
            KvType type,
            MemorySegment block,
            long keys,
            long values) {
        int end = tile.endQuery(from);
        int query = tile.firstQuery(from);
        while (query < end) {
            int low = tile.low(query, from);
            int high = tile.high(query, from);
            int next = query + 1;
            while (next < end && tile.low(next, from) == low && tile.high(next, from) == high) {
                next++;
            }
            attendAlike(tile, query, next, low, high, type, block, keys, values);
            query = next;
        }
    }

    // Groups of nearly the same height.
    private void attendAlike(
            AttentionTile tile,
            int first,
            int end,
            int low,
            int high,
            KvType type,
            MemorySegment block,
            long keys,
            long values) {
        int count = end - first;
        int height = Math.ceilDiv(count, Math.ceilDiv(count, mostQueries));
        int whole = count / height;
        int rest = count % height;
        call(tile, first, height, whole, low, high, type, block, keys, values);
        if (rest > 0) {
            call(tile, end - rest, rest, 1, low, high, type, block, keys, values);
        }
    }

    private void call(
            AttentionTile tile,
            int first,
            int height,
            int groups,
            int low,
            int high,
            KvType type,
            MemorySegment block,
            long keys,
            long values) {
        int length = tile.headLength;
        long elements = values + (type == KvType.INT8 ? KvCodec.SCALE_BYTES : 0);
        long rowBytes = type.elementBytes(length);
        try {
            ATTEND.invokeExact(
                    heights.get(type)[height - 1],
                    block,
                    keys,
                    elements + low * rowBytes,
                    MemorySegment.ofArray(tile.queries),
                    MemorySegment.ofArray(tile.out),
                    MemorySegment.ofArray(tile.weights),
                    MemorySegment.ofArray(tile.sums),
                    MemorySegment.ofArray(tile.greatest),
                    values,
                    (long) first,
                    (long) length,
                    (long) groups,
                    (1L << high) - (1L << low),
                    (long) low,
                    (long) (high - low),
                    (1L << length % LANES) - 1);
        } catch (Throwable e) {
            throw new IllegalStateException("attention cannot be called", e);
        }
    }
}

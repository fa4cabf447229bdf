package dev.talaria.inference.kernel;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.IntFunction;

/// Pieces of machine code, one after the other, each at a multiple of 64 bytes.
final class CodeBook {

    private static final int ALIGNMENT = 64;

    private byte[] code = new byte[1 << 16];
    private int length;

    /// Adds a piece.
    ///
    /// @return where it begins
    int add(byte[] piece) {
        int at = length;
        length = Math.ceilDiv(at + piece.length, ALIGNMENT) * ALIGNMENT;
        if (length > code.length) {
            code = Arrays.copyOf(code, 2 * length);
        }
        System.arraycopy(piece, 0, code, at, piece.length);
        return at;
    }

    /// Adds a piece for every height of tiles, from one to the most.
    ///
    /// @return where each begins
    int[] addHeights(int most, IntFunction<byte[]> piece) {
        int[] starts = new int[most];
        Arrays.setAll(starts, i -> add(piece.apply(i + 1)));
        return starts;
    }

    /// Pieces by where they begin.
    ///
    /// @param code of the whole book, where it can be run
    static MemorySegment[] pieces(MemorySegment code, int[] starts) {
        return Arrays.stream(starts).mapToObj(code::asSlice).toArray(MemorySegment[]::new);
    }

    /// All pieces.
    byte[] code() {
        return Arrays.copyOf(code, length);
    }
}

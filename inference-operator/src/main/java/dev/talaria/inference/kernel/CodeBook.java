package dev.talaria.inference.kernel;

import java.util.Arrays;

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

    /// All pieces.
    byte[] code() {
        return Arrays.copyOf(code, length);
    }
}

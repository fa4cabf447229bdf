package dev.talaria.schemas.grammar;

import java.util.function.BiConsumer;

/// The bytes of characters inside a string, many characters at a time.
final class CharacterSpelling {

    private static final int NONE = -1;

    private CharacterSpelling() {}

    /// Divides the characters from `low` to `high`, among which is no surrogate, into ranges in
    /// which every byte runs from that of the first character to that of the last, whatever the
    /// others are.
    static void ranges(int low, int high, BiConsumer<byte[], byte[]> each) {
        for (int c = low; c <= Math.min(high, '\\'); c++) {
            byte[] spelling = CanonicalJson.character(c);
            if (spelling.length > 1) {
                each.accept(spelling, spelling);
            }
        }
        raw(Math.max(low, 0x20), Math.min(high, '"' - 1), each);
        raw(Math.max(low, '"' + 1), Math.min(high, '\\' - 1), each);
        raw(Math.max(low, '\\' + 1), high, each);
    }

    private static void raw(int low, int high, BiConsumer<byte[], byte[]> each) {
        if (low > high) {
            return;
        }
        int cut = cut(low, high);
        if (cut == NONE) {
            each.accept(CanonicalJson.character(low), CanonicalJson.character(high));
        } else {
            raw(low, cut, each);
            raw(cut + 1, high, each);
        }
    }

    // The last character before which the range has to be divided.
    private static int cut(int low, int high) {
        for (int last : new int[] {0x7F, 0x7FF, 0xFFFF}) {
            if (low <= last && high > last) {
                return last;
            }
        }
        if (high <= 0x7F) {
            return NONE;
        }
        for (int bits = 6; bits <= 18; bits += 6) {
            int mask = (1 << bits) - 1;
            if ((low & ~mask) != (high & ~mask)) {
                if ((low & mask) != 0) {
                    return low | mask;
                }
                if ((high & mask) != mask) {
                    return (high & ~mask) - 1;
                }
            }
        }
        return NONE;
    }
}

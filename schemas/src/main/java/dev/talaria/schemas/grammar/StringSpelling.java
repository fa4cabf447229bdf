package dev.talaria.schemas.grammar;

import java.util.Arrays;

/// The bytes between the quotes of a string, as a small automaton over places inside a character.
///
/// One spelling for every string: raw UTF-8 (no overlong form, no surrogate, nothing above 10FFFF),
/// the short escapes, and the six-byte escape in lower case for the control characters without a
/// short one.
final class StringSpelling {

    /// Between two characters.
    static final int PLAIN = 0;

    /// No character continues so.
    static final int DEAD = -1;

    private static final int ESCAPE = 1;
    private static final int UNICODE = 2;
    private static final int UNICODE_0 = 3;
    private static final int UNICODE_00 = 4;
    private static final int UNICODE_000 = 5;
    private static final int UNICODE_001 = 6;
    private static final int ONE_MORE = 7;
    private static final int TWO_MORE = 8;
    private static final int AFTER_E0 = 9;
    private static final int AFTER_ED = 10;
    private static final int THREE_MORE = 11;
    private static final int AFTER_F0 = 12;
    private static final int AFTER_F4 = 13;

    /// How many places there are.
    static final int PLACES = 14;

    private static final int[] COST = {0, 1, 4, 3, 2, 1, 1, 1, 2, 2, 2, 3, 3, 3};
    private static final int[] CHEAPEST = {
        ' ', 'n', '0', '0', '0', '0', '0', 0x80, 0x80, 0xA0, 0x80, 0x80, 0x90, 0x80
    };
    private static final byte[] NEXT = transitions();

    private StringSpelling() {}

    /// The place after one more byte, or [#DEAD]. The closing quote is no part of the spelling.
    static int next(int place, int octet) {
        return NEXT[place << 8 | octet];
    }

    /// Where the string that is open at `end` begins: after the last quote that no escape precedes.
    static int start(byte[] text, int end) {
        int at = end;
        while (text[at - 1] != '"' || isEscaped(text, at - 1)) {
            at--;
        }
        return at;
    }

    private static boolean isEscaped(byte[] text, int quote) {
        int backslashes = 0;
        while (quote - backslashes > 0 && text[quote - backslashes - 1] == '\\') {
            backslashes++;
        }
        return backslashes % 2 == 1;
    }

    /// Bytes until the character under way is whole.
    static int cost(int place) {
        return COST[place];
    }

    /// The first of these bytes; in [#PLAIN] the filler, a space.
    static int cheapest(int place) {
        return CHEAPEST[place];
    }

    private static byte[] transitions() {
        byte[] next = new byte[COST.length << 8];
        Arrays.fill(next, (byte) DEAD);
        plain(next);
        for (char c : "\"\\bfnrt".toCharArray()) {
            range(next, ESCAPE, c, c, PLAIN);
        }
        range(next, ESCAPE, 'u', 'u', UNICODE);
        range(next, UNICODE, '0', '0', UNICODE_0);
        range(next, UNICODE_0, '0', '0', UNICODE_00);
        range(next, UNICODE_00, '0', '0', UNICODE_000);
        range(next, UNICODE_00, '1', '1', UNICODE_001);
        for (char c : "01234567bef".toCharArray()) {
            range(next, UNICODE_000, c, c, PLAIN);
        }
        range(next, UNICODE_001, '0', '9', PLAIN);
        range(next, UNICODE_001, 'a', 'f', PLAIN);
        range(next, ONE_MORE, 0x80, 0xBF, PLAIN);
        range(next, TWO_MORE, 0x80, 0xBF, ONE_MORE);
        range(next, AFTER_E0, 0xA0, 0xBF, ONE_MORE);
        range(next, AFTER_ED, 0x80, 0x9F, ONE_MORE);
        range(next, THREE_MORE, 0x80, 0xBF, TWO_MORE);
        range(next, AFTER_F0, 0x90, 0xBF, TWO_MORE);
        range(next, AFTER_F4, 0x80, 0x8F, TWO_MORE);
        return next;
    }

    private static void plain(byte[] next) {
        range(next, PLAIN, 0x20, 0x7F, PLAIN);
        range(next, PLAIN, '"', '"', DEAD);
        range(next, PLAIN, '\\', '\\', ESCAPE);
        range(next, PLAIN, 0xC2, 0xDF, ONE_MORE);
        range(next, PLAIN, 0xE0, 0xEF, TWO_MORE);
        range(next, PLAIN, 0xE0, 0xE0, AFTER_E0);
        range(next, PLAIN, 0xED, 0xED, AFTER_ED);
        range(next, PLAIN, 0xF0, 0xF0, AFTER_F0);
        range(next, PLAIN, 0xF1, 0xF3, THREE_MORE);
        range(next, PLAIN, 0xF4, 0xF4, AFTER_F4);
    }

    private static void range(byte[] next, int from, int low, int high, int to) {
        Arrays.fill(next, from << 8 | low, (from << 8 | high) + 1, (byte) to);
    }
}

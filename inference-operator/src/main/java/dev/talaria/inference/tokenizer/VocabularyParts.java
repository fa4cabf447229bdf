package dev.talaria.inference.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/// What a reader of some format has found, on its way to a [Vocabulary].
///
/// Tokens that nothing was said about are unused ones without a text.
final class VocabularyParts {

    /// More than any real vocabulary has; ids above are refused.
    static final int MOST_TOKENS = 1 << 20;

    /// More bytes than any real token has.
    static final int LONGEST_TOKEN = 1024;

    static final int NONE = -1;

    private static final int SPELLED_BYTE = 6;

    /// How a token's text is turned into the bytes it stands for.
    enum Spelling {
        /// `▁` is a space, and `<0x0A>` is a byte.
        SENTENCE_PIECE,
        /// Each character is a byte of [ByteAlphabet].
        BYTE_LEVEL,
        /// Each character is the byte of the same number.
        RAW
    }

    final Spelling spelling;
    final byte[][] texts;
    final TokenKind[] kinds;
    final float[] scores;
    final Set<Integer> ends = new TreeSet<>();
    int unknownToken = NONE;
    int beginToken = NONE;
    int endOfStream = NONE;
    int endOfTurn = NONE;
    boolean addBegin;
    SpacePrefix spacePrefix = SpacePrefix.NEVER;

    /// @param size at least 1, at most [#MOST_TOKENS]
    VocabularyParts(Spelling spelling, int size) {
        this.spelling = spelling;
        texts = new byte[size][];
        kinds = new TokenKind[size];
        scores = new float[size];
        Arrays.fill(texts, new byte[0]);
        Arrays.fill(kinds, TokenKind.UNUSED);
    }

    int size() {
        return texts.length;
    }

    String text(int token) {
        return new String(texts[token], StandardCharsets.UTF_8);
    }

    void set(int token, String text, TokenKind kind) {
        texts[token] = text.getBytes(StandardCharsets.UTF_8);
        kinds[token] = kind;
    }

    /// The byte that `<0x00>` to `<0xFF>` stands for; empty for other texts.
    static OptionalInt spelledByte(String text) {
        if (text.length() != SPELLED_BYTE || !text.startsWith("<0x") || !text.endsWith(">")) {
            return OptionalInt.empty();
        }
        int high = Character.digit(text.charAt(3), 16);
        int low = Character.digit(text.charAt(4), 16);
        boolean ascii = text.charAt(3) < 0x80 && text.charAt(4) < 0x80;
        return high < 0 || low < 0 || !ascii
                ? OptionalInt.empty()
                : OptionalInt.of(16 * high + low);
    }
}

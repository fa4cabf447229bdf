package dev.talaria.inference.tokenizer;

import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;

/// The symbols of a SentencePiece vocabulary, and which two neighbours make which piece.
///
/// A symbol is a piece, or a character that occurs in pieces without being one; such characters get
/// ids from the vocabulary's size upwards.
final class MergeTable {

    static final int NONE = PairTable.NONE;

    // By character, one more than its symbol; 0 where it has none.
    private final int[] basicCharacters = new int[Character.MIN_SUPPLEMENTARY_CODE_POINT];
    private final Map<Integer, Integer> otherCharacters = new HashMap<>();
    private final PairTable pairs;
    private final boolean isByScore;
    private int nextCharacter;

    private MergeTable(int vocabularySize, PairTable pairs, boolean isByScore) {
        this.nextCharacter = vocabularySize;
        this.pairs = pairs;
        this.isByScore = isByScore;
    }

    /// The table of SentencePiece's own rule: any two symbols whose joined text is a piece, by
    /// falling score of that piece.
    static MergeTable byScore(Vocabulary vocabulary) {
        return byScore(vocabulary, vocabulary::score);
    }

    /// The same with scores other than the vocabulary's own.
    static MergeTable byScore(Vocabulary vocabulary, IntFunction<Float> scores) {
        PieceIndex pieces = new PieceIndex(vocabulary);
        MergeTable table =
                new MergeTable(vocabulary.size(), new PairTable(4 * pieces.pieces()), true);
        for (int token = 0; token < vocabulary.size(); token++) {
            table.collectCharacters(pieces.text(token), pieces);
        }
        for (int token = 0; token < vocabulary.size(); token++) {
            if (pieces.text(token).length > 0) {
                table.cut(token, order(scores.apply(token)), pieces);
            }
        }
        return table;
    }

    /// The table of a list of merges. Characters that are no pieces are never joined.
    static MergeTable byMerges(Vocabulary vocabulary, PairTable merges) {
        MergeTable table = new MergeTable(vocabulary.size(), merges, false);
        PieceIndex pieces = new PieceIndex(vocabulary);
        for (int token = 0; token < vocabulary.size(); token++) {
            byte[] text = pieces.text(token);
            if (text.length > 0 && characterBytes(text[0]) == text.length) {
                table.put(codePoint(text, 0), token);
            }
        }
        return table;
    }

    // A float's bits order like the float itself once those of negative ones are flipped.
    private static int order(float score) {
        int bits = Float.floatToIntBits(score);
        return ~(bits ^ ((bits >> 31) & Integer.MAX_VALUE));
    }

    /// The symbol of a character, or [#NONE] where no piece contains it.
    int character(int codePoint) {
        return codePoint < basicCharacters.length
                ? basicCharacters[codePoint] - 1
                : otherCharacters.getOrDefault(codePoint, NONE);
    }

    /// Whether the order comes from the vocabulary's scores and not from a list.
    boolean isByScore() {
        return isByScore;
    }

    /// Which symbols are joined.
    PairTable pairs() {
        return pairs;
    }

    private void put(int codePoint, int symbol) {
        if (codePoint < basicCharacters.length) {
            basicCharacters[codePoint] = symbol + 1;
        } else {
            otherCharacters.put(codePoint, symbol);
        }
    }

    private void collectCharacters(byte[] text, PieceIndex pieces) {
        for (int at = 0; at < text.length; ) {
            int end = at + characterBytes(text[at]);
            int codePoint = codePoint(text, at);
            if (character(codePoint) == NONE) {
                int token = pieces.find(text, at, end, PieceIndex.hash(text, at, end));
                put(codePoint, token == PieceIndex.NONE ? nextCharacter++ : token);
            }
            at = end;
        }
    }

    private void cut(int token, int order, PieceIndex pieces) {
        byte[] text = pieces.text(token);
        long whole = pieces.hash(token);
        long beginning = PieceIndex.extended(0, text[0]);
        for (int at = 1; at < text.length; at++) {
            if (begins(text[at])) {
                int left = symbol(text, 0, at, beginning, pieces);
                long end = PieceIndex.endHash(whole, beginning, text.length - at);
                int right = left == NONE ? NONE : symbol(text, at, text.length, end, pieces);
                if (right != NONE) {
                    pairs.put(left, right, token, order);
                }
            }
            beginning = PieceIndex.extended(beginning, text[at]);
        }
    }

    private int symbol(byte[] text, int from, int to, long hash, PieceIndex pieces) {
        int token = pieces.find(text, from, to, hash);
        if (token != PieceIndex.NONE) {
            return token;
        }
        boolean isCharacter = characterBytes(text[from]) == to - from;
        return isCharacter ? character(codePoint(text, from)) : NONE;
    }

    // Texts are well-formed UTF-8: a character is as long as its first byte says.

    private static boolean begins(byte octet) {
        return (octet & 0xC0) != 0x80;
    }

    private static int characterBytes(byte first) {
        return first >= 0 ? 1 : Integer.numberOfLeadingZeros(~(first << 24));
    }

    private static int codePoint(byte[] text, int at) {
        int bytes = characterBytes(text[at]);
        if (bytes == 1) {
            return text[at];
        }
        int codePoint = text[at] & 0x7F >> bytes;
        for (int i = 1; i < bytes; i++) {
            codePoint = codePoint << 6 | text[at + i] & 0x3F;
        }
        return codePoint;
    }
}

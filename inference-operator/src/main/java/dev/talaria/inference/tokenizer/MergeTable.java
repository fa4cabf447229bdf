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

    // Each piece is cut at every place, so its length counts twice; real pieces end at 128.
    private static final int LONGEST_PIECE = 256;

    private final Map<Integer, Integer> characters = new HashMap<>();
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
        Map<String, Integer> pieces = pieces(vocabulary);
        MergeTable table =
                new MergeTable(vocabulary.size(), new PairTable(4 * pieces.size()), true);
        pieces.forEach((text, _) -> table.collectCharacters(text, pieces));
        pieces.forEach((text, token) -> table.cut(text, token, order(scores.apply(token)), pieces));
        return table;
    }

    /// The table of a list of merges. Characters that are no pieces are never joined.
    static MergeTable byMerges(Vocabulary vocabulary, PairTable merges) {
        MergeTable table = new MergeTable(vocabulary.size(), merges, false);
        pieces(vocabulary)
                .forEach((text, token) -> {
                    if (text.codePointCount(0, text.length()) == 1) {
                        table.characters.put(text.codePointAt(0), token);
                    }
                });
        return table;
    }

    private static Map<String, Integer> pieces(Vocabulary vocabulary) {
        Map<String, Integer> pieces = new HashMap<>();
        for (int token = 0; token < vocabulary.size(); token++) {
            String text = vocabulary.text(token);
            if (vocabulary.kind(token) == TokenKind.NORMAL
                    && !text.isEmpty()
                    && text.length() <= LONGEST_PIECE) {
                pieces.put(text, token);
            }
        }
        return pieces;
    }

    // A float's bits order like the float itself once those of negative ones are flipped.
    private static int order(float score) {
        int bits = Float.floatToIntBits(score);
        return ~(bits ^ ((bits >> 31) & Integer.MAX_VALUE));
    }

    /// The symbol of a character, or [#NONE] where no piece contains it.
    int character(int codePoint) {
        return characters.getOrDefault(codePoint, NONE);
    }

    /// Whether the order comes from the vocabulary's scores and not from a list.
    boolean isByScore() {
        return isByScore;
    }

    /// Which symbols are joined.
    PairTable pairs() {
        return pairs;
    }

    private void collectCharacters(String text, Map<String, Integer> pieces) {
        text.codePoints()
                .filter(c -> !characters.containsKey(c))
                .forEach(c -> {
                    Integer token = pieces.get(Character.toString(c));
                    characters.put(c, token == null ? nextCharacter++ : token);
                });
    }

    private void cut(String text, int token, int order, Map<String, Integer> pieces) {
        for (int at = text.offsetByCodePoints(0, 1); at < text.length(); ) {
            int left = symbol(text.substring(0, at), pieces);
            int right = symbol(text.substring(at), pieces);
            if (left != NONE && right != NONE) {
                pairs.put(left, right, token, order);
            }
            at = text.offsetByCodePoints(at, 1);
        }
    }

    private int symbol(String text, Map<String, Integer> pieces) {
        Integer token = pieces.get(text);
        if (token != null) {
            return token;
        }
        return text.codePointCount(0, text.length()) == 1 ? character(text.codePointAt(0)) : NONE;
    }
}

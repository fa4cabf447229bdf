package dev.talaria.inference.tokenizer;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// Which two neighbouring symbols make which piece.
///
/// A symbol is a piece, or a character that occurs in pieces without being one; such characters get
/// ids from the vocabulary's size upwards. Looking a pair up equals looking its joined text up in
/// the vocabulary, without building the text.
final class MergeTable {

    static final int NONE = -1;

    // Each piece is cut at every place, so its length counts twice; real pieces end at 128.
    private static final int LONGEST_PIECE = 256;

    private final Map<Integer, Integer> characters = new HashMap<>();
    private int nextCharacter;
    private long[] pairs = new long[1 << 12];
    private int[] merged = new int[1 << 12];
    private int count;

    MergeTable(Vocabulary vocabulary) {
        Map<String, Integer> pieces = new HashMap<>();
        for (int token = 0; token < vocabulary.size(); token++) {
            String text = vocabulary.text(token);
            if (vocabulary.kind(token) == TokenKind.NORMAL && text.length() <= LONGEST_PIECE) {
                pieces.put(text, token);
            }
        }
        Arrays.fill(merged, NONE);
        nextCharacter = vocabulary.size();
        pieces.forEach((text, token) -> collectCharacters(text, pieces));
        pieces.forEach((text, token) -> cut(text, token, pieces));
    }

    /// The symbol of a character, or [#NONE] where no piece contains it.
    int character(int codePoint) {
        return characters.getOrDefault(codePoint, NONE);
    }

    /// The piece that two symbols make, or [#NONE].
    int merge(int left, int right) {
        if (left < 0 || right < 0) {
            return NONE;
        }
        long pair = (long) left << 32 | right;
        int slot = slot(pair);
        while (merged[slot] != NONE && pairs[slot] != pair) {
            slot = (slot + 1) & (pairs.length - 1);
        }
        return merged[slot];
    }

    private void collectCharacters(String text, Map<String, Integer> pieces) {
        text.codePoints()
                .filter(c -> !characters.containsKey(c))
                .forEach(c -> {
                    Integer token = pieces.get(Character.toString(c));
                    characters.put(c, token == null ? nextCharacter++ : token);
                });
    }

    private void cut(String text, int token, Map<String, Integer> pieces) {
        for (int at = text.offsetByCodePoints(0, text.isEmpty() ? 0 : 1); at < text.length(); ) {
            int left = symbol(text.substring(0, at), pieces);
            int right = symbol(text.substring(at), pieces);
            if (left != NONE && right != NONE) {
                put((long) left << 32 | right, token);
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

    private void put(long pair, int token) {
        if (2 * ++count > pairs.length) {
            grow();
        }
        insert(pair, token);
    }

    private void grow() {
        long[] oldPairs = pairs;
        int[] oldMerged = merged;
        pairs = new long[2 * oldPairs.length];
        merged = new int[2 * oldPairs.length];
        Arrays.fill(merged, NONE);
        for (int i = 0; i < oldPairs.length; i++) {
            if (oldMerged[i] != NONE) {
                insert(oldPairs[i], oldMerged[i]);
            }
        }
    }

    private void insert(long pair, int token) {
        int slot = slot(pair);
        while (merged[slot] != NONE) {
            slot = (slot + 1) & (pairs.length - 1);
        }
        pairs[slot] = pair;
        merged[slot] = token;
    }

    private int slot(long pair) {
        long mixed = pair * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 32) & (pairs.length - 1);
    }
}

package dev.talaria.inference.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// One text on its way from characters to pieces.
///
/// The pair whose piece has the highest score is joined first, the leftmost of equals, until no two
/// neighbours make a piece: what SentencePiece calls BPE. Symbols form a list through `next` and
/// `previous`; candidate pairs wait in a heap and are dropped when a neighbour has changed.
final class Merging {

    private static final int END = -1;

    private final Vocabulary vocabulary;
    private final MergeTable table;

    // By position in the text: the symbol there, and the code point it began as.
    private final int[] symbols;
    private final int[] codePoints;
    private final int[] next;
    private final int[] previous;

    // A binary heap, smallest key first; see key().
    private long[] keys;
    private int[] candidates;
    private int waiting;

    Merging(Vocabulary vocabulary, MergeTable table, int[] codePoints) {
        this.vocabulary = vocabulary;
        this.table = table;
        this.codePoints = codePoints;
        int length = codePoints.length;
        symbols = new int[length];
        next = new int[length];
        previous = new int[length];
        keys = new long[Math.max(16, length)];
        candidates = new int[keys.length];
        for (int i = 0; i < length; i++) {
            symbols[i] = table.character(codePoints[i]);
            next[i] = i + 1 < length ? i + 1 : END;
            previous[i] = i - 1;
        }
    }

    /// Joins all that can be joined and returns the tokens.
    int[] run() {
        for (int i = 0; i + 1 < symbols.length; i++) {
            propose(i);
        }
        while (waiting > 0) {
            int left = (int) keys[0];
            int piece = candidates[0];
            removeFirst();
            if (isCurrent(left, piece)) {
                join(left, piece);
            }
        }
        return tokens();
    }

    // A joined-away position is its own next, so that nothing proposed for it is current.
    private boolean isCurrent(int left, int piece) {
        int right = next[left];
        return right != END && right != left && table.merge(symbols[left], symbols[right]) == piece;
    }

    private void join(int left, int piece) {
        int right = next[left];
        int after = next[right];
        symbols[left] = piece;
        next[left] = after;
        next[right] = right;
        if (after != END) {
            previous[after] = left;
            propose(left);
        }
        if (previous[left] != END) {
            propose(previous[left]);
        }
    }

    private void propose(int left) {
        int piece = table.merge(symbols[left], symbols[next[left]]);
        if (piece != MergeTable.NONE) {
            add(key(vocabulary.score(piece), left), piece);
        }
    }

    // Orders by falling score, then by rising position. A float's bits order like the float itself
    // once those of negative ones are flipped.
    private static long key(float score, int left) {
        int bits = Float.floatToIntBits(score);
        int rising = bits ^ ((bits >> 31) & Integer.MAX_VALUE);
        return (long) ~rising << 32 | left;
    }

    private void add(long key, int piece) {
        if (waiting == keys.length) {
            keys = Arrays.copyOf(keys, 2 * waiting);
            candidates = Arrays.copyOf(candidates, 2 * waiting);
        }
        int at = waiting++;
        while (at > 0 && keys[(at - 1) / 2] > key) {
            move((at - 1) / 2, at);
            at = (at - 1) / 2;
        }
        keys[at] = key;
        candidates[at] = piece;
    }

    private void removeFirst() {
        long key = keys[--waiting];
        int at = 0;
        for (int child = 1; child < waiting; child = 2 * at + 1) {
            if (child + 1 < waiting && keys[child + 1] < keys[child]) {
                child++;
            }
            if (keys[child] >= key) {
                break;
            }
            move(child, at);
            at = child;
        }
        keys[at] = key;
        candidates[at] = candidates[waiting];
    }

    private void move(int from, int to) {
        keys[to] = keys[from];
        candidates[to] = candidates[from];
    }

    private int[] tokens() {
        int[] tokens = new int[symbols.length];
        int count = 0;
        for (int i = symbols.length == 0 ? END : 0; i != END; i = next[i]) {
            boolean isPiece = symbols[i] >= 0 && symbols[i] < vocabulary.size();
            if (count + 4 > tokens.length) {
                tokens = Arrays.copyOf(tokens, 2 * tokens.length + 4);
            }
            if (isPiece) {
                tokens[count++] = symbols[i];
            } else {
                count = spell(codePoints[i], tokens, count);
            }
        }
        return Arrays.copyOf(tokens, count);
    }

    private int spell(int codePoint, int[] tokens, int at) {
        int count = at;
        for (byte octet : Character.toString(codePoint).getBytes(StandardCharsets.UTF_8)) {
            tokens[count++] = vocabulary.byteToken(octet & 0xFF);
        }
        return count;
    }
}

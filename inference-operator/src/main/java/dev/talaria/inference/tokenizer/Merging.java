package dev.talaria.inference.tokenizer;

import java.util.Arrays;

/// One text on its way from characters or bytes to pieces.
///
/// The pair that comes first in the table's order is joined first, the leftmost of equals, until no
/// two neighbours are a pair of the table: byte-pair encoding. Symbols form a list through `next`
/// and `previous`; candidate pairs wait in a heap and are dropped when a neighbour has changed.
/// Takes time in proportion to `n log n`, whatever the symbols.
final class Merging {

    static final int END = -1;

    private final PairTable table;

    // By position: the symbol there.
    private final int[] symbols;
    private final int[] next;
    private final int[] previous;

    // A binary heap, smallest key first; see key().
    private long[] keys;
    private int[] candidates;
    private int waiting;

    /// @param symbols negative ones are never joined; owned by this object from here on
    Merging(PairTable table, int[] symbols) {
        this.table = table;
        this.symbols = symbols;
        int length = symbols.length;
        next = new int[length];
        previous = new int[length];
        keys = new long[Math.max(16, length)];
        candidates = new int[keys.length];
        for (int i = 0; i < length; i++) {
            next[i] = i + 1 < length ? i + 1 : END;
            previous[i] = i - 1;
        }
    }

    /// Joins all that can be joined.
    Merging run() {
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
        return this;
    }

    /// The position of the first symbol, or [#END].
    int first() {
        return symbols.length == 0 ? END : 0;
    }

    /// The position of the symbol after this one, or [#END].
    int next(int position) {
        return next[position];
    }

    /// The symbol at a position that [#first] or [#next] named.
    int symbol(int position) {
        return symbols[position];
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
        int slot = table.find(symbols[left], symbols[next[left]]);
        if (slot != PairTable.NONE) {
            add(key(table.order(slot), left), table.merged(slot));
        }
    }

    // Orders by the table's order, then by position.
    private static long key(int order, int left) {
        return (long) order << 32 | left;
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
}

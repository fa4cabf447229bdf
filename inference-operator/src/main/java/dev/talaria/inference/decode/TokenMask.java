package dev.talaria.inference.decode;

import java.util.Arrays;

/// A set of tokens, as bits over their ids. Used by one thread at a time.
public final class TokenMask {

    private final long[] words;
    private final int size;

    /// A mask that allows nothing.
    ///
    /// @param size how many tokens there are
    public TokenMask(int size) {
        this.size = size;
        this.words = new long[(size + 63) >>> 6];
    }

    /// How many tokens there are, allowed or not.
    public int size() {
        return size;
    }

    /// Whether the token is in the set. An id that is no token's is not: logits may be wider than
    /// the vocabulary.
    public boolean allows(int token) {
        return token >= 0 && token < size && (words[token >>> 6] & 1L << token) != 0;
    }

    /// Puts a token into the set.
    public void allow(int token) {
        words[check(token) >>> 6] |= 1L << token;
    }

    /// Takes a token out of the set.
    public void clear(int token) {
        words[check(token) >>> 6] &= ~(1L << token);
    }

    /// Takes every token out of the set.
    public void clearAll() {
        Arrays.fill(words, 0);
    }

    /// How many tokens are in the set.
    public int cardinality() {
        int count = 0;
        for (long word : words) {
            count += Long.bitCount(word);
        }
        return count;
    }

    /// The first token of the set at or after `from`; -1 where there is none. Runs through the set:
    /// `for (int t = mask.nextAllowed(0); t >= 0; t = mask.nextAllowed(t + 1))`.
    public int nextAllowed(int from) {
        if (from >= size) {
            return -1;
        }
        int index = from >>> 6;
        long word = words[index] & -1L << from;
        while (word == 0) {
            if (++index == words.length) {
                return -1;
            }
            word = words[index];
        }
        return (index << 6) + Long.numberOfTrailingZeros(word);
    }

    /// Makes this set that one.
    public void set(TokenMask other) {
        if (other.size != size) {
            throw new IllegalArgumentException(
                    "a mask over " + other.size + " tokens is none over " + size);
        }
        System.arraycopy(other.words, 0, words, 0, words.length);
    }

    /// Puts every token of the other set into this one.
    void allowAll(TokenMask other) {
        for (int i = 0; i < words.length; i++) {
            words[i] |= other.words[i];
        }
    }

    /// Takes every token of the other set out of this one.
    void clearAll(TokenMask other) {
        for (int i = 0; i < words.length; i++) {
            words[i] &= ~other.words[i];
        }
    }

    /// The tokens of the set, in order.
    int[] toArray() {
        int[] tokens = new int[cardinality()];
        int at = 0;
        for (int token = nextAllowed(0); token >= 0; token = nextAllowed(token + 1)) {
            tokens[at++] = token;
        }
        return tokens;
    }

    private int check(int token) {
        if (token < 0 || token >= size) {
            throw new IndexOutOfBoundsException("token " + token + " of " + size);
        }
        return token;
    }
}

package dev.talaria.inference.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/// The pieces of a vocabulary by their UTF-8 bytes, found by any part of a longer text without
/// making that part: a start looks up a few hundred thousand parts, in code that is interpreted.
///
/// Parts are hashed as polynomials, so that the hash of a text's end follows from those of the
/// whole and of its beginning. The base is another one in every process, or a file could be made
/// whose pieces all collide; what is found never depends on it, for bytes are compared.
final class PieceIndex {

    static final int NONE = -1;

    // Each piece is cut at every place, so its length counts twice; real pieces end at 128.
    private static final int LONGEST_PIECE = 256;
    private static final int MOST_BYTES = 3 * LONGEST_PIECE;

    private static final long BASE = ThreadLocalRandom.current().nextLong() | 1;
    private static final long[] POWERS = powers();

    private static final byte[] NO_PIECE = {};

    // By token: its text, empty where it is no piece; and the text's hash.
    private final byte[][] texts;
    private final long[] textHashes;

    // By slot: a token, or none.
    private final int[] tokens;
    private int pieces;

    /// All pieces of a vocabulary; of two of the same text the later one.
    PieceIndex(Vocabulary vocabulary) {
        int size = vocabulary.size();
        texts = new byte[size][];
        textHashes = new long[size];
        tokens = new int[Integer.highestOneBit(Math.max(size, 1)) << 2];
        Arrays.fill(tokens, NONE);
        for (int token = 0; token < size; token++) {
            texts[token] =
                    vocabulary.kind(token) == TokenKind.NORMAL
                            ? piece(vocabulary.wellFormedText(token))
                            : NO_PIECE;
            if (texts[token].length > 0) {
                add(token);
            }
        }
    }

    private static long[] powers() {
        long[] powers = new long[MOST_BYTES + 1];
        powers[0] = 1;
        for (int i = 1; i < powers.length; i++) {
            powers[i] = powers[i - 1] * BASE;
        }
        return powers;
    }

    // A char is three bytes at most, or two chars are four.
    private static byte[] piece(byte[] text) {
        if (text.length <= LONGEST_PIECE) {
            return text;
        }
        boolean isShort =
                text.length <= MOST_BYTES
                        && new String(text, StandardCharsets.UTF_8).length() <= LONGEST_PIECE;
        return isShort ? text : NO_PIECE;
    }

    private void add(int token) {
        byte[] text = texts[token];
        long hash = hash(text, 0, text.length);
        textHashes[token] = hash;
        int slot = slot(hash);
        while (tokens[slot] != NONE && !isText(tokens[slot], hash, text, 0, text.length)) {
            slot = slot + 1 & tokens.length - 1;
        }
        if (tokens[slot] == NONE) {
            pieces++;
        } else {
            texts[tokens[slot]] = NO_PIECE;
        }
        tokens[slot] = token;
    }

    /// How many pieces there are.
    int pieces() {
        return pieces;
    }

    /// A token's text; empty where it is no piece, or a later one has its text.
    byte[] text(int token) {
        return texts[token];
    }

    /// The hash of a piece.
    long hash(int token) {
        return textHashes[token];
    }

    /// The hash of a part of a text.
    static long hash(byte[] text, int from, int to) {
        long hash = 0;
        for (int at = from; at < to; at++) {
            hash = extended(hash, text[at]);
        }
        return hash;
    }

    /// The hash of a text and one more byte; that of no text is 0.
    static long extended(long hash, byte octet) {
        return hash * BASE + (octet & 0xFF) + 1;
    }

    /// The hash of a text's end, by those of the whole and of what comes before.
    static long endHash(long whole, long beginning, int endLength) {
        return whole - beginning * POWERS[endLength];
    }

    /// The piece that is a part of a text, or [#NONE].
    ///
    /// @param hash of the part
    int find(byte[] text, int from, int to, long hash) {
        int slot = slot(hash);
        while (tokens[slot] != NONE) {
            if (isText(tokens[slot], hash, text, from, to)) {
                return tokens[slot];
            }
            slot = slot + 1 & tokens.length - 1;
        }
        return NONE;
    }

    private int slot(long hash) {
        return (int) (hash * 0x9E3779B97F4A7C15L >>> 32) & tokens.length - 1;
    }

    private boolean isText(int token, long hash, byte[] text, int from, int to) {
        byte[] piece = texts[token];
        return textHashes[token] == hash && Arrays.equals(piece, 0, piece.length, text, from, to);
    }
}

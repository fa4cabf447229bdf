package dev.talaria.inference.decode;

import dev.talaria.schemas.grammar.Recognizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Spells what a grammar leaves no choice about as the model's own tokenizer would.
///
/// A grammar forces bytes, and most of them can be cut into tokens in many ways. Models are trained
/// on one of them, so of forced bytes only that one is allowed. Which it is depends on both sides.
/// To the left, on the text before: it is encoded too, as far as some tokens back. To the right, on
/// what may follow: after `"order` may come `Id"`, and `orderId` may be a token. So a token is
/// forced only where it is the same whatever follows. Byte pairs are merged within the token that
/// lies across the end of the forced bytes and not beyond it; so every token that may lie there is
/// tried.
///
/// Immutable and safe for use by many threads.
final class ForcedSpelling {

    /// Tokens before the forced ones that are encoded with them.
    static final int LOOK_BACK = 8;

    // A token of a character's first bytes begins further back than the character's end.
    static final int MOST_CONTEXT = LOOK_BACK + 4;

    private static final int NONE = -1;
    private static final int MOST_BYTES = 64;
    private static final int TAG = 0xFF;

    // One of each kind that patterns which cut a text before its pairs are merged tell apart.
    private static final String PROBES = "aA0 '\"-\n\u00e9\u65e5";

    private final TokenBytes vocabulary;
    private final TokenTrie trie;
    private final int[] intricate;
    private final TextTokens encoder;

    ForcedSpelling(VocabularyIndex index, TextTokens encoder) {
        this.vocabulary = index.tokens();
        this.trie = index.all();
        this.intricate = index.intricate();
        this.encoder = encoder;
    }

    /// The next token, where the tokenizer would write no other here; -1 where there is a choice.
    ///
    /// @param recognizer in the place; left there
    /// @param before the tokens before the place; as many of the last as are known are enough
    /// @param count how many these are
    int next(Recognizer recognizer, int[] before, int count) {
        if (recognizer.forcedByte() < 0) {
            return NONE;
        }
        Run run = new Run(before, contextStart(before, count), count);
        try {
            return run.next(recognizer);
        } finally {
            recognizer.pop(run.pushed);
        }
    }

    // Text begins anew after a tag, and encoding at the beginning of a character.
    private int contextStart(int[] before, int count) {
        int start = count;
        while (start > 0
                && vocabulary.bytes(before[start - 1])[0] != (byte) TAG
                && (count - start < LOOK_BACK || isInside(before[start]))
                && count - start < MOST_CONTEXT) {
            start--;
        }
        while (start < count && isInside(before[start])) {
            start++;
        }
        return start;
    }

    private boolean isInside(int token) {
        return isInside(vocabulary.bytes(token)[0]);
    }

    private static boolean isInside(byte octet) {
        return (octet & 0xC0) == 0x80;
    }

    /// The forced bytes of one place, behind some of the text before it.
    private final class Run {

        private byte[] text = new byte[128];
        private int length;
        private final int begin;
        private int pushed;

        // Whether the text ends here for the tokenizer: with the answer, or at a tag.
        private boolean closed;

        private Run(int[] before, int from, int count) {
            for (int i = from; i < count; i++) {
                for (byte octet : vocabulary.bytes(before[i])) {
                    append(octet);
                }
            }
            begin = length;
        }

        private void append(byte octet) {
            text = length == text.length ? Arrays.copyOf(text, 2 * length) : text;
            text[length++] = octet;
        }

        private int next(Recognizer recognizer) {
            if (recognizer.forcedByte() == TAG) {
                return tag(recognizer);
            }
            collect(recognizer);
            if (length == begin) {
                return NONE;
            }
            int token = tokenAt(length, "");
            if (token == NONE || closed) {
                return token;
            }
            int end = begin + vocabulary.bytes(token).length;
            return isSame(token, end, recognizer) ? token : NONE;
        }

        private int tag(Recognizer recognizer) {
            int octet = TAG;
            do {
                append((byte) octet);
                recognizer.push(octet);
                pushed++;
                octet = recognizer.forcedByte();
            } while (octet >= 0 && trie.node(text, begin, length) >= 0);
            return trie.longestPrefix(Arrays.copyOf(text, length), begin);
        }

        private void collect(Recognizer recognizer) {
            while (pushed < MOST_BYTES) {
                int octet = recognizer.forcedByte();
                if (octet < 0 || octet == TAG) {
                    closed = octet == TAG || recognizer.isComplete() && !goesOn(recognizer);
                    break;
                }
                append((byte) octet);
                recognizer.push(octet);
                pushed++;
            }
            dropPartOfCharacter(recognizer);
        }

        private boolean goesOn(Recognizer recognizer) {
            for (int octet = 0; octet < 256; octet++) {
                if (recognizer.push(octet)) {
                    recognizer.pop(1);
                    return true;
                }
            }
            return false;
        }

        private void dropPartOfCharacter(Recognizer recognizer) {
            int first = length - 1;
            while (first > 0 && isInside(text[first])) {
                first--;
            }
            int octet = text[first] & 0xFF;
            int whole = octet < 0xC0 ? 1 : octet < 0xE0 ? 2 : octet < 0xF0 ? 3 : 4;
            if (length - first < whole) {
                int dropped = Math.min(pushed, length - first);
                recognizer.pop(dropped);
                pushed -= dropped;
                length -= dropped;
                closed = false;
            }
        }

        private boolean isSame(int token, int end, Recognizer recognizer) {
            int least = Math.max(begin, length - trie.longestToken() + 1);
            for (int from = length - 1; from >= least; from--) {
                if (mayLieAcross(from, recognizer)) {
                    if (from < end || tokenAt(characterStart(from), "") != token) {
                        return false;
                    }
                }
            }
            for (int i = 0; i < PROBES.length(); i++) {
                String probe = PROBES.substring(i, i + 1);
                byte[] octets = probe.getBytes(StandardCharsets.UTF_8);
                if (accepts(recognizer, octets, 0) && tokenAt(length, probe) != token) {
                    return false;
                }
            }
            return true;
        }

        private int characterStart(int at) {
            int start = at;
            while (start > 0 && isInside(text[start])) {
                start--;
            }
            return start;
        }

        // Whether some token begins with the rest of the bytes and goes on as the grammar allows.
        private boolean mayLieAcross(int from, Recognizer recognizer) {
            int node = trie.node(text, from, length);
            if (node >= 0 && trie.goesOn(node, recognizer)) {
                return true;
            }
            for (int token : intricate) {
                byte[] bytes = vocabulary.bytes(token);
                int shared = length - from;
                if (bytes.length > shared
                        && Arrays.equals(bytes, 0, shared, text, from, length)
                        && accepts(recognizer, bytes, shared)) {
                    return true;
                }
            }
            return false;
        }

        private boolean accepts(Recognizer recognizer, byte[] bytes, int from) {
            int at = from;
            while (at < bytes.length && recognizer.push(bytes[at] & 0xFF)) {
                at++;
            }
            recognizer.pop(at - from);
            return at == bytes.length;
        }

        /// The token at the place, by the tokenizer, of the text up to some byte and what follows;
        /// -1 where none begins there.
        private int tokenAt(int to, String after) {
            int[] tokens = encoder.encode(new String(text, 0, to, StandardCharsets.UTF_8) + after);
            int at = 0;
            for (int token : tokens) {
                if (at == begin) {
                    byte[] bytes = vocabulary.bytes(token);
                    int end = at + bytes.length;
                    boolean spells =
                            end <= to && Arrays.equals(bytes, 0, bytes.length, text, at, end);
                    return bytes.length > 0 && spells ? token : NONE;
                }
                at += vocabulary.bytes(token).length;
            }
            return NONE;
        }
    }
}

package dev.talaria.inference.decode;

import dev.talaria.schemas.grammar.Recognizer;

import java.util.Arrays;
import java.util.Comparator;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/// The bytes of all tokens as one trie, laid out depth first in flat arrays, so that the tokens a
/// grammar allows are found by one pass in which a rejected byte skips all that begin with it.
///
/// Tokens without bytes (control, unknown, unused) are not in it. Immutable.
public final class TokenTrie {

    private static final int NONE = -1;
    private static final int NOWHERE = -2;

    private final int vocabulary;
    private final byte[] octets;
    private final short[] depths;
    private final int[] ends;
    private final int[] tokens;
    private final int[] nextSame;
    private final int longest;

    /// Builds the trie of a vocabulary.
    public TokenTrie(TokenBytes vocabulary) {
        this(vocabulary, token -> true);
    }

    /// Builds the trie of some tokens of a vocabulary.
    TokenTrie(TokenBytes vocabulary, IntPredicate chosen) {
        this.vocabulary = vocabulary.size();
        Builder builder = new Builder(vocabulary, chosen);
        octets = Arrays.copyOf(builder.octets, builder.count);
        depths = Arrays.copyOf(builder.depths, builder.count);
        ends = Arrays.copyOf(builder.ends, builder.count);
        tokens = Arrays.copyOf(builder.tokens, builder.count);
        nextSame = builder.nextSame;
        longest = builder.longest;
    }

    /// Length of the longest token, in bytes.
    public int longestToken() {
        return longest;
    }

    /// Adds to the mask every token whose bytes the recognizer accepts; leaves the recognizer where
    /// it was.
    ///
    /// @return the nodes after whose bytes the recognizer is complete and some token goes on
    public int[] allow(Recognizer recognizer, TokenMask mask) {
        return allow(recognizer, mask, null);
    }

    /// As [#allow(Recognizer, TokenMask)].
    ///
    /// @param text what spares trying characters where any may come; null to try every token
    int[] allow(Recognizer recognizer, TokenMask mask, TextSubtrees text) {
        Nodes complete = new Nodes(null);
        walk(NONE, recognizer, mask, text, complete);
        return complete.toArray();
    }

    /// Nodes that were found.
    private static final class Nodes {

        private final int[] names;
        private int[] nodes = new int[16];
        private int count;

        /// @param names what nodes are called; null where they are called by their numbers
        private Nodes(int[] names) {
            this.names = names;
        }

        private void add(int node) {
            nodes = count == nodes.length ? Arrays.copyOf(nodes, 2 * count) : nodes;
            nodes[count++] = names == null ? node : names[node];
        }

        private int[] toArray() {
            return Arrays.copyOf(nodes, count);
        }
    }

    /// @param complete null where nobody wants to know
    private void walk(
            int parent, Recognizer recognizer, TokenMask mask, TextSubtrees text, Nodes complete) {
        int from = depth(parent);
        int end = parent < 0 ? octets.length : ends[parent];
        int depth = from;
        int node = parent + 1;
        while (node < end) {
            int above = depths[node];
            if (depth > above) {
                recognizer.pop(depth - above);
                depth = above;
            }
            if (!recognizer.push(octets[node] & 0xFF)) {
                node = ends[node];
                continue;
            }
            depth++;
            allowTokens(node, mask);
            boolean goesOn = ends[node] > node + 1;
            if (goesOn && complete != null && recognizer.isComplete()) {
                complete.add(node);
            }
            if (goesOn && text != null && recognizer.takesAnyCharacters()) {
                allowText(node, recognizer, mask, text, complete);
                node = ends[node];
            } else {
                node++;
            }
        }
        recognizer.pop(depth - from);
    }

    // Plain tokens below a node as they are, others by trying.
    private void allowText(
            int node, Recognizer recognizer, TokenMask mask, TextSubtrees text, Nodes complete) {
        for (int at = node + 1; at < ends[node]; at++) {
            if (tokens[at] != NONE && text.plain().isPlain(tokens[at])) {
                allowTokens(at, mask);
            }
        }
        int marked = text.markedNodes()[node];
        if (marked >= 0) {
            Nodes found = complete == null ? null : new Nodes(text.ownNodes());
            text.marked().walk(marked, recognizer, mask, null, found);
            for (int i = 0; found != null && i < found.count; i++) {
                complete.add(found.nodes[i]);
            }
        }
    }

    /// For each node of this trie that of the other which the same bytes lead to; -1 where there is
    /// none.
    int[] nodesOf(TokenTrie other) {
        int[] nodes = new int[octets.length];
        int[] path = new int[longest + 1];
        path[0] = NONE;
        for (int node = 0; node < octets.length; node++) {
            int depth = depths[node];
            int parent = depth > 0 && path[depth] < 0 ? NOWHERE : path[depth];
            int found = parent == NOWHERE ? NOWHERE : other.child(parent, octets[node]);
            nodes[node] = Math.max(found, NONE);
            path[depth + 1] = found < 0 ? NOWHERE : found;
        }
        return nodes;
    }

    private int child(int parent, byte octet) {
        int end = parent < 0 ? octets.length : ends[parent];
        int child = parent + 1;
        while (child < end && octets[child] != octet) {
            child = ends[child];
        }
        return child < end ? child : NOWHERE;
    }

    private void allowTokens(int node, TokenMask mask) {
        for (int token = tokens[node]; token != NONE; token = nextSame[token]) {
            mask.allow(token);
        }
    }

    /// Adds to the mask every token that goes on from a node and whose further bytes the recognizer
    /// accepts; leaves the recognizer where it was.
    ///
    /// @param parent a node, or -1 for the beginning of all tokens
    /// @param text as for [#allow(Recognizer, TokenMask, TextSubtrees)]
    void allowBelow(int parent, Recognizer recognizer, TokenMask mask, TextSubtrees text) {
        walk(parent, recognizer, mask, text, null);
    }

    /// The node that bytes lead to, at least one of them; -1 where no token begins with them.
    int node(byte[] bytes, int from, int to) {
        int node = NONE;
        int end = octets.length;
        for (int i = from; i < to; i++) {
            int child = node + 1;
            while (child < end && octets[child] != bytes[i]) {
                child = ends[child];
            }
            if (child >= end) {
                return NONE;
            }
            node = child;
            end = ends[child];
        }
        return node;
    }

    /// Whether some token goes on from a node with bytes that the recognizer accepts; leaves the
    /// recognizer where it was.
    boolean goesOn(int parent, Recognizer recognizer) {
        int depth = depth(parent);
        int from = depth;
        int node = parent + 1;
        boolean found = false;
        while (!found && node < ends[parent]) {
            int above = depths[node];
            if (depth > above) {
                recognizer.pop(depth - above);
                depth = above;
            }
            if (recognizer.push(octets[node] & 0xFF)) {
                depth++;
                found = tokens[node] != NONE;
                node++;
            } else {
                node = ends[node];
            }
        }
        recognizer.pop(depth - from);
        return found;
    }

    /// Takes every token that begins with the bytes out of the mask.
    void clearContinuations(byte[] bytes, TokenMask mask) {
        int node = node(bytes, 0, bytes.length);
        if (node < 0) {
            return;
        }
        int end = ends[node];
        for (int at = node; at < end; at++) {
            for (int token = tokens[at]; token != NONE; token = nextSame[token]) {
                mask.clear(token);
            }
        }
    }

    /// How many bytes lead to a node; 0 for -1.
    int depth(int node) {
        return node < 0 ? 0 : depths[node] + 1;
    }

    /// A token that begins with the bytes that lead to a node.
    int tokenThrough(int node) {
        int at = node;
        while (tokens[at] == NONE) {
            at++;
        }
        return tokens[at];
    }

    /// The token that spells the most of `text` from `offset` on; -1 where none does.
    public int longestPrefix(byte[] text, int offset) {
        int best = NONE;
        int node = 0;
        int end = octets.length;
        for (int i = offset; i < text.length; i++) {
            while (node < end && octets[node] != text[i]) {
                node = ends[node];
            }
            if (node >= end) {
                return best;
            }
            if (tokens[node] != NONE) {
                best = tokens[node];
            }
            end = ends[node];
            node++;
        }
        return best;
    }

    /// The tokens that spell a text, each the longest that fits; null where a byte has no token.
    public int[] cut(byte[] text, TokenBytes bytes) {
        int[] cut = new int[text.length];
        int count = 0;
        for (int at = 0; at < text.length; ) {
            int token = longestPrefix(text, at);
            if (token == NONE) {
                return null;
            }
            cut[count++] = token;
            at += bytes.bytes(token).length;
        }
        return Arrays.copyOf(cut, count);
    }

    /// How many tokens there are, with and without bytes.
    public int vocabularySize() {
        return vocabulary;
    }

    /// Inserts the tokens in the order of their bytes, which is that of the layout.
    private static final class Builder {

        private byte[] octets;
        private short[] depths;
        private int[] ends;
        private int[] tokens;
        private final int[] nextSame;
        private int count;
        private int longest;

        private Builder(TokenBytes vocabulary, IntPredicate chosen) {
            int total = 0;
            for (int token = 0; token < vocabulary.size(); token++) {
                int length = chosen.test(token) ? vocabulary.bytes(token).length : 0;
                if (length > Short.MAX_VALUE) {
                    throw new IllegalArgumentException(
                            "token " + token + " has " + length + " bytes, more than 32767");
                }
                longest = Math.max(longest, length);
                total = Math.addExact(total, length);
            }
            octets = new byte[total];
            depths = new short[total];
            ends = new int[total];
            tokens = new int[total];
            nextSame = new int[vocabulary.size()];
            Arrays.fill(nextSame, NONE);
            insertAll(vocabulary, chosen);
        }

        private void insertAll(TokenBytes vocabulary, IntPredicate chosen) {
            int[] order =
                    IntStream.range(0, vocabulary.size())
                            .filter(chosen)
                            .filter(token -> vocabulary.bytes(token).length > 0)
                            .boxed()
                            .sorted(
                                    Comparator.comparing(
                                            vocabulary::bytes, Arrays::compareUnsigned))
                            .mapToInt(Integer::intValue)
                            .toArray();
            int[] path = new int[longest];
            byte[] before = {};
            int last = NONE;
            for (int token : order) {
                byte[] bytes = vocabulary.bytes(token);
                int shared = Arrays.mismatch(before, bytes);
                if (shared < 0) {
                    nextSame[last] = token;
                } else {
                    close(path, shared, before.length);
                    open(path, shared, bytes);
                    tokens[count - 1] = token;
                }
                last = token;
                before = bytes;
            }
            close(path, 0, before.length);
        }

        private void close(int[] path, int from, int to) {
            for (int depth = from; depth < to; depth++) {
                ends[path[depth]] = count;
            }
        }

        private void open(int[] path, int from, byte[] bytes) {
            for (int depth = from; depth < bytes.length; depth++) {
                octets[count] = bytes[depth];
                depths[count] = (short) depth;
                tokens[count] = NONE;
                path[depth] = count++;
            }
        }
    }
}

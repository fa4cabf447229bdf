package dev.talaria.inference.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/// Byte-level BPE: a text is cut by a pattern, and the bytes of each part are merged.
public final class ByteLevelTokenizer implements Tokenizer {

    private final Vocabulary vocabulary;
    private final ChatTemplateTexts templates;
    private final TextSplit split;
    private final PairTable merges;

    // Tokens by their bytes, each byte a char; empty where whole parts are merged like any.
    private final Map<String, Integer> whole;
    private final int longestWhole;

    /// @param takesWholeParts whether a part that is a token becomes that token, whatever the
    ///   merges say
    ByteLevelTokenizer(
            Vocabulary vocabulary,
            ChatTemplateTexts templates,
            TextSplit split,
            PairTable merges,
            boolean takesWholeParts) {
        this.vocabulary = vocabulary;
        this.templates = templates;
        this.split = split;
        this.merges = merges;
        this.whole = takesWholeParts ? tokensByBytes(vocabulary) : Map.of();
        this.longestWhole = whole.keySet().stream().mapToInt(String::length).max().orElse(0);
    }

    /// The tokens of a vocabulary's pieces by their bytes, each byte a char.
    static Map<String, Integer> tokensByBytes(Vocabulary vocabulary) {
        Map<String, Integer> tokens = new HashMap<>();
        for (int token = 0; token < vocabulary.size(); token++) {
            byte[] bytes = vocabulary.bytes(token);
            if (vocabulary.kind(token) == TokenKind.NORMAL && bytes.length > 0) {
                tokens.putIfAbsent(new String(bytes, StandardCharsets.ISO_8859_1), token);
            }
        }
        return tokens;
    }

    @Override
    public Vocabulary vocabulary() {
        return vocabulary;
    }

    @Override
    public ChatTemplateTexts templates() {
        return templates;
    }

    TextSplit split() {
        return split;
    }

    PairTable merges() {
        return merges;
    }

    /// The tokens that whole parts become, whatever the merges say; empty where there is no such
    /// rule.
    Map<String, Integer> whole() {
        return whole;
    }

    @Override
    public int[] encodeText(String text, TextStart start) {
        String paired = Surrogates.paired(text);
        TokenList tokens = new TokenList();
        for (int from = 0; from < paired.length(); ) {
            int end = split.end(paired, from);
            encodePart(paired.substring(from, end), tokens);
            from = end;
        }
        return tokens.toArray();
    }

    private void encodePart(String part, TokenList tokens) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= longestWhole) {
            Integer token = whole.get(new String(bytes, StandardCharsets.ISO_8859_1));
            if (token != null) {
                tokens.add(token);
                return;
            }
        }
        merge(bytes, tokens);
    }

    /// Adds what the merges alone make of some bytes.
    void merge(byte[] bytes, TokenList tokens) {
        int[] symbols = new int[bytes.length];
        for (int i = 0; i < symbols.length; i++) {
            symbols[i] = vocabulary.byteToken(bytes[i] & 0xFF);
        }
        Merging merging = new Merging(merges, symbols).run();
        for (int i = merging.first(); i != Merging.END; i = merging.next(i)) {
            tokens.add(merging.symbol(i));
        }
    }
}

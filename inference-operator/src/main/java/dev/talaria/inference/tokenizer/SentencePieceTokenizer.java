package dev.talaria.inference.tokenizer;

import java.nio.charset.StandardCharsets;

/// SentencePiece's BPE: pieces joined by score or by a list of merges, spaces written as `▁`,
/// characters without a piece as bytes.
///
/// Agrees with SentencePiece, llama.cpp and Hugging Face's tokenizers on text; differs from them in
/// that text which spells a tag (a user-defined token) stays text.
public final class SentencePieceTokenizer implements Tokenizer {

    private final Vocabulary vocabulary;
    private final ChatTemplateTexts templates;
    private final MergeTable merges;
    private final SpaceRules spaces;

    /// What becomes of spaces, beyond their being written as `▁`.
    ///
    /// @param prefixOnce whether a text that begins with a space gets none in front of it
    /// @param splitsWords whether pieces end where a `▁` begins
    record SpaceRules(boolean prefixOnce, boolean splitsWords) {

        /// SentencePiece's own.
        static final SpaceRules PLAIN = new SpaceRules(false, false);
    }

    SentencePieceTokenizer(
            Vocabulary vocabulary,
            ChatTemplateTexts templates,
            MergeTable merges,
            SpaceRules spaces) {
        this.vocabulary = vocabulary;
        this.templates = templates;
        this.merges = merges;
        this.spaces = spaces;
    }

    @Override
    public Vocabulary vocabulary() {
        return vocabulary;
    }

    @Override
    public ChatTemplateTexts templates() {
        return templates;
    }

    MergeTable merges() {
        return merges;
    }

    SpaceRules spaces() {
        return spaces;
    }

    @Override
    public int[] encodeText(String text, TextStart start) {
        if (text.isEmpty()) {
            return new int[0];
        }
        String marked = Surrogates.paired(text).replace(' ', Vocabulary.SPACE_MARK);
        boolean isMarked = marked.charAt(0) == Vocabulary.SPACE_MARK;
        boolean prefixed =
                start == TextStart.FRESH
                        && vocabulary.addSpacePrefix()
                        && !(spaces.prefixOnce() && isMarked);
        int[] codePoints =
                (prefixed ? Vocabulary.SPACE_MARK + marked : marked).codePoints().toArray();
        TokenList tokens = new TokenList();
        int from = 0;
        for (int at = 1; spaces.splitsWords() && at < codePoints.length; at++) {
            if (codePoints[at] == Vocabulary.SPACE_MARK) {
                encode(codePoints, from, at, tokens);
                from = at;
            }
        }
        encode(codePoints, from, codePoints.length, tokens);
        return tokens.toArray();
    }

    private void encode(int[] codePoints, int from, int end, TokenList tokens) {
        int[] symbols = new int[end - from];
        for (int i = 0; i < symbols.length; i++) {
            symbols[i] = merges.character(codePoints[from + i]);
        }
        Merging merging = new Merging(merges.pairs(), symbols).run();
        for (int i = merging.first(); i != Merging.END; i = merging.next(i)) {
            int symbol = merging.symbol(i);
            if (symbol >= 0 && symbol < vocabulary.size()) {
                tokens.add(symbol);
            } else {
                spell(codePoints[from + i], tokens);
            }
        }
    }

    private void spell(int codePoint, TokenList tokens) {
        for (byte octet : Character.toString(codePoint).getBytes(StandardCharsets.UTF_8)) {
            tokens.add(vocabulary.byteToken(octet & 0xFF));
        }
    }
}

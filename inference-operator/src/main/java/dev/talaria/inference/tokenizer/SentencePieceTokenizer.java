package dev.talaria.inference.tokenizer;

/// SentencePiece's BPE: pieces joined by score, spaces written as `▁`, characters without a piece
/// as bytes.
///
/// Agrees with SentencePiece and llama.cpp on text; differs from llama.cpp in that text which
/// spells a tag (a user-defined token) stays text.
public final class SentencePieceTokenizer implements Tokenizer {

    private static final int REPLACEMENT = 0xFFFD;

    private final Vocabulary vocabulary;
    private final MergeTable merges;

    public SentencePieceTokenizer(Vocabulary vocabulary) {
        this.vocabulary = vocabulary;
        this.merges = new MergeTable(vocabulary);
    }

    @Override
    public Vocabulary vocabulary() {
        return vocabulary;
    }

    @Override
    public int[] encodeText(String text, TextStart start) {
        if (text.isEmpty()) {
            return new int[0];
        }
        boolean prefixed = start == TextStart.FRESH && vocabulary.addSpacePrefix();
        int[] codePoints =
                (prefixed ? " " + text : text)
                        .codePoints()
                        .map(SentencePieceTokenizer::normal)
                        .toArray();
        return new Merging(vocabulary, merges, codePoints).run();
    }

    private static int normal(int codePoint) {
        if (codePoint == ' ') {
            return Vocabulary.SPACE_MARK;
        }
        boolean lone = codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
        return lone ? REPLACEMENT : codePoint;
    }

    @Override
    public int[] encodePrompt(String text) {
        int[] tokens = encodeText(text, TextStart.FRESH);
        if (!vocabulary.addBegin()) {
            return tokens;
        }
        int[] prompt = new int[tokens.length + 1];
        prompt[0] = vocabulary.beginToken();
        System.arraycopy(tokens, 0, prompt, 1, tokens.length);
        return prompt;
    }

    @Override
    public String decode(int[] tokens, TextStart start) {
        StreamingDetokenizer detokenizer = detokenizer(start);
        StringBuilder text = new StringBuilder();
        for (int token : tokens) {
            text.append(detokenizer.push(token));
        }
        return text.append(detokenizer.finish()).toString();
    }

    @Override
    public StreamingDetokenizer detokenizer(TextStart start) {
        return new StreamingDetokenizer(vocabulary, start);
    }
}

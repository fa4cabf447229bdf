package dev.talaria.inference.embedded;

import dev.talaria.inference.decode.TokenBytes;
import dev.talaria.inference.tokenizer.TokenKind;
import dev.talaria.inference.tokenizer.Vocabulary;
import dev.talaria.schemas.grammar.ToolCallGrammar.Marks;

/// A vocabulary as constrained decoding sees it. Tags such as `<tool_call>` have bytes that no text
/// contains, so that only a grammar that asks for the tag allows it.
record VocabularyBytes(Vocabulary vocabulary, byte[][] tags) implements TokenBytes {

    VocabularyBytes(Vocabulary vocabulary) {
        this(vocabulary, tags(vocabulary));
    }

    private static byte[][] tags(Vocabulary vocabulary) {
        byte[][] tags = new byte[vocabulary.size()][];
        for (int token = 0; token < tags.length; token++) {
            if (vocabulary.kind(token) == TokenKind.USER_DEFINED) {
                tags[token] = Marks.tag(vocabulary.text(token));
            }
        }
        return tags;
    }

    @Override
    public int size() {
        return vocabulary.size();
    }

    @Override
    public byte[] bytes(int token) {
        return tags[token] == null ? vocabulary.bytes(token) : tags[token];
    }

    @Override
    public int endToken() {
        return vocabulary.endToken();
    }
}

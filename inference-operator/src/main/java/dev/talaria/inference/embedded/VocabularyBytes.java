package dev.talaria.inference.embedded;

import dev.talaria.inference.decode.TokenBytes;
import dev.talaria.inference.tokenizer.Vocabulary;

/// A vocabulary as constrained decoding sees it.
record VocabularyBytes(Vocabulary vocabulary) implements TokenBytes {

    @Override
    public int size() {
        return vocabulary.size();
    }

    @Override
    public byte[] bytes(int token) {
        return vocabulary.bytes(token);
    }

    @Override
    public int endToken() {
        return vocabulary.endToken();
    }
}

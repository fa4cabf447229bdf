package dev.talaria.inference.embedded;

import dev.talaria.inference.decode.TokenBytes;
import dev.talaria.inference.tokenizer.Vocabulary;
import dev.talaria.schemas.grammar.ToolCallGrammar.Marks;

import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/// A vocabulary as constrained decoding sees it. Tags such as `<tool_call>` have bytes that no text
/// contains, so that only a grammar that asks for the tag allows it; control tokens have none.
final class VocabularyBytes implements TokenBytes {

    private static final byte[] NONE = {};

    private final byte[][] bytes;
    private final int endToken;
    private final int[] endTokens;

    VocabularyBytes(Vocabulary vocabulary) {
        this(vocabulary, vocabulary::endsGeneration);
    }

    /// @param ends whether an answer is over with a token
    VocabularyBytes(Vocabulary vocabulary, IntPredicate ends) {
        bytes = new byte[vocabulary.size()][];
        for (int token = 0; token < bytes.length; token++) {
            bytes[token] = ends.test(token) ? NONE : bytes(vocabulary, token);
        }
        endToken = vocabulary.endToken();
        endTokens =
                IntStream.range(0, bytes.length)
                        .filter(token -> token == endToken || ends.test(token))
                        .toArray();
    }

    private static byte[] bytes(Vocabulary vocabulary, int token) {
        return switch (vocabulary.kind(token)) {
            case USER_DEFINED -> Marks.tag(vocabulary.text(token));
            // Some files list the marks of calls among the control tokens.
            case CONTROL -> {
                String text = vocabulary.text(token);
                boolean marksCall =
                        text.equals(ToolCompiler.OPEN) || text.equals(ToolCompiler.CLOSE);
                yield marksCall ? Marks.tag(text) : NONE;
            }
            case UNDEFINED, NORMAL, UNKNOWN, UNUSED, BYTE -> vocabulary.bytes(token);
        };
    }

    @Override
    public int size() {
        return bytes.length;
    }

    @Override
    public byte[] bytes(int token) {
        return bytes[token];
    }

    @Override
    public int endToken() {
        return endToken;
    }

    @Override
    public int[] endTokens() {
        return endTokens.clone();
    }
}

package dev.talaria.inference.tokenizer;

import dev.talaria.inference.gguf.UnsupportedModelException;

import java.nio.file.Path;

/// The entry for fuzzers: any bytes are a tokenizer that works, or are refused with a typed
/// exception.
public final class TokenizerFuzz {

    private static final String SAMPLE =
            "He'll say: hello in 12345 <tool_call> é😀\u0000\uD800\r\n  x";

    private TokenizerFuzz() {}

    /// Reads the bytes as whatever format they look like, and uses what they describe.
    ///
    /// @throws AssertionError where the tokenizer loses a text
    public static void fuzzerTestOneInput(byte[] bytes) {
        Tokenizer tokenizer;
        try {
            tokenizer = TokenizerFiles.of(Path.of("fuzzed"), bytes, TokenizerConfig.NONE);
        } catch (MalformedTokenizerException | UnsupportedModelException refused) {
            return;
        }
        for (int token : tokenizer.encodeText(SAMPLE, TextStart.FRESH)) {
            TokenKind kind = tokenizer.vocabulary().kind(token);
            if (kind != TokenKind.NORMAL && kind != TokenKind.BYTE) {
                throw new AssertionError("text became token " + token + ", which is " + kind);
            }
        }
        for (int token = 0; token < Math.min(1000, tokenizer.vocabulary().size()); token++) {
            tokenizer.decode(new int[] {token}, TextStart.FRESH);
        }
    }
}

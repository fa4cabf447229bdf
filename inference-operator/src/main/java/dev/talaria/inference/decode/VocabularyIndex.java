package dev.talaria.inference.decode;

import java.util.stream.IntStream;

/// A vocabulary laid out for computing masks. Immutable, apart from what it was made of.
///
/// @param tokens what it was made of
/// @param all every token but the intricate ones
/// @param plain those that are characters a string may simply contain
/// @param marked those that are neither plain nor intricate: with `"`, `\`, control characters or
///   parts of characters
/// @param intricate the few that could end two keys of objects, looked at one by one
record VocabularyIndex(
        TokenBytes tokens, TokenTrie all, PlainTokens plain, TokenTrie marked, int[] intricate) {

    static VocabularyIndex of(TokenBytes tokens) {
        PlainTokens plain = new PlainTokens(tokens);
        int[] intricate =
                IntStream.range(0, tokens.size())
                        .filter(token -> mayEndTwoKeys(tokens.bytes(token)))
                        .toArray();
        return new VocabularyIndex(
                tokens,
                new TokenTrie(tokens, token -> !mayEndTwoKeys(tokens.bytes(token))),
                plain,
                new TokenTrie(
                        tokens,
                        token -> !plain.isPlain(token) && !mayEndTwoKeys(tokens.bytes(token))),
                intricate);
    }

    // The end of one key and its colon, and two quotes more around another or at its end.
    private static boolean mayEndTwoKeys(byte[] bytes) {
        int at = 0;
        while (at < bytes.length && !isColonBehindQuote(bytes, at)) {
            at++;
        }
        int quotes = 0;
        for (int i = at + 1; i < bytes.length; i++) {
            quotes += bytes[i] == '"' ? 1 : 0;
        }
        return quotes >= 2;
    }

    private static boolean isColonBehindQuote(byte[] bytes, int at) {
        int before = at - 1;
        while (before >= 0
                && (bytes[before] == ' ' || bytes[before] == '\n' || bytes[before] == '\t')) {
            before--;
        }
        return bytes[at] == ':' && before >= 0 && bytes[before] == '"';
    }
}

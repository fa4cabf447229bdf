package dev.talaria.inference.decode;

import dev.talaria.schemas.grammar.Recognizer;

import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/// A vocabulary laid out for computing masks. Immutable, apart from what it was made of.
///
/// @param tokens what it was made of
/// @param all every token but the intricate ones
/// @param plain those that are characters a string may simply contain
/// @param marked those that are neither plain nor intricate: with `"`, `\`, control characters or
///   parts of characters
/// @param intricate the few that could end two keys of objects, or two elements that are strings,
///   and those longer than a place tells of; looked at one by one
/// @param text for walks over `all`
record VocabularyIndex(
        TokenBytes tokens,
        TokenTrie all,
        PlainTokens plain,
        TokenTrie marked,
        int[] intricate,
        TextSubtrees text) {

    static VocabularyIndex of(TokenBytes tokens) {
        IntPredicate isIntricate = token -> isIntricate(tokens.bytes(token));
        PlainTokens plain = new PlainTokens(tokens, isIntricate.negate());
        int[] intricate = IntStream.range(0, tokens.size()).filter(isIntricate).toArray();
        TokenTrie all = new TokenTrie(tokens, isIntricate.negate());
        TokenTrie marked =
                new TokenTrie(tokens, token -> !plain.isPlain(token) && !isIntricate.test(token));
        TextSubtrees text = TextSubtrees.of(all, plain, marked);
        return new VocabularyIndex(tokens, all, plain, marked, intricate, text);
    }

    private static boolean isIntricate(byte[] bytes) {
        return bytes.length > Recognizer.FAR || mayEndTwoStrings(bytes);
    }

    // The end of one key or element with what separates it, and two quotes more around another or
    // at its end.
    private static boolean mayEndTwoStrings(byte[] bytes) {
        int at = 0;
        while (at < bytes.length && !isSeparatorBehindQuote(bytes, at)) {
            at++;
        }
        int quotes = 0;
        for (int i = at + 1; i < bytes.length; i++) {
            quotes += bytes[i] == '"' ? 1 : 0;
        }
        return quotes >= 2;
    }

    private static boolean isSeparatorBehindQuote(byte[] bytes, int at) {
        int before = at - 1;
        while (before >= 0
                && (bytes[before] == ' ' || bytes[before] == '\n' || bytes[before] == '\t')) {
            before--;
        }
        boolean separates = bytes[at] == ':' || bytes[at] == ',';
        return separates && before >= 0 && bytes[before] == '"';
    }
}

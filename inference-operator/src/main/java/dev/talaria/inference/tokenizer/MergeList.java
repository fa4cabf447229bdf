package dev.talaria.inference.tokenizer;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/// A file's list of merges, read into a table: earlier ones are carried out first.
///
/// Merges that would make or use a special token are left out: text never becomes one.
final class MergeList {

    private final Vocabulary vocabulary;
    private final Map<String, Integer> tokens = new HashMap<>();
    private final PairTable pairs;
    private int count;

    MergeList(Vocabulary vocabulary, int expected) {
        this.vocabulary = vocabulary;
        this.pairs = new PairTable(expected);
        for (int token = 0; token < vocabulary.size(); token++) {
            tokens.put(vocabulary.text(token), token);
        }
    }

    /// Takes the next merge, its two parts separated by a space.
    ///
    /// @param failure makes the exception of a finding
    void add(String merge, Function<String, RuntimeException> failure) {
        int space = merge.indexOf(' ');
        if (space < 1 || space != merge.lastIndexOf(' ') || space == merge.length() - 1) {
            throw failure.apply("a merge is two tokens with one space between them");
        }
        add(merge.substring(0, space), merge.substring(space + 1), failure);
    }

    /// Takes the next merge.
    ///
    /// @param failure makes the exception of a finding
    void add(String left, String right, Function<String, RuntimeException> failure) {
        int first = token(left, failure);
        int second = token(right, failure);
        int joined = token(left + right, failure);
        if (isPiece(first) && isPiece(second) && isPiece(joined)) {
            pairs.put(first, second, joined, count);
        }
        count++;
    }

    PairTable pairs() {
        return pairs;
    }

    private boolean isPiece(int token) {
        return vocabulary.kind(token) == TokenKind.NORMAL;
    }

    private int token(String text, Function<String, RuntimeException> failure) {
        Integer token = tokens.get(text);
        if (token == null) {
            String shown = text.length() > 60 ? text.substring(0, 60) + "…" : text;
            throw failure.apply("'" + shown + "' of a merge is not in the vocabulary");
        }
        return token;
    }
}

package dev.talaria.inference.tokenizer;

import dev.talaria.inference.gguf.UnsupportedModelException;
import dev.talaria.inference.tokenizer.PairTable.Pair;

import java.util.ArrayList;
import java.util.List;

/// What a GGUF file says of a byte-level tokenizer: tokens spelled byte by byte, and the list of
/// merges.
final class ByteLevelKeys {

    private ByteLevelKeys() {}

    static List<String> texts(Vocabulary vocabulary) {
        List<String> texts = new ArrayList<>();
        for (int token = 0; token < vocabulary.size(); token++) {
            texts.add(text(vocabulary, token));
        }
        return texts;
    }

    // Tokens of other formats may be spelled otherwise, but mean their bytes all the same.
    private static String text(Vocabulary vocabulary, int token) {
        if (vocabulary.kind(token) != TokenKind.NORMAL) {
            return vocabulary.text(token);
        }
        StringBuilder text = new StringBuilder();
        for (byte octet : vocabulary.bytes(token)) {
            text.append(ByteAlphabet.character(octet & 0xFF));
        }
        return text.toString();
    }

    /// The merges, each its two tokens and a space between them.
    ///
    /// @throws UnsupportedModelException where two tokens are spelled alike, so that it is not
    ///   clear which a merge means
    static List<String> merges(String place, ByteLevelTokenizer tokenizer) {
        Vocabulary vocabulary = tokenizer.vocabulary();
        List<String> merges = new ArrayList<>();
        for (Pair pair : tokenizer.merges().inOrder()) {
            String left = text(vocabulary, pair.left());
            String right = text(vocabulary, pair.right());
            if (!(left + right).equals(text(vocabulary, pair.merged()))) {
                throw new UnsupportedModelException(
                        "%s: a GGUF file cannot express that the tokens %d and %d make %d, which is spelled otherwise"
                                .formatted(place, pair.left(), pair.right(), pair.merged()));
            }
            merges.add(left + " " + right);
        }
        return merges;
    }

    /// What readers of the file do otherwise.
    static List<String> notes(ByteLevelTokenizer tokenizer) {
        boolean readerTakesWhole = tokenizer.split() == TextSplit.LLAMA3;
        boolean takesWhole = !tokenizer.whole().isEmpty();
        long apart =
                readerTakesWhole == takesWhole
                        ? 0
                        : ByteLevelTokenizer.tokensByBytes(tokenizer.vocabulary()).values().stream()
                                .filter(token -> !isMerged(tokenizer, token))
                                .count();
        if (apart == 0) {
            return List.of();
        }
        String finding =
                readerTakesWhole
                        ? "%d tokens that no merges make are used for whole words where the"
                                + " tokenizer is read from a GGUF file"
                        : "%d tokens that no merges make are not used for whole words where the"
                                + " tokenizer is read from a GGUF file";
        return List.of(finding.formatted(apart));
    }

    private static boolean isMerged(ByteLevelTokenizer tokenizer, int token) {
        TokenList made = new TokenList();
        tokenizer.merge(tokenizer.vocabulary().bytes(token), made);
        int[] tokens = made.toArray();
        return tokens.length == 1 && tokens[0] == token;
    }
}

package dev.talaria.inference.tokenizer;

import dev.talaria.inference.gguf.UnsupportedModelException;
import dev.talaria.inference.tokenizer.PairTable.Pair;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// What a GGUF file says of a SentencePiece tokenizer: pieces and scores, and no list of merges.
final class SentencePieceKeys {

    private SentencePieceKeys() {}

    static List<String> texts(Vocabulary vocabulary) {
        return IntStream.range(0, vocabulary.size()).mapToObj(vocabulary::text).toList();
    }

    /// The scores by which pieces are joined as the tokenizer joins them.
    ///
    /// @throws UnsupportedModelException where it has merges that no scores bring about
    static float[] scores(String place, SentencePieceTokenizer tokenizer) {
        Vocabulary vocabulary = tokenizer.vocabulary();
        if (tokenizer.spaces().splitsWords() && joinsWords(vocabulary)) {
            throw unsupported(place, "it never joins pieces across a space, though some have one");
        }
        if (tokenizer.merges().isByScore()) {
            float[] scores = new float[vocabulary.size()];
            for (int token = 0; token < scores.length; token++) {
                scores[token] = vocabulary.score(token);
            }
            return scores;
        }
        List<Pair> merges = tokenizer.merges().pairs().inOrder();
        float[] scores = scores(vocabulary.size(), merges);
        List<Pair> byScore =
                MergeTable.byScore(vocabulary, token -> scores[token]).pairs().inOrder();
        if (!joined(merges).equals(joined(byScore))) {
            throw unsupported(place, "its merges are others than those of its pieces by a score");
        }
        return scores;
    }

    private static boolean joinsWords(Vocabulary vocabulary) {
        for (int token = 0; token < vocabulary.size(); token++) {
            boolean isPiece = vocabulary.kind(token) == TokenKind.NORMAL;
            if (isPiece && vocabulary.text(token).indexOf(Vocabulary.SPACE_MARK, 1) > 0) {
                return true;
            }
        }
        return false;
    }

    // The sooner a piece is made for the first time, the higher it scores.
    private static float[] scores(int size, List<Pair> merges) {
        float[] scores = new float[size];
        Arrays.fill(scores, -merges.size());
        for (int rank = merges.size() - 1; rank >= 0; rank--) {
            scores[merges.get(rank).merged()] = -rank;
        }
        return scores;
    }

    // Which two make which third, piece after piece; two that make the same one have no order.
    private static List<Pair> joined(List<Pair> merges) {
        List<Pair> joined = new ArrayList<>();
        int order = 0;
        int last = PairTable.NONE;
        for (Pair merge : merges) {
            order += merge.merged() == last ? 0 : 1;
            last = merge.merged();
            joined.add(new Pair(merge.left(), merge.right(), merge.merged(), order));
        }
        joined.sort(
                Comparator.comparingInt(Pair::order)
                        .thenComparingInt(Pair::left)
                        .thenComparingInt(Pair::right));
        return joined;
    }

    /// What readers of the file do otherwise.
    static List<String> notes(SentencePieceTokenizer tokenizer) {
        List<String> notes = new ArrayList<>();
        Vocabulary vocabulary = tokenizer.vocabulary();
        if (tokenizer.spaces().prefixOnce() && vocabulary.addSpacePrefix()) {
            notes.add(
                    "texts that begin with a space get another in front of it where the tokenizer"
                            + " is read from a GGUF file");
        }
        if (vocabulary.spacePrefix() == SpacePrefix.FIRST) {
            notes.add(
                    "texts after a control token get a space in front where the tokenizer is read"
                            + " from a GGUF file");
        }
        if (vocabulary.endOfStreamToken() < 0) {
            notes.add(
                    "the folder names no token that ends a text, and readers of a GGUF file take"
                            + " token 2");
        }
        return notes;
    }

    private static UnsupportedModelException unsupported(String place, String finding) {
        return new UnsupportedModelException(
                "%s: a GGUF file cannot express the tokenizer.json: %s; where the folder has a tokenizer.model too, take the other file out"
                        .formatted(place, finding));
    }
}

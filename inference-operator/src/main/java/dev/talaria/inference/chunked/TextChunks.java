package dev.talaria.inference.chunked;

import dev.talaria.inference.chunked.TextBreaks.Piece;
import dev.talaria.inference.chunked.TextBreaks.Rank;
import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.extraction.TextSpan;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/// Splits a text into chunks of a number of tokens, on its structure, each beginning with the end
/// of the one before.
///
/// The chunks cover the text, and the same text is always split the same way.
final class TextChunks {

    /// Part of a text.
    ///
    /// @param from index of its first character
    /// @param to index behind its last
    record Chunk(int from, int to) {

        /// The chunk as a document.
        Document of(Document document) {
            return new Document(document.id(), document.text().substring(from, to));
        }

        /// Where it is, in code points.
        TextSpan span(String text) {
            int begin = text.codePointCount(0, from);
            return new TextSpan(begin, begin + text.codePointCount(from, to));
        }
    }

    // A better place to split at is taken where it leaves a chunk at least this full.
    private static final double FULL_ENOUGH = 0.6;

    private final String text;
    private final ToIntFunction<String> tokens;
    private final int most;
    private final int overlap;
    private final List<Piece> pieces = new ArrayList<>();
    private final List<Integer> sizes = new ArrayList<>();

    private TextChunks(String text, ToIntFunction<String> tokens, int most, int overlap) {
        this.text = text;
        this.tokens = tokens;
        this.most = most;
        this.overlap = overlap;
    }

    /// The chunks of a text, in order.
    ///
    /// @param tokens counts the tokens of a text; of two texts together there are at most as many
    ///   as of both, or little more
    /// @param most the most tokens of a chunk, from 1
    /// @param overlap how many tokens of a chunk's end the next one begins with, at most; less than
    ///   half of `most`
    static List<Chunk> of(String text, ToIntFunction<String> tokens, int most, int overlap) {
        if (most < 1 || overlap < 0 || overlap > most / 2) {
            throw new IllegalArgumentException(
                    "chunks of %d tokens with %d repeated".formatted(most, overlap));
        }
        TextChunks chunks = new TextChunks(text, tokens, most, overlap);
        TextBreaks.sentences(text).forEach(chunks::add);
        return chunks.pack();
    }

    // A piece that is too long for what a chunk adds to the one before is taken apart.
    private void add(Piece piece) {
        int size = size(piece);
        int room = most - overlap;
        if (size <= room) {
            pieces.add(piece);
            sizes.add(size);
            return;
        }
        List<Piece> words =
                piece.rank() == Rank.CHARACTER || piece.rank() == Rank.WORD
                        ? List.of(piece)
                        : TextBreaks.words(text, piece);
        List<Piece> finer = words.size() > 1 ? grouped(words) : TextBreaks.halves(text, piece);
        if (finer.size() == 1) {
            pieces.add(piece);
            sizes.add(size);
        } else {
            finer.forEach(this::add);
        }
    }

    // Words in groups of about an eighth of a chunk: a text without sentences has very many.
    private List<Piece> grouped(List<Piece> words) {
        List<Piece> groups = new ArrayList<>();
        int limit = Math.max(1, most / 8);
        int from = words.getFirst().from();
        int length = 0;
        for (int i = 0; i < words.size(); i++) {
            Piece word = words.get(i);
            length += size(word);
            if (length >= limit || i == words.size() - 1) {
                groups.add(
                        new Piece(
                                from, word.to(), i == words.size() - 1 ? word.rank() : Rank.WORD));
                from = word.to();
                length = 0;
            }
        }
        return groups.size() == 1 ? words : groups;
    }

    private int size(Piece piece) {
        return tokens.applyAsInt(text.substring(piece.from(), piece.to()));
    }

    private List<Chunk> pack() {
        List<Chunk> chunks = new ArrayList<>();
        int first = 0;
        int begin = 0;
        while (begin < pieces.size()) {
            int end = end(first, begin);
            chunks.add(new Chunk(pieces.get(first).from(), pieces.get(end - 1).to()));
            begin = end;
            first = overlapping(end);
        }
        return chunks;
    }

    /// Index behind the last piece of the chunk that begins with `first`; at least one piece from
    /// `begin` on, which is new, is in it.
    private int end(int first, int begin) {
        int size = 0;
        int end = first;
        while (end < pieces.size() && (end <= begin || size + sizes.get(end) <= most)) {
            size += sizes.get(end);
            end++;
        }
        if (end == pieces.size()) {
            return end;
        }
        int best = end;
        int left = size;
        for (int i = end; i > begin + 1 && left >= most * FULL_ENOUGH; i--) {
            if (rank(i).compareTo(rank(best)) > 0) {
                best = i;
            }
            left -= sizes.get(i - 1);
        }
        return best;
    }

    private Rank rank(int end) {
        return pieces.get(end - 1).rank();
    }

    /// Index of the piece the next chunk begins with, where new ones begin with `begin`.
    private int overlapping(int begin) {
        int first = begin;
        int size = 0;
        while (first > 0 && size + sizes.get(first - 1) <= overlap) {
            first--;
            size += sizes.get(first);
        }
        return first;
    }
}

package dev.talaria.inference.chunked;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Where a text may be split, and how good a place that is.
///
/// Best before a heading, then between paragraphs, lines, sentences and words; anywhere between
/// characters where nothing better is near.
final class TextBreaks {

    /// A piece of the text that is only split where it is too long by itself.
    ///
    /// @param from index of its first character
    /// @param to index behind its last
    /// @param rank how good a place its end is to split at
    record Piece(int from, int to, Rank rank) {}

    /// From the worst place to the best.
    enum Rank {
        CHARACTER,
        WORD,
        SENTENCE,
        LINE,
        PARAGRAPH,
        HEADING
    }

    private TextBreaks() {}

    /// The text as sentences, which touch and cover it.
    static List<Piece> sentences(String text) {
        List<Piece> pieces = new ArrayList<>();
        int from = 0;
        while (from < text.length()) {
            int newline = text.indexOf('\n', from);
            int to = newline < 0 ? text.length() : newline + 1;
            addSentences(text, from, to, pieces);
            from = to;
        }
        return pieces;
    }

    private static void addSentences(String text, int from, int to, List<Piece> pieces) {
        BreakIterator sentences = BreakIterator.getSentenceInstance(Locale.ROOT);
        sentences.setText(text.substring(from, to));
        int start = from;
        for (int end = sentences.next(); end != BreakIterator.DONE; end = sentences.next()) {
            int at = from + end;
            pieces.add(new Piece(start, at, at == to ? rankOfLineEnd(text, to) : Rank.SENTENCE));
            start = at;
        }
    }

    private static Rank rankOfLineEnd(String text, int at) {
        int newline = text.indexOf('\n', at);
        String next = text.substring(at, newline < 0 ? text.length() : newline);
        if (isHeading(next)) {
            return Rank.HEADING;
        }
        boolean blankBefore =
                at >= 2
                        && text.substring(0, at - 1).stripTrailing().length() < at - 1
                        && text.charAt(at - 1) == '\n'
                        && isBlankLineBefore(text, at);
        return blankBefore ? Rank.PARAGRAPH : Rank.LINE;
    }

    // A line of nothing but white space ends there.
    private static boolean isBlankLineBefore(String text, int at) {
        int i = at - 2;
        while (i >= 0 && text.charAt(i) != '\n') {
            if (!Character.isWhitespace(text.charAt(i))) {
                return false;
            }
            i--;
        }
        return true;
    }

    // As Markdown has them, numbered ones, and short lines in capitals.
    private static boolean isHeading(String line) {
        String bare = line.strip();
        if (bare.isEmpty() || bare.length() > 80) {
            return false;
        }
        boolean capitals =
                bare.codePoints().filter(Character::isLetter).count() >= 3
                        && bare.codePoints().noneMatch(Character::isLowerCase)
                        && bare.codePoints().noneMatch(Character::isDigit);
        return bare.matches("#{1,6} .*")
                || bare.matches("[0-9]{1,2}(\\.[0-9]{1,2})*\\.? +\\p{Lu}[^.:;]*")
                || capitals;
    }

    /// A piece as words.
    static List<Piece> words(String text, Piece piece) {
        BreakIterator words = BreakIterator.getWordInstance(Locale.ROOT);
        words.setText(text.substring(piece.from(), piece.to()));
        List<Piece> pieces = new ArrayList<>();
        int start = piece.from();
        for (int end = words.next(); end != BreakIterator.DONE; end = words.next()) {
            int at = piece.from() + end;
            pieces.add(new Piece(start, at, at == piece.to() ? piece.rank() : Rank.WORD));
            start = at;
        }
        return pieces;
    }

    /// A piece as two halves, no character cut in two; the piece itself where it is one character.
    static List<Piece> halves(String text, Piece piece) {
        int middle = piece.from() + (piece.to() - piece.from()) / 2;
        if (Character.isLowSurrogate(text.charAt(middle))
                && middle > piece.from()
                && Character.isHighSurrogate(text.charAt(middle - 1))) {
            middle--;
        }
        return middle <= piece.from()
                ? List.of(piece)
                : List.of(
                        new Piece(piece.from(), middle, Rank.CHARACTER),
                        new Piece(middle, piece.to(), piece.rank()));
    }
}

package dev.talaria.schemas.extraction;

/// A part of a document's text, in Unicode characters (code points).
///
/// @param from index of its first character
/// @param to index behind its last
public record TextSpan(int from, int to) {

    public TextSpan {
        if (from < 0 || to < from) {
            throw new IllegalArgumentException("no part of a text: %d to %d".formatted(from, to));
        }
    }

    @Override
    public String toString() {
        return from + "-" + to;
    }
}

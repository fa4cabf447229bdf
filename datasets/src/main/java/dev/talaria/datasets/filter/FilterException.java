package dev.talaria.datasets.filter;

/// A text is no filter, or none for these columns: `column 7: finding; remedy`, the first character
/// being column 1.
public final class FilterException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    FilterException(int position, String finding) {
        super("column " + (position + 1) + ": " + finding);
    }
}

package dev.talaria.inference.tokenizer;

/// Halves of characters that lack their other half: Java strings may hold them, UTF-8 may not.
final class Surrogates {

    private static final char REPLACEMENT = '\uFFFD';

    private Surrogates() {}

    /// The text with each surrogate that lacks its partner replaced by U+FFFD.
    static String paired(String text) {
        StringBuilder copy = null;
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (Character.charCount(text.codePointAt(i)) == 2) {
                    i++;
                } else {
                    copy = copy == null ? new StringBuilder(text) : copy;
                    copy.setCharAt(i, REPLACEMENT);
                }
            }
        }
        return copy == null ? text : copy.toString();
    }
}

package dev.talaria.inference.tokenizer.chat;

/// Python's notion of white space around a text, which is Unicode's and some control characters.
public final class PythonText {

    private PythonText() {}

    /// The text without white space at either end, as `str.strip()` gives it.
    public static String strip(String text) {
        return stripStart(stripEnd(text));
    }

    public static String stripStart(String text) {
        int from = 0;
        while (from < text.length() && isSpace(text.charAt(from))) {
            from++;
        }
        return text.substring(from);
    }

    public static String stripEnd(String text) {
        int end = text.length();
        while (end > 0 && isSpace(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(0, end);
    }

    // All white space is of one char.
    private static boolean isSpace(char c) {
        return c >= 0x09 && c <= 0x0D
                || c >= 0x1C && c <= 0x1F
                || c == 0x85
                || Character.isSpaceChar(c);
    }
}

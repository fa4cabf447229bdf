package dev.talaria.inference.tokenizer;

import java.util.Optional;

/// The patterns by which byte-level vocabularies cut a text before merging; merges never cross a
/// cut.
///
/// Each is the published regular expression, carried out by hand: always forward, so that the time
/// is in proportion to the text, whatever it is. Letters and numbers are Unicode's general
/// categories L and N, white space is Unicode's property of that name.
enum TextSplit {

    /// Llama 3: `llama-bpe` in GGUF.
    LLAMA3(
            "llama-bpe",
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}"
                    + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+") {
        @Override
        int end(String text, int from) {
            int first = text.codePointAt(from);
            int second = after(text, from, first);
            int contraction = first == '\'' ? contraction(text, second, true) : NONE;
            if (contraction != NONE) {
                return contraction;
            }
            if (isLetter(first)) {
                return letters(text, second);
            }
            if (isNumber(first)) {
                return numbers(text, from, 3);
            }
            if (first != '\r' && first != '\n' && isLetterAt(text, second)) {
                return letters(text, second);
            }
            int symbols = symbols(text, first == ' ' ? second : from);
            if (symbols != NONE) {
                return lineBreaks(text, symbols);
            }
            return spacesByLine(text, from);
        }
    },

    /// GPT-2: what a `ByteLevel` pre-tokenizer does by itself.
    GPT2(
            "gpt-2",
            "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+") {
        @Override
        int end(String text, int from) {
            int first = text.codePointAt(from);
            int second = after(text, from, first);
            int contraction = first == '\'' ? contraction(text, second, false) : NONE;
            if (contraction != NONE) {
                return contraction;
            }
            int start = first == ' ' ? second : from;
            if (isLetterAt(text, start)) {
                return letters(text, start);
            }
            if (start < text.length() && isNumber(text.codePointAt(start))) {
                return numbers(text, start, Integer.MAX_VALUE);
            }
            int symbols = symbols(text, start);
            return symbols != NONE ? symbols : spaces(text, from);
        }
    };

    private static final int NONE = -1;
    private static final int LONG_S = 0x17F;

    private final String ggufName;
    private final String pattern;

    TextSplit(String ggufName, String pattern) {
        this.ggufName = ggufName;
        this.pattern = pattern;
    }

    /// What `tokenizer.ggml.pre` calls it.
    String ggufName() {
        return ggufName;
    }

    /// Where the part that begins at `from` ends.
    ///
    /// @param text without surrogates that lack their partner
    /// @param from before the text's end
    abstract int end(String text, int from);

    /// The split of a regular expression, where it is one of these.
    static Optional<TextSplit> ofPattern(String pattern) {
        for (TextSplit split : values()) {
            if (split.pattern.equals(pattern)) {
                return Optional.of(split);
            }
        }
        return Optional.empty();
    }

    private static int after(String text, int at, int codePoint) {
        return Math.min(text.length(), at + Character.charCount(codePoint));
    }

    // The end of 's, 't, 're, 've, 'm, 'll or 'd whose letters begin here.
    private static int contraction(String text, int at, boolean anyCase) {
        if (at >= text.length()) {
            return NONE;
        }
        char first = folded(text.charAt(at), anyCase);
        if (first == 's' || first == 't' || first == 'm' || first == 'd') {
            return at + 1;
        }
        char second = at + 1 < text.length() ? folded(text.charAt(at + 1), anyCase) : 0;
        boolean isPair =
                first == 'r' && second == 'e'
                        || first == 'v' && second == 'e'
                        || first == 'l' && second == 'l';
        return isPair ? at + 2 : NONE;
    }

    // Case-insensitive as Unicode has it: the long s is an s.
    private static char folded(char c, boolean anyCase) {
        if (!anyCase) {
            return c;
        }
        return c == LONG_S ? 's' : c >= 'A' && c <= 'Z' ? (char) (c + 'a' - 'A') : c;
    }

    private static int letters(String text, int from) {
        int at = from;
        while (isLetterAt(text, at)) {
            at += Character.charCount(text.codePointAt(at));
        }
        return at;
    }

    private static int numbers(String text, int from, int most) {
        int at = from;
        for (int i = 0; i < most && at < text.length(); i++) {
            int c = text.codePointAt(at);
            if (!isNumber(c)) {
                break;
            }
            at += Character.charCount(c);
        }
        return at;
    }

    // The end of the symbols (neither space, letter nor number) that begin here; none are NONE.
    private static int symbols(String text, int from) {
        int at = from;
        while (at < text.length()) {
            int c = text.codePointAt(at);
            if (isSpace(c) || isLetter(c) || isNumber(c)) {
                break;
            }
            at += Character.charCount(c);
        }
        return at == from ? NONE : at;
    }

    private static int lineBreaks(String text, int from) {
        int at = from;
        while (at < text.length() && isLineBreak(text.charAt(at))) {
            at++;
        }
        return at;
    }

    // White space up to its last line break, or where it has none as spaces() has it.
    private static int spacesByLine(String text, int from) {
        int end = endOfSpaces(text, from);
        for (int at = end; at > from; at--) {
            if (isLineBreak(text.charAt(at - 1))) {
                return at;
            }
        }
        return allButOne(text, from, end);
    }

    private static int spaces(String text, int from) {
        return allButOne(text, from, endOfSpaces(text, from));
    }

    // The last space before a word belongs to the word, unless it is the only one.
    private static int allButOne(String text, int from, int end) {
        return end == text.length() || end == from + 1 ? end : end - 1;
    }

    // All white space is of one char.
    private static int endOfSpaces(String text, int from) {
        int at = from;
        while (at < text.length() && isSpace(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static boolean isLetterAt(String text, int at) {
        return at < text.length() && isLetter(text.codePointAt(at));
    }

    private static boolean isLetter(int c) {
        return Character.isLetter(c);
    }

    private static boolean isNumber(int c) {
        int type = Character.getType(c);
        return type == Character.DECIMAL_DIGIT_NUMBER
                || type == Character.LETTER_NUMBER
                || type == Character.OTHER_NUMBER;
    }

    private static boolean isLineBreak(char c) {
        return c == '\r' || c == '\n';
    }

    private static boolean isSpace(int c) {
        return c >= 0x09 && c <= 0x0D || c == 0x85 || Character.isSpaceChar(c);
    }
}

package dev.talaria.datasets.filter;

/// Cuts a filter into its words.
final class FilterLexer {

    enum Kind {
        /// A word without quotes: of the language, or the name of a column.
        WORD,
        /// A name in double quotes.
        QUOTED,
        /// A text in single quotes.
        TEXT,
        NUMBER,
        SYMBOL,
        END
    }

    /// @param position of its first character, from 0
    record Token(Kind kind, String text, int position) {
        boolean isName() {
            return kind == Kind.WORD || kind == Kind.QUOTED;
        }
    }

    private final String text;
    private int at;

    FilterLexer(String text) {
        this.text = text;
    }

    Token next() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        int begin = at;
        if (at == text.length()) {
            return new Token(Kind.END, "", begin);
        }
        char first = text.charAt(at);
        if (first == '\'' || first == '"') {
            return new Token(first == '"' ? Kind.QUOTED : Kind.TEXT, quoted(first), begin);
        }
        if (isDigit(first) || isSign(first) && at + 1 < text.length() && isDigitOrDot(at + 1)) {
            return new Token(Kind.NUMBER, number(), begin);
        }
        if (Character.isLetter(first) || first == '_') {
            return new Token(Kind.WORD, word(), begin);
        }
        return new Token(Kind.SYMBOL, symbol(begin), begin);
    }

    private String quoted(char quote) {
        int begin = at++;
        StringBuilder inside = new StringBuilder();
        while (at < text.length()) {
            char one = text.charAt(at++);
            if (one != quote) {
                inside.append(one);
            } else if (at < text.length() && text.charAt(at) == quote) {
                inside.append(quote);
                at++;
            } else {
                return inside.toString();
            }
        }
        throw new FilterException(begin, "the quote is not closed; add " + quote);
    }

    private String number() {
        int begin = at++;
        while (at < text.length() && isPartOfNumber(text.charAt(at), text.charAt(at - 1))) {
            at++;
        }
        return text.substring(begin, at);
    }

    private static boolean isPartOfNumber(char one, char before) {
        boolean afterExponent = before == 'e' || before == 'E';
        return isDigit(one)
                || one == '.'
                || one == 'e'
                || one == 'E'
                || isSign(one) && afterExponent;
    }

    private String word() {
        int begin = at;
        while (at < text.length() && isPartOfWord(text.charAt(at))) {
            at++;
        }
        return text.substring(begin, at);
    }

    private String symbol(int begin) {
        String two = text.substring(at, Math.min(at + 2, text.length()));
        if (two.length() == 2 && Comparison.written(two) != null) {
            at += 2;
            return two;
        }
        String one = two.substring(0, 1);
        if (Comparison.written(one) == null && !"(),".contains(one)) {
            throw new FilterException(
                    begin,
                    "'%s' means nothing here; columns with odd characters stand in \"double quotes\""
                            .formatted(one));
        }
        at++;
        return one;
    }

    private boolean isDigitOrDot(int place) {
        return isDigit(text.charAt(place)) || text.charAt(place) == '.';
    }

    private static boolean isPartOfWord(char one) {
        return Character.isLetterOrDigit(one) || one == '_' || one == '.';
    }

    private static boolean isDigit(char one) {
        return one >= '0' && one <= '9';
    }

    private static boolean isSign(char one) {
        return one == '-' || one == '+';
    }
}

package dev.talaria.schemas.grammar;

import dev.talaria.schemas.grammar.Regex.UnsupportedRegexException;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// The characters of a regular expression, read from left to right.
final class RegexText {

    private static final int MAX_COMPARED = 500;

    private final String pattern;
    private int at;

    RegexText(String pattern) {
        this.pattern = pattern;
    }

    boolean isAtEnd() {
        return at == pattern.length();
    }

    boolean isAt(char c) {
        return at < pattern.length() && pattern.charAt(at) == c;
    }

    boolean isAt(String text) {
        return pattern.startsWith(text, at);
    }

    /// Whether what comes next begins so.
    ///
    /// @param expression one of the program's own
    boolean matches(String expression) {
        return Pattern.compile(expression)
                .matcher(pattern)
                .region(at, pattern.length())
                .lookingAt();
    }

    boolean skip(char c) {
        boolean isAt = isAt(c);
        at += isAt ? 1 : 0;
        return isAt;
    }

    boolean skip(String text) {
        boolean isAt = isAt(text);
        at += isAt ? text.length() : 0;
        return isAt;
    }

    /// The next code point.
    int next() throws UnsupportedRegexException {
        if (isAtEnd()) {
            throw refused("no end");
        }
        int codePoint = pattern.codePointAt(at);
        at += Character.charCount(codePoint);
        return codePoint;
    }

    /// The decimal digits that come next.
    int number(int most) throws UnsupportedRegexException {
        int number = 0;
        while (at < pattern.length() && Character.digit(pattern.charAt(at), 10) >= 0) {
            number = 10 * number + Character.digit(pattern.charAt(at++), 10);
            if (number > most) {
                throw refused("more than " + most + " repetitions");
            }
        }
        return number;
    }

    /// That many hexadecimal digits.
    int hex(int digits) throws UnsupportedRegexException {
        int number = 0;
        for (int i = 0; i < digits; i++) {
            number = 16 * number + hexDigit();
        }
        return number;
    }

    /// Hexadecimal digits up to a closing brace.
    int hexInBraces() throws UnsupportedRegexException {
        int number = hexDigit();
        while (!skip('}')) {
            number = 16 * number + hexDigit();
            if (number > Character.MAX_CODE_POINT) {
                throw refused("an escape beyond the last code point");
            }
        }
        return number;
    }

    private int hexDigit() throws UnsupportedRegexException {
        int digit = isAtEnd() ? -1 : Character.digit(pattern.charAt(at++), 16);
        if (digit < 0) {
            throw refused("an escape without its hexadecimal digits");
        }
        return digit;
    }

    /// What comes before the next such character, which is read too; null where there is none.
    String upTo(char c) {
        int end = pattern.indexOf(c, at);
        if (end < 0) {
            return null;
        }
        String name = pattern.substring(at, end);
        at = end + 1;
        return name;
    }

    /// Whether Java reads the expression at all.
    boolean isJava() {
        if (pattern.length() > MAX_COMPARED) {
            return true;
        }
        try {
            Pattern.compile(pattern);
            return true;
        } catch (PatternSyntaxException foreign) {
            return false;
        }
    }

    UnsupportedRegexException refused(String what) {
        return new UnsupportedRegexException(what + ", before character " + (at + 1));
    }
}

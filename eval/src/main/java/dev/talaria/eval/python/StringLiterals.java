package dev.talaria.eval.python;

import dev.talaria.eval.python.PythonValue.Bytes;
import dev.talaria.eval.python.PythonValue.Text;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/// Strings and bytes as Python's source has them: with every prefix, quote and escape. Those with
/// expressions in them (`f'…'`) are refused.
final class StringLiterals {

    private static final Set<String> PREFIXES = Set.of("", "r", "u", "b", "br", "rb");
    private static final Set<String> WITH_EXPRESSIONS = Set.of("f", "fr", "rf", "t", "tr", "rt");
    private static final int LONGEST_PREFIX = 2;
    private static final int MOST_OCTAL_DIGITS = 3;

    private final Cursor in;
    private final boolean isRaw;
    private final boolean isBytes;
    private final StringBuilder text = new StringBuilder();

    private StringLiterals(Cursor in, String prefix) {
        this.in = in;
        this.isRaw = prefix.contains("r");
        this.isBytes = prefix.contains("b");
    }

    /// The prefix of a literal that begins here, in lower case; null where none begins.
    private static String prefix(Cursor in) {
        for (int length = 0; length <= LONGEST_PREFIX; length++) {
            char c = in.peek(length);
            if (c == '\'' || c == '"') {
                String prefix = in.text().substring(in.at(), in.at() + length);
                String lower = prefix.toLowerCase(Locale.ROOT);
                return PREFIXES.contains(lower) || WITH_EXPRESSIONS.contains(lower) ? lower : null;
            }
        }
        return null;
    }

    static boolean startsHere(Cursor in) {
        return prefix(in) != null;
    }

    /// One literal: a [Text] or [Bytes].
    static PythonValue read(Cursor in) throws PythonSyntaxException {
        String prefix = prefix(in);
        if (WITH_EXPRESSIONS.contains(prefix)) {
            throw in.wrong("a string with expressions");
        }
        in.moveTo(in.at() + prefix.length());
        return new StringLiterals(in, prefix).value();
    }

    private PythonValue value() throws PythonSyntaxException {
        char quote = in.next();
        String triple = String.valueOf(quote).repeat(3);
        boolean isTriple = in.takes(triple.substring(1));
        String end = isTriple ? triple : String.valueOf(quote);
        while (!in.takes(end)) {
            char c = in.next();
            if (c == '\\') {
                escape();
            } else if (c == '\n' && !isTriple) {
                throw in.wrong("a string that does not end on its line");
            } else {
                append(c);
            }
        }
        return isBytes
                ? new Bytes(text.toString().getBytes(StandardCharsets.ISO_8859_1))
                : new Text(text.toString());
    }

    private void append(char c) throws PythonSyntaxException {
        if (isBytes && c > 0x7f) {
            throw in.wrong("bytes of other than ASCII characters");
        }
        text.append(c);
    }

    private void escape() throws PythonSyntaxException {
        char c = in.next();
        if (isRaw) {
            append('\\');
            append(c);
            return;
        }
        switch (c) {
            case '\n' -> {
                // The line goes on.
            }
            case '\\', '\'', '"' -> text.append(c);
            case 'a' -> text.append('\u0007');
            case 'b' -> text.append('\b');
            case 'f' -> text.append('\f');
            case 'n' -> text.append('\n');
            case 'r' -> text.append('\r');
            case 't' -> text.append('\t');
            case 'v' -> text.append('\u000b');
            case 'x' -> text.append((char) hexadecimal(in, 2));
            case '0', '1', '2', '3', '4', '5', '6', '7' -> text.append(octal(c));
            default -> {
                if (isBytes) {
                    append('\\');
                    append(c);
                } else {
                    unicode(c);
                }
            }
        }
    }

    private char octal(char first) {
        int value = first - '0';
        for (int i = 1; i < MOST_OCTAL_DIGITS && in.peek() >= '0' && in.peek() <= '7'; i++) {
            value = value * 8 + in.peek() - '0';
            in.moveTo(in.at() + 1);
        }
        return (char) (isBytes ? value & 0xff : value);
    }

    private void unicode(char c) throws PythonSyntaxException {
        switch (c) {
            case 'u' -> text.append((char) hexadecimal(in, 4));
            case 'U' -> {
                long code = hexadecimal(in, 8);
                if (code > Character.MAX_CODE_POINT) {
                    throw in.wrong("an escape beyond the last character");
                }
                text.appendCodePoint((int) code);
            }
            case 'N' -> text.appendCodePoint(named());
            default -> text.append('\\').append(c);
        }
    }

    private int named() throws PythonSyntaxException {
        int start = in.at();
        if (in.takes('{')) {
            int end = in.text().indexOf('}', in.at());
            if (end > in.at()) {
                String name = in.text().substring(in.at(), end);
                in.moveTo(end + 1);
                try {
                    return Character.codePointOf(name);
                } catch (IllegalArgumentException e) {
                    in.moveTo(start);
                }
            }
        }
        throw in.wrong("an escape that names no character");
    }

    /// The value of so many hexadecimal digits.
    static long hexadecimal(Cursor in, int digits) throws PythonSyntaxException {
        long value = 0;
        for (int i = 0; i < digits; i++) {
            int digit = in.peek() < 0x80 ? Character.digit(in.peek(), 16) : -1;
            if (digit < 0) {
                throw in.wrong("an escape of less than %d hexadecimal digits".formatted(digits));
            }
            value = value * 16 + digit;
            in.moveTo(in.at() + 1);
        }
        return value;
    }
}

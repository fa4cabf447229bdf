package dev.talaria.eval.python;

import dev.talaria.eval.python.PythonValue.Int;
import dev.talaria.eval.python.PythonValue.Numeric;
import dev.talaria.eval.python.PythonValue.Real;

import java.math.BigInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Numbers as Python's source has them: `1_000`, `0xff`, `.5`, `1e3`. Complex ones are refused.
final class NumberLiterals {

    /// What `int` of a decimal text takes.
    static final int MOST_DIGITS = 4_300;

    private static final String DIGITS = "[0-9](?:_?[0-9])*+";
    private static final Pattern RADIX =
            Pattern.compile(
                    "0(?:[xX]((?:_?[0-9a-fA-F])++)|[oO]((?:_?[0-7])++)|[bB]((?:_?[01])++))");
    private static final Pattern REAL =
            Pattern.compile("(?:(?:D)?\\.D|D\\.)(?:[eE][+-]?D)?|D[eE][+-]?D".replace("D", DIGITS));
    private static final Pattern WHOLE = Pattern.compile(DIGITS);
    private static final Pattern ZEROS = Pattern.compile("[0_]+");

    private NumberLiterals() {}

    static boolean startsHere(Cursor in) {
        return isDigit(in.peek()) || in.peek() == '.' && isDigit(in.peek(1));
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    static Numeric read(Cursor in) throws PythonSyntaxException {
        Numeric number = number(in);
        char behind = in.peek();
        if (!in.isAtEnd() && Character.isUnicodeIdentifierPart(behind) || behind == '_') {
            throw in.wrong("a number that is none Python takes here");
        }
        return number;
    }

    private static Numeric number(Cursor in) throws PythonSyntaxException {
        Matcher radix = matcher(RADIX, in);
        if (radix.lookingAt()) {
            in.moveTo(radix.end());
            if (radix.group(1) != null) {
                return whole(radix.group(1), 16);
            }
            return radix.group(2) != null ? whole(radix.group(2), 8) : whole(radix.group(3), 2);
        }
        Matcher real = matcher(REAL, in);
        if (real.lookingAt()) {
            in.moveTo(real.end());
            return new Real(Double.parseDouble(real.group().replace("_", "")));
        }
        Matcher whole = matcher(WHOLE, in);
        if (!whole.lookingAt()) {
            throw in.unexpected();
        }
        return decimal(whole.group(), in, whole.end());
    }

    private static Numeric decimal(String digits, Cursor in, int end) throws PythonSyntaxException {
        if (digits.startsWith("0") && !ZEROS.matcher(digits).matches()) {
            throw in.wrong("a number that begins with 0");
        }
        if (digits.replace("_", "").length() > MOST_DIGITS) {
            throw in.wrong("a number of more than " + MOST_DIGITS + " digits");
        }
        in.moveTo(end);
        return whole(digits, 10);
    }

    private static Matcher matcher(Pattern pattern, Cursor in) {
        return pattern.matcher(in.text()).region(in.at(), in.text().length());
    }

    private static Int whole(String digits, int radix) {
        return new Int(new BigInteger(digits.replace("_", ""), radix));
    }
}

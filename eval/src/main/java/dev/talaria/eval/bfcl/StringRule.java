package dev.talaria.eval.bfcl;

import dev.talaria.eval.python.PythonValue;
import dev.talaria.eval.python.PythonValue.Text;

import java.util.Locale;
import java.util.regex.Pattern;

/// When two strings are the same.
enum StringRule {
    /// As on the leaderboard: spaces and the characters `,` `.` `/` `-` `_` `*` `^` do not count,
    /// nor does case; a single quote is a double one.
    STANDARDIZED {
        @Override
        String standardized(String text) {
            return UNCOUNTED
                    .matcher(text)
                    .replaceAll("")
                    .toLowerCase(Locale.ROOT)
                    .replace('\'', '"');
        }
    },
    /// Character by character.
    EXACT {
        @Override
        String standardized(String text) {
            return text;
        }
    };

    private static final Pattern UNCOUNTED = Pattern.compile("[ ,./\\-_*^]");

    /// What is compared of a string.
    abstract String standardized(String text);

    /// What is compared of a value: of strings as of these, of others all; what is inside a list or
    /// an object stays as it is.
    PythonValue compared(PythonValue value) {
        return value instanceof Text(String text) ? new Text(standardized(text)) : value;
    }
}

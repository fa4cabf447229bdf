package dev.talaria.eval.python;

import dev.talaria.eval.python.PythonValue.Bool;
import dev.talaria.eval.python.PythonValue.Dict;
import dev.talaria.eval.python.PythonValue.Int;
import dev.talaria.eval.python.PythonValue.None;
import dev.talaria.eval.python.PythonValue.Real;
import dev.talaria.eval.python.PythonValue.Sequence;
import dev.talaria.eval.python.PythonValue.Text;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// JSON as Python's `json.loads` takes it: JSON, and besides `NaN`, `Infinity` and `-Infinity`; of
/// a key that comes twice the last value; whole numbers of any size, but for those of more than
/// 4,300 digits. Nesting beyond 1,000 is refused.
public final class PythonJson {

    private static final int MAX_DEPTH = 1_000;
    private static final Pattern NUMBER =
            Pattern.compile("(-?(?:0|[1-9][0-9]*+))(\\.[0-9]++)?([eE][-+]?[0-9]++)?");

    private final Cursor in;
    private final boolean isStrict;
    private int depth;

    private PythonJson(String text, boolean isStrict) {
        this.in = new Cursor(text);
        this.isStrict = isStrict;
    }

    /// The value of a text.
    ///
    /// @throws PythonSyntaxException where it is none
    public static PythonValue loads(String text) throws PythonSyntaxException {
        return new PythonJson(text, false).whole();
    }

    /// The value of a text that is JSON by the letter: no `NaN`, no infinities, no key twice.
    ///
    /// @throws PythonSyntaxException where it is none
    public static PythonValue strict(String text) throws PythonSyntaxException {
        return new PythonJson(text, true).whole();
    }

    private PythonValue whole() throws PythonSyntaxException {
        PythonValue value = value();
        skip();
        if (!in.isAtEnd()) {
            throw in.wrong("something follows the value");
        }
        return value;
    }

    private void skip() {
        while (" \t\n\r".indexOf(in.peek()) >= 0) {
            in.moveTo(in.at() + 1);
        }
    }

    private PythonValue value() throws PythonSyntaxException {
        skip();
        return switch (in.peek()) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> new Text(string());
            default -> scalar();
        };
    }

    private PythonValue scalar() throws PythonSyntaxException {
        if (in.takes("null")) {
            return None.NONE;
        }
        if (in.takes("true")) {
            return new Bool(true);
        }
        if (in.takes("false")) {
            return new Bool(false);
        }
        if (!isStrict && in.takes("NaN")) {
            return new Real(Double.NaN);
        }
        if (!isStrict && in.takes("Infinity")) {
            return new Real(Double.POSITIVE_INFINITY);
        }
        if (!isStrict && in.takes("-Infinity")) {
            return new Real(Double.NEGATIVE_INFINITY);
        }
        return number();
    }

    private PythonValue number() throws PythonSyntaxException {
        Matcher number = NUMBER.matcher(in.text()).region(in.at(), in.text().length());
        if (!number.lookingAt()) {
            throw in.unexpected();
        }
        boolean isInt = number.group(2) == null && number.group(3) == null;
        if (isInt && number.end() - in.at() > NumberLiterals.MOST_DIGITS) {
            throw in.wrong("a number of more than " + NumberLiterals.MOST_DIGITS + " digits");
        }
        in.moveTo(number.end());
        return isInt
                ? new Int(new BigInteger(number.group()))
                : new Real(Double.parseDouble(number.group()));
    }

    private void enter() throws PythonSyntaxException {
        if (++depth > MAX_DEPTH) {
            throw in.wrong("nested more than " + MAX_DEPTH + " deep");
        }
        in.next();
        skip();
    }

    private PythonValue array() throws PythonSyntaxException {
        enter();
        List<PythonValue> values = new ArrayList<>();
        if (!in.takes(']')) {
            do {
                values.add(value());
                skip();
            } while (in.takes(','));
            close(']');
        }
        depth--;
        return new Sequence(values);
    }

    private PythonValue object() throws PythonSyntaxException {
        enter();
        Map<PythonValue, PythonValue> entries = new LinkedHashMap<>();
        if (!in.takes('}')) {
            do {
                skip();
                Text key = new Text(string());
                skip();
                close(':');
                if (isStrict && entries.containsKey(key)) {
                    throw in.wrong("the key '%s' comes twice".formatted(key.value()));
                }
                entries.put(key, value());
                skip();
            } while (in.takes(','));
            close('}');
        }
        depth--;
        return new Dict(entries);
    }

    private void close(char expected) throws PythonSyntaxException {
        if (!in.takes(expected)) {
            throw in.unexpected();
        }
    }

    private String string() throws PythonSyntaxException {
        close('"');
        StringBuilder text = new StringBuilder();
        while (true) {
            if (in.takes('"')) {
                return text.toString();
            }
            char c = in.next();
            if (c == '\\') {
                text.append(escaped());
            } else if (c < ' ') {
                throw in.wrong("a control character in a string");
            } else {
                text.append(c);
            }
        }
    }

    private char escaped() throws PythonSyntaxException {
        char c = in.next();
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> (char) StringLiterals.hexadecimal(in, 4);
            default -> throw in.wrong("no escape in JSON: \\" + c);
        };
    }
}

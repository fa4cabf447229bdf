package dev.talaria.eval.python;

import dev.talaria.eval.python.PythonValue.Bool;
import dev.talaria.eval.python.PythonValue.Bytes;
import dev.talaria.eval.python.PythonValue.Dict;
import dev.talaria.eval.python.PythonValue.Ellipsis;
import dev.talaria.eval.python.PythonValue.Int;
import dev.talaria.eval.python.PythonValue.None;
import dev.talaria.eval.python.PythonValue.Numeric;
import dev.talaria.eval.python.PythonValue.Real;
import dev.talaria.eval.python.PythonValue.Sequence;
import dev.talaria.eval.python.PythonValue.SetOf;
import dev.talaria.eval.python.PythonValue.Text;
import dev.talaria.eval.python.PythonValue.Tuple;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Literals as Python's `ast.literal_eval` takes them: dicts, lists, tuples, sets, strings, bytes,
/// numbers, `True`, `False`, `None`, `...`; with its white space, comments, trailing commas and
/// strings written one after the other. Brackets nest 200 deep, as there. Complex numbers, which no
/// answer of these evaluations can be equal to, are refused.
public final class PythonLiteral {

    // Python's own limit.
    private static final int MAX_LEVEL = 200;
    private static final Pattern NEWLINES = Pattern.compile("\r\n?");
    private static final Pattern IGNORED_LINE = Pattern.compile("[ \t\f]*(?:#[^\n]*)?(?:\n|\\z)");

    private final Cursor in;
    private int level;

    private PythonLiteral(String text) {
        this.in = new Cursor(text);
    }

    /// The value of a text.
    ///
    /// @throws PythonSyntaxException where it is none
    public static PythonValue parse(String text) throws PythonSyntaxException {
        String source = NEWLINES.matcher(text).replaceAll("\n");
        PythonLiteral literal = new PythonLiteral(source);
        literal.checkCharacters();
        return literal.whole();
    }

    private void checkCharacters() throws PythonSyntaxException {
        for (int i = 0; i < in.text().length(); i++) {
            int c = in.text().codePointAt(i);
            if (c == 0 || c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
                in.moveTo(i);
                throw in.wrong("a character that source cannot have");
            }
            i += Character.charCount(c) - 1;
        }
    }

    private PythonValue whole() throws PythonSyntaxException {
        while (in.peek() == ' ' || in.peek() == '\t') {
            in.moveTo(in.at() + 1);
        }
        if (skipIgnoredLines() && (in.peek() == ' ' || in.peek() == '\t')) {
            throw in.wrong("an indented line");
        }
        PythonValue value = expressions();
        skip();
        if (in.peek() == '#' || in.peek() == '\n') {
            skipIgnoredLines();
        }
        if (!in.isAtEnd()) {
            throw in.unexpected();
        }
        return value;
    }

    // Whether there were any.
    private boolean skipIgnoredLines() {
        int start = in.at();
        Matcher line = IGNORED_LINE.matcher(in.text());
        while (!in.isAtEnd() && line.region(in.at(), in.text().length()).lookingAt()) {
            in.moveTo(line.end());
        }
        return in.at() > start;
    }

    // Several with commas between them are a tuple, with or without parentheses.
    private PythonValue expressions() throws PythonSyntaxException {
        PythonValue first = expression();
        skip();
        if (in.peek() != ',') {
            return first;
        }
        List<PythonValue> values = new ArrayList<>(List.of(first));
        while (in.takes(',')) {
            skip();
            if (in.isAtEnd() || in.peek() == '\n' || in.peek() == '#') {
                break;
            }
            values.add(expression());
            skip();
        }
        return new Tuple(values);
    }

    private void skip() throws PythonSyntaxException {
        while (true) {
            char c = in.peek();
            if (c == ' ' || c == '\t' || c == '\f' || c == '\n' && level > 0) {
                in.moveTo(in.at() + 1);
            } else if (c == '\\' && in.peek(1) == '\n') {
                in.moveTo(in.at() + 2);
                if (in.isAtEnd()) {
                    throw in.unexpected();
                }
            } else if (c == '#' && level > 0) {
                int end = in.text().indexOf('\n', in.at());
                in.moveTo(end < 0 ? in.text().length() : end);
            } else {
                return;
            }
        }
    }

    private PythonValue expression() throws PythonSyntaxException {
        skip();
        if (StringLiterals.startsHere(in)) {
            return strings();
        }
        if (NumberLiterals.startsHere(in)) {
            return NumberLiterals.read(in);
        }
        return switch (in.peek()) {
            case '(' -> parenthesized();
            case '[' -> list();
            case '{' -> braced();
            case '+', '-' -> signed();
            case '.' -> ellipsis();
            default -> named();
        };
    }

    private PythonValue ellipsis() throws PythonSyntaxException {
        if (in.takes("...")) {
            return Ellipsis.ELLIPSIS;
        }
        throw in.unexpected();
    }

    private PythonValue named() throws PythonSyntaxException {
        int start = in.at();
        while (!in.isAtEnd() && Character.isUnicodeIdentifierPart(in.peek())) {
            in.moveTo(in.at() + 1);
        }
        String name = in.from(start);
        return switch (name) {
            case "True", "False" -> new Bool(name.equals("True"));
            case "None" -> None.NONE;
            case "set" -> emptySet();
            case "" -> throw in.unexpected();
            default -> {
                in.moveTo(start);
                throw in.wrong("the name '%s', which is no literal".formatted(name));
            }
        };
    }

    private PythonValue emptySet() throws PythonSyntaxException {
        skip();
        if (in.peek() != '(') {
            throw in.unexpected();
        }
        open();
        close(')');
        return new SetOf(Set.of());
    }

    // A sign belongs to a number, which may stand in parentheses; another sign may not follow.
    private PythonValue signed() throws PythonSyntaxException {
        boolean isNegative = in.next() == '-';
        Numeric number = unsigned();
        return switch (number) {
            case Int(BigInteger value) -> new Int(isNegative ? value.negate() : value);
            case Real(double value) -> new Real(isNegative ? -value : value);
            case Bool _ -> throw in.wrong("a sign before a truth value");
        };
    }

    private Numeric unsigned() throws PythonSyntaxException {
        skip();
        if (in.peek() == '(') {
            open();
            Numeric number = unsigned();
            close(')');
            return number;
        }
        if (!NumberLiterals.startsHere(in)) {
            throw in.unexpected();
        }
        return NumberLiterals.read(in);
    }

    private void open() throws PythonSyntaxException {
        if (++level > MAX_LEVEL) {
            throw in.wrong("nested more than " + MAX_LEVEL + " deep");
        }
        in.next();
    }

    private void close(char bracket) throws PythonSyntaxException {
        skip();
        if (!in.takes(bracket)) {
            throw in.unexpected();
        }
        level--;
    }

    private boolean closes(char bracket) throws PythonSyntaxException {
        skip();
        if (in.peek() != bracket) {
            return false;
        }
        close(bracket);
        return true;
    }

    private PythonValue parenthesized() throws PythonSyntaxException {
        open();
        if (closes(')')) {
            return new Tuple(List.of());
        }
        PythonValue first = expression();
        if (closes(')')) {
            return first;
        }
        return new Tuple(elements(first, ')'));
    }

    private PythonValue list() throws PythonSyntaxException {
        open();
        if (closes(']')) {
            return new Sequence(List.of());
        }
        return new Sequence(elements(expression(), ']'));
    }

    private List<PythonValue> elements(PythonValue first, char bracket)
            throws PythonSyntaxException {
        List<PythonValue> values = new ArrayList<>(List.of(first));
        while (!closes(bracket)) {
            comma();
            if (closes(bracket)) {
                break;
            }
            values.add(expression());
        }
        return values;
    }

    private void comma() throws PythonSyntaxException {
        skip();
        if (!in.takes(',')) {
            throw in.unexpected();
        }
    }

    private PythonValue braced() throws PythonSyntaxException {
        open();
        if (closes('}')) {
            return new Dict(Map.of());
        }
        PythonValue first = expression();
        skip();
        if (in.peek() == ':') {
            return dict(first);
        }
        List<PythonValue> values = elements(first, '}');
        for (PythonValue value : values) {
            requireHashable(value);
        }
        return new SetOf(new LinkedHashSet<>(values));
    }

    private PythonValue dict(PythonValue first) throws PythonSyntaxException {
        Map<PythonValue, PythonValue> entries = new LinkedHashMap<>();
        entry(first, entries);
        while (!closes('}')) {
            comma();
            if (closes('}')) {
                break;
            }
            entry(expression(), entries);
        }
        return new Dict(entries);
    }

    private void entry(PythonValue key, Map<PythonValue, PythonValue> entries)
            throws PythonSyntaxException {
        requireHashable(key);
        skip();
        if (!in.takes(':')) {
            throw in.unexpected();
        }
        entries.put(key, expression());
    }

    private void requireHashable(PythonValue value) throws PythonSyntaxException {
        if (!value.isHashable()) {
            throw in.wrong("a %s as a key or in a set".formatted(value.typeName()));
        }
    }

    // Those written one after the other are one.
    private PythonValue strings() throws PythonSyntaxException {
        PythonValue first = StringLiterals.read(in);
        skip();
        if (!StringLiterals.startsHere(in)) {
            return first;
        }
        StringBuilder text = new StringBuilder();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        add(first, text, bytes);
        while (StringLiterals.startsHere(in)) {
            PythonValue next = StringLiterals.read(in);
            if (next instanceof Text != first instanceof Text) {
                throw in.wrong("a string and bytes one after the other");
            }
            add(next, text, bytes);
            skip();
        }
        return first instanceof Text ? new Text(text.toString()) : new Bytes(bytes.toByteArray());
    }

    private static void add(PythonValue literal, StringBuilder text, ByteArrayOutputStream bytes) {
        if (literal instanceof Text(String value)) {
            text.append(value);
        } else if (literal instanceof Bytes(byte[] value)) {
            bytes.writeBytes(value);
        }
    }
}

package dev.talaria.eval.python;

import dev.talaria.eval.python.PythonValue.Bool;
import dev.talaria.eval.python.PythonValue.Bytes;
import dev.talaria.eval.python.PythonValue.Dict;
import dev.talaria.eval.python.PythonValue.Ellipsis;
import dev.talaria.eval.python.PythonValue.Int;
import dev.talaria.eval.python.PythonValue.None;
import dev.talaria.eval.python.PythonValue.Real;
import dev.talaria.eval.python.PythonValue.Sequence;
import dev.talaria.eval.python.PythonValue.SetOf;
import dev.talaria.eval.python.PythonValue.Text;
import dev.talaria.eval.python.PythonValue.Tuple;
import dev.talaria.schemas.chat.PythonSpelling;

import tools.jackson.databind.json.JsonMapper;

import java.math.BigInteger;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Values as text: as Python shows them, and as JSON.
public final class PythonText {

    private static final JsonMapper JSON = JsonMapper.shared();

    private PythonText() {}

    /// What `str(value)` is: a string's own characters, anything else as [#repr].
    public static String str(PythonValue value) {
        return value instanceof Text(String text) ? text : repr(value);
    }

    /// What `repr(value)` is.
    public static String repr(PythonValue value) {
        return switch (value) {
            case None _ -> "None";
            case Ellipsis _ -> "Ellipsis";
            case Bool(boolean flag) -> flag ? "True" : "False";
            case Int(BigInteger number) -> number.toString();
            case Real(double number) -> Double.isNaN(number) ? "nan" : PythonSpelling.real(number);
            case Text(String text) -> PythonSpelling.quoted(text);
            case Bytes(byte[] bytes) -> bytes(bytes);
            case Sequence(List<PythonValue> values) -> joined(values, "[", "]");
            case Tuple(List<PythonValue> values) ->
                    joined(values, "(", values.size() == 1 ? ",)" : ")");
            case SetOf(Set<PythonValue> values) ->
                    values.isEmpty() ? "set()" : joined(values, "{", "}");
            case Dict(Map<PythonValue, PythonValue> entries) ->
                    entries.entrySet().stream()
                            .map(it -> repr(it.getKey()) + ": " + repr(it.getValue()))
                            .collect(Collectors.joining(", ", "{", "}"));
        };
    }

    private static String joined(Collection<PythonValue> values, String before, String behind) {
        return values.stream()
                .map(PythonText::repr)
                .collect(Collectors.joining(", ", before, behind));
    }

    private static String bytes(byte[] bytes) {
        StringBuilder text = new StringBuilder("b'");
        for (byte b : bytes) {
            if (b >= ' ' && b < 0x7f && b != '\'' && b != '\\') {
                text.append((char) b);
            } else {
                text.append("\\x%02x".formatted(b & 0xff));
            }
        }
        return text.append('\'').toString();
    }

    /// The value as JSON with `, ` and `: `; empty where JSON has no such value: tuples, sets,
    /// bytes, `...`, `nan`, infinities, and dicts with other keys than strings.
    public static Optional<String> json(PythonValue value) {
        StringBuilder out = new StringBuilder();
        return writesJson(out, value) ? Optional.of(out.toString()) : Optional.empty();
    }

    private static boolean writesJson(StringBuilder out, PythonValue value) {
        switch (value) {
            case None _ -> out.append("null");
            case Bool(boolean flag) -> out.append(flag);
            case Int(BigInteger number) -> out.append(number);
            case Real(double number) when Double.isFinite(number) ->
                    out.append(PythonSpelling.real(number));
            case Text(String text) -> out.append(JSON.writeValueAsString(text));
            case Sequence(List<PythonValue> values) -> {
                return writesJson(out, values);
            }
            case Dict(Map<PythonValue, PythonValue> entries) -> {
                return writesJson(out, entries);
            }
            case Real _, Ellipsis _, Bytes _, Tuple _, SetOf _ -> {
                return false;
            }
        }
        return true;
    }

    private static boolean writesJson(StringBuilder out, List<PythonValue> values) {
        String separator = "[";
        for (PythonValue value : values) {
            out.append(separator);
            if (!writesJson(out, value)) {
                return false;
            }
            separator = ", ";
        }
        out.append(values.isEmpty() ? "[]" : "]");
        return true;
    }

    private static boolean writesJson(StringBuilder out, Map<PythonValue, PythonValue> entries) {
        String separator = "{";
        for (Map.Entry<PythonValue, PythonValue> entry : entries.entrySet()) {
            if (!(entry.getKey() instanceof Text(String key))) {
                return false;
            }
            out.append(separator).append(JSON.writeValueAsString(key)).append(": ");
            if (!writesJson(out, entry.getValue())) {
                return false;
            }
            separator = ", ";
        }
        out.append(entries.isEmpty() ? "{}" : "}");
        return true;
    }

    /// The text without white space at both ends, as `str.strip()` takes it away.
    public static String strip(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && isSpace(text.charAt(start))) {
            start++;
        }
        while (end > start && isSpace(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    private static boolean isSpace(char c) {
        return c >= '\t' && c <= '\r'
                || c >= '\u001c' && c <= ' '
                || c == '\u0085'
                || c > ' ' && Character.isSpaceChar(c);
    }
}

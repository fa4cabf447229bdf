package dev.talaria.inference.tokenizer.chat.jinja;

import dev.talaria.inference.tokenizer.chat.PythonText;
import dev.talaria.inference.tokenizer.chat.UnsupportedChatException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The methods of Python's strings and dictionaries that templates call.
final class PythonMethods {

    private final Concealment concealment;

    PythonMethods(Concealment concealment) {
        this.concealment = concealment;
    }

    Object ofText(String text, String method, Object[] arguments) {
        return switch (method) {
            case "strip" -> rstrip(lstrip(text, arguments), arguments);
            case "lstrip" -> lstrip(text, arguments);
            case "rstrip" -> rstrip(text, arguments);
            case "upper" -> text.toUpperCase(Locale.ROOT);
            case "lower" -> text.toLowerCase(Locale.ROOT);
            case "startswith" -> text.startsWith(first(method, arguments));
            case "endswith" -> text.endsWith(first(method, arguments));
            case "split" -> split(text, arguments);
            case "replace" -> replace(text, arguments);
            default -> throw unknown(method, "a text");
        };
    }

    Object ofMap(Map<?, ?> map, String method, Object[] arguments) {
        return switch (method) {
            case "items" -> items(map);
            case "keys" -> new ArrayList<Object>(map.keySet());
            case "values" -> new ArrayList<Object>(map.values());
            case "get" -> {
                Object value = map.get(first(method, arguments));
                yield value == null && arguments.length > 1 ? arguments[1] : value;
            }
            default -> throw unknown(method, "a dictionary");
        };
    }

    /// The entries of a map as pairs.
    static List<Object> items(Map<?, ?> map) {
        List<Object> items = new ArrayList<>();
        map.forEach((key, value) -> items.add(Arrays.asList(key, value)));
        return items;
    }

    private String lstrip(String text, Object[] arguments) {
        return arguments.length == 0
                ? concealment.stripStart(text, PythonText::stripStart)
                : concealment.stripStart(text, part -> stripStart(part, first("strip", arguments)));
    }

    private String rstrip(String text, Object[] arguments) {
        return arguments.length == 0
                ? concealment.stripEnd(text, PythonText::stripEnd)
                : concealment.stripEnd(text, part -> stripEnd(part, first("strip", arguments)));
    }

    private static String stripStart(String text, String characters) {
        int from = 0;
        while (from < text.length() && characters.indexOf(text.charAt(from)) >= 0) {
            from++;
        }
        return text.substring(from);
    }

    private static String stripEnd(String text, String characters) {
        int end = text.length();
        while (end > 0 && characters.indexOf(text.charAt(end - 1)) >= 0) {
            end--;
        }
        return text.substring(0, end);
    }

    private static List<Object> split(String text, Object[] arguments) {
        String separator = first("split", arguments);
        if (separator.isEmpty()) {
            throw new UnsupportedChatException("nothing can be split at nothing");
        }
        List<Object> parts = new ArrayList<>();
        int from = 0;
        for (int at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, from)) {
            parts.add(text.substring(from, at));
            from = at + separator.length();
        }
        parts.add(text.substring(from));
        return parts;
    }

    // Not longer than the output may be: what replaces is a text of the template's.
    private static String replace(String text, Object[] arguments) {
        if (arguments.length != 2) {
            throw new UnsupportedChatException("'replace' takes two texts");
        }
        String from = String.valueOf(arguments[0]);
        String to = String.valueOf(arguments[1]);
        long longest = text.length() + (text.length() + 1L) * to.length();
        if (longest > Rendering.MOST_OUTPUT) {
            throw new UnsupportedChatException("'replace' could make too long a text");
        }
        return text.replace(from, to);
    }

    private static String first(String method, Object[] arguments) {
        if (arguments.length == 0 || arguments[0] == null) {
            throw new UnsupportedChatException("'" + method + "' lacks its argument");
        }
        return String.valueOf(arguments[0]);
    }

    private static UnsupportedChatException unknown(String method, String what) {
        return new UnsupportedChatException(
                "the method '" + method + "' of " + what + " is not known");
    }
}

package dev.talaria.schemas.grammar;

import dev.talaria.schemas.grammar.Regex.UnsupportedRegexException;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The values of `format` that are enforced, all that validation asserts. Any other is an
/// annotation.
///
/// A format is known from both sides. What is generated satisfies the standard and validation, and
/// leaves out what nobody writes: of a time more than 18 digits behind the second, zones more than
/// 18 hours away and leap seconds in those of odd minutes, of an address quoted names and domains
/// without a known ending, `#` in JSON pointers, in expressions groups nested deeper than three.
/// What is not of the format, under `not`, is so for both as well.
final class Formats {

    /// @param least strings that surely are of the format
    /// @param most all strings that can be of the format; null where that is no help
    /// @param longest how many characters there can be; 0 where there is no limit
    private record Format(String least, String most, int longest) {}

    // What all of a format have, so that formats that exclude each other are known to.
    private static final String MAIL = "^(?:[^:@]*@|\")";
    // Java, and validation with it, reads years with a sign.
    private static final String SIGNED_DATE = "[+-]\\d{4,10}-\\d\\d-\\d\\d";
    private static final String SCHEME = "^[^:/?#@]+:";

    private static final Map<String, Format> FORMATS = formats();

    // The automata of a dozen expressions of the program's own.
    private static final Map<String, StringSet> BUILT = new ConcurrentHashMap<>();

    private Formats() {}

    private static Map<String, Format> formats() {
        Map<String, Format> formats = new HashMap<>();
        about(
                formats,
                "date",
                FormatExpressions.DATE,
                "^(?:" + FormatExpressions.DATE + "|" + SIGNED_DATE + ")$");
        exact(formats, "uuid", FormatExpressions.UUID);
        exact(formats, "ipv4", FormatExpressions.IPV4);
        exact(formats, "alpha", "[a-zA-Z]+");
        exact(formats, "alphanumeric", "[a-zA-Z0-9]+");
        about(formats, "time", FormatExpressions.TIME, "^\\d\\d:\\d\\d:\\d\\d");
        about(formats, "date-time", FormatExpressions.DATE_TIME, "^\\d{4}-\\d\\d-\\d\\d\\D");
        about(formats, "duration", FormatExpressions.DURATION, "[Pp]");
        about(formats, "email", FormatExpressions.EMAIL, MAIL);
        about(formats, "idn-email", FormatExpressions.IDN_EMAIL, MAIL);
        about(formats, "ipv6", FormatExpressions.IPV6, "^[0-9A-Fa-f.]*(?::[0-9A-Fa-f.]*){2,}$");
        about(formats, "uri", FormatExpressions.URI, SCHEME);
        about(formats, "iri", FormatExpressions.IRI, SCHEME);
        about(formats, "uri-reference", FormatExpressions.URI_REFERENCE, null);
        about(formats, "iri-reference", FormatExpressions.IRI_REFERENCE, null);
        about(formats, "uri-template", FormatExpressions.URI_TEMPLATE, null);
        about(formats, "json-pointer", FormatExpressions.JSON_POINTER, "^(/|$)");
        about(formats, "relative-json-pointer", FormatExpressions.RELATIVE_JSON_POINTER, "^\\d");
        formats.put(
                "hostname",
                new Format("^" + FormatExpressions.HOSTNAME + "$", "^[A-Za-z0-9.-]+$", 253));
        about(formats, "idn-hostname", FormatExpressions.IDN_HOSTNAME, null);
        about(formats, "regex", RegexFormat.EXPRESSION, RegexFormat.BEGINNING);
        // Names from drafts of old that validation asserts.
        about(formats, "ip-address", FormatExpressions.IPV4, "^[0-9.]+$");
        about(formats, "phone", "\\+(?:[0-9] ?){6,14}[0-9]", "^\\+");
        about(formats, "utc-millisec", "[0-9]+(?:\\.[0-9]+)?", "^[0-9]");
        about(formats, "color", "#[0-9A-Fa-f]{6}", null);
        about(formats, "style", "[a-z-]+: ?[A-Za-z0-9#]+;?", ":");
        return Map.copyOf(formats);
    }

    private static void exact(Map<String, Format> formats, String name, String expression) {
        formats.put(name, new Format("^(?:" + expression + ")$", "^(?:" + expression + ")$", 0));
    }

    private static void about(Map<String, Format> formats, String name, String least, String most) {
        formats.put(name, new Format("^(?:" + least + ")$", most, 0));
    }

    /// The strings of a format; null where it is an annotation.
    ///
    /// @param pointer the keyword to blame where they turn out too many to be combined with others
    static StringSet named(String name, String pointer) {
        Format format = FORMATS.get(name);
        if (format == null) {
            return null;
        }
        StringSet strings = BUILT.get(name);
        if (strings == null) {
            strings = build(format);
            BUILT.put(name, strings);
        }
        return strings.blamedOn(
                StringSet.blame("format", pointer, "the strings of the format '" + name + "'"));
    }

    /// Whether the format is neither enforced nor asserted, so that it says nothing.
    static boolean isAnnotation(String format) {
        return !FORMATS.containsKey(format);
    }

    private static StringSet build(Format format) {
        StringSet least = matching(format.least());
        if (format.longest() > 0) {
            least = least.and(StringSet.of(new StringShape(0, format.longest())));
        }
        if (format.least().equals(format.most())) {
            return least;
        }
        return StringSet.between(
                least, format.most() == null ? StringSet.ALL : matching(format.most()));
    }

    private static StringSet matching(String expression) {
        try {
            return Patterns.matching(expression, "format", "#");
        } catch (UnsupportedRegexException e) {
            throw new IllegalStateException("the expression of a format", e);
        }
    }
}

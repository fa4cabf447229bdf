package dev.talaria.schemas.grammar;

import java.util.Map;
import java.util.Set;

/// The values of `format`: those enforced, as regular expressions, and those that validation
/// asserts though no expression does. Any other is an annotation.
///
/// Where validation and the standard differ, an expression is what both accept, and it leaves out
/// what nobody writes: leap seconds, offsets of 18 hours and more, fractions of a second with more
/// than nine digits, quoted local parts, domains without a common ending.
final class Formats {

    private static final String DATE =
            "(?:\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])"
                    + "|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)"
                    + "|02-(?:0[1-9]|1\\d|2[0-8]))"
                    + "|(?:\\d\\d(?:0[48]|[2468][048]|[13579][26])"
                    + "|(?:[02468][048]|[13579][26])00)-02-29)";
    private static final String TIME =
            "(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,9})?"
                    + "(?:Z|[+-](?:0\\d|1[0-7]):[0-5]\\d)";
    private static final String OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    private static final String IPV4 = "(?:" + OCTET + "\\.){3}" + OCTET;
    private static final String LABEL = "[A-Za-z0-9](?:[A-Za-z0-9]|-[A-Za-z0-9])";
    private static final String ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]";
    private static final String ENDING =
            "(?:com|org|net|edu|gov|mil|int|info|biz|name|pro|app|dev|io|co|ai|me|tv|eu|us|uk|de|fr"
                + "|it|es|pt|nl|be|ch|at|dk|se|no|fi|pl|cz|ie|gr|ru|ua|tr|il|in|cn|jp|kr|tw|hk"
                + "|sg|au|nz|za|br|ar|mx|cl|ca|xyz|online|site|store|tech|cloud|blog|agency|group"
                + "|email|museum|travel|jobs|mobi|coop|asia|bank|health|law|media|news|shop|space"
                + "|systems|software|solutions|services|studio|team|today|world|work|zone)";
    private static final String PATH = "(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})";
    private static final String HOST = "[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?";

    private static final Map<String, String> EXPRESSIONS =
            Map.of(
                    "date",
                    "^" + DATE + "$",
                    "time",
                    "^" + TIME + "$",
                    "date-time",
                    "^" + DATE + "T" + TIME + "$",
                    "email",
                    "^"
                            + ATOM
                            + "{1,32}(?:\\."
                            + ATOM
                            + "{1,15}){0,2}@(?:"
                            + LABEL
                            + "{0,20}\\.){1,3}"
                            + ENDING
                            + "$",
                    "uuid",
                    "^[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}$",
                    "uri",
                    "^[A-Za-z][A-Za-z0-9+.-]*:(?://(?:"
                            + HOST
                            + "(?::\\d{1,4})?)(?:/"
                            + PATH
                            + "*)*|///"
                            + PATH
                            + "+(?:/"
                            + PATH
                            + "*)*|"
                            + PATH
                            + "+(?:/"
                            + PATH
                            + "*)*)(?:\\?(?:"
                            + PATH
                            + "|[/?])*)?(?:#(?:"
                            + PATH
                            + "|[/?])*)?$",
                    "ipv4",
                    "^" + IPV4 + "$",
                    "ipv6",
                    "^" + ipv6() + "$",
                    "hostname",
                    "^" + LABEL + "{0,30}(?:\\." + LABEL + "{0,30}){0,3}$");

    private static final Set<String> ASSERTED_ONLY =
            Set.of(
                    "duration",
                    "idn-email",
                    "idn-hostname",
                    "uri-reference",
                    "iri",
                    "iri-reference",
                    "uri-template",
                    "json-pointer",
                    "relative-json-pointer",
                    "regex");

    private Formats() {}

    /// The expression that the format's strings match; null where there is none.
    static String expression(String format) {
        return EXPRESSIONS.get(format);
    }

    /// Whether validation asserts the format though it has no expression.
    static boolean isAsserted(String format) {
        return ASSERTED_ONLY.contains(format);
    }

    // Eight groups, or fewer with one gap in their midst.
    private static String ipv6() {
        String group = "[0-9A-Fa-f]{1,4}";
        StringBuilder forms = new StringBuilder("(?:(?:" + group + ":){7}" + group);
        for (int before = 0; before <= 6; before++) {
            String left = before == 0 ? "" : "(?:" + group + ":){" + (before - 1) + "}" + group;
            int after = 6 - before;
            String right =
                    after == 0 ? "" : "(?:" + group + "(?::" + group + "){0," + (after - 1) + "})?";
            forms.append('|').append(left).append("::").append(right);
        }
        return forms.append(')').toString();
    }
}

package dev.talaria.schemas.grammar;

import java.util.StringJoiner;

/// The format `regex` as a regular expression: expressions that ECMA-262, with and without its `u`
/// flag, and Java both take for expressions, and mean the same by.
///
/// Groups may be nested three deep. Left out are references back, names of groups, lookbehinds,
/// flags, most ranges of characters but the usual ones, and bounds of repetitions with more than
/// four digits.
final class RegexFormat {

    /// Not anchored.
    static final String EXPRESSION = alternatives(3);

    /// What every expression satisfies: nothing to repeat and no group to close at the beginning.
    static final String BEGINNING = "^(?:[^*+?)]|$)";

    private static final String HEX = "[0-9A-Fa-f]";

    private RegexFormat() {}

    // The bounds of a repetition must be in order.
    private static String repetition() {
        StringJoiner bounds = new StringJoiner("|", "(?:[*+?]|\\{(?:", ")\\})\\??");
        bounds.add("\\d{1,4},?");
        bounds.add("\\d,[1-9]\\d{1,3}");
        bounds.add("\\d\\d,[1-9]\\d{2,3}");
        bounds.add("1\\d,[2-9]\\d|[2-4]\\d,[5-9]\\d");
        for (int digit = 0; digit <= 9; digit++) {
            bounds.add(digit + ",[" + digit + "-9]");
        }
        return "(?:" + bounds + ")?";
    }

    private static String escape(String more) {
        return "\\\\(?:[dDwWsSnrtfv^$.|?*+()\\[\\]{}/\\\\"
                + more
                + "]|c[A-Za-z]|x"
                + HEX
                + "{2}|u[0-9A-Ca-c]"
                + HEX
                + "{3}|[pP]\\{(?:[LNPSZ]|L[ul]|Nd)\\})";
    }

    private static String characterClass() {
        StringJoiner item = new StringJoiner("|", "(?:", ")");
        item.add("0-[0-9]|1-[1-9]|[2-9]-9|a-[a-z]|[b-z]-z|A-[A-Z]|[B-Z]-Z");
        item.add("\\\\x[0-6]" + HEX + "-\\\\x[7-9A-Fa-f]" + HEX);
        item.add("\\\\u[0-4]" + HEX + "{3}-\\\\u[5-9A-Ca-c]" + HEX + "{3}");
        item.add("[\\u0080-\\u00DF]-[\\u00E0-\\uD7FF]");
        item.add(escape("-"));
        // Java reads two '&' as an intersection and '[' as a class inside.
        item.add("[^\\\\\\]\\[^&-]");
        return "\\[\\^?-?(?:&?" + item + ")+&?-?\\]";
    }

    private static String alternatives(int depth) {
        String once = "[^\\\\^$.|?*+()\\[\\]{}]|\\.|" + escape("") + "|" + characterClass();
        StringJoiner terms = new StringJoiner("|", "(?:", ")*");
        if (depth > 0) {
            once += "|\\((?:\\?:)?" + alternatives(depth - 1) + "\\)";
            terms.add("\\(\\?[=!]" + alternatives(0) + "\\)");
        }
        terms.add("(?:" + once + ")" + repetition());
        terms.add("[|^$]|\\\\[bB]");
        return terms.toString();
    }
}

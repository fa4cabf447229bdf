package dev.talaria.schemas.grammar;

import java.util.List;
import java.util.StringJoiner;

/// The grammars of the standards as regular expressions, none of them anchored.
final class FormatExpressions {

    /// RFC 3339, with the real calendar.
    static final String DATE =
            "(?:\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])"
                    + "|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)"
                    + "|02-(?:0[1-9]|1\\d|2[0-8]))"
                    + "|(?:\\d\\d(?:0[48]|[2468][048]|[13579][26])"
                    + "|(?:[02468][048]|[13579][26])00)-02-29)";

    private static final String FRACTION = "(?:\\.\\d{1,18})?";

    // Java, and who parses with it, knows no zones further away than 18 hours.
    private static final int FARTHEST_HOURS = 18;

    private static final String CLOCK =
            "(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d"
                    + FRACTION
                    + "(?:[Zz]|[+-](?:(?:0\\d|1[0-7]):[0-5]\\d|18:00))";

    /// RFC 3339, zones up to 18 hours away; leap seconds in zones of whole and half hours.
    static final String TIME = "(?:" + CLOCK + "|" + leapSeconds("", "", "") + ")";

    // The leap seconds there have been, but for two that validation does not know (1979 and 1987).
    private static final List<Integer> IN_JUNE =
            List.of(1972, 1981, 1982, 1983, 1985, 1992, 1993, 1994, 1997, 2012, 2015);
    private static final List<Integer> IN_DECEMBER =
            List.of(
                    1972, 1973, 1974, 1975, 1976, 1977, 1978, 1989, 1990, 1995, 1998, 2005, 2008,
                    2016);

    /// RFC 3339, zones up to 18 hours away; leap seconds that there have been, because validation
    /// asserts that.
    static final String DATE_TIME =
            "(?:"
                    + DATE
                    + "[Tt]"
                    + CLOCK
                    + "|"
                    + leapSeconds(
                            leapDays("06-30", "12-31", 0),
                            leapDays("07-01", "01-01", 1),
                            leapDays("06-30", "12-31", 0))
                    + ")";

    /// RFC 3339, appendix A.
    static final String DURATION = duration("\\d{1,18}");

    private static final String OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";

    /// RFC 2673.
    static final String IPV4 = "(?:(?:" + OCTET + "\\.){3}" + OCTET + ")";

    /// RFC 4291, an IPv4 address at the end included.
    static final String IPV6 = ipv6();

    /// RFC 4122.
    static final String UUID = "[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}";

    /// RFC 1123; 253 characters at most are to be counted besides. Two hyphens in the third and
    /// fourth place are for names in other scripts.
    static final String HOSTNAME =
            "(?!..--)"
                    + label("[A-Za-z0-9]", 61)
                    + "(?:\\.(?!..--)"
                    + label("[A-Za-z0-9]", 61)
                    + ")*";

    /// Letters of a few scripts without rules of their own for names.
    private static final String LETTER =
            "[a-z0-9\\u00E0-\\u00F6\\u00F8-\\u00FF\\u03B1-\\u03C1\\u03C3-\\u03C9\\u0430-\\u044F"
                    + "\\u3041-\\u3096\\u30A1-\\u30FA\\u4E00-\\u9FA5\\uAC00-\\uD7A3]";

    /// RFC 5890, so short that the name in ASCII is short enough too.
    static final String IDN_HOSTNAME =
            "(?!..--)" + label(LETTER, 10) + "(?:\\.(?!..--)" + label(LETTER, 10) + "){0,3}";

    private static final String ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]";
    private static final String MAIL_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9]|-[A-Za-z0-9]){0,20}";

    // Validation knows the names that domains end in.
    private static final String ENDING =
            "(?:com|org|net|edu|gov|mil|int|info|biz|name|pro|app|dev|xyz|online|site|store|tech"
                + "|cloud|blog|agency|group|email|museum|travel|jobs|mobi|coop|asia|bank|health|law"
                + "|media|news|shop|space|systems|software|solutions|services|studio|team|today"
                + "|world|work|zone|a[cdefgilmoqrstuwxz]|b[abdefghijmnorstvwyz]|c[acdfghiklmnoruvwxyz]"
                + "|d[ejkmoz]|e[cegrstu]|f[ijkmor]|g[abdefghilmnpqrstuwy]|h[kmnrtu]|i[delmnoqrst]"
                + "|j[emop]|k[eghimnprwyz]|l[abcikrstuvy]|m[acdeghklmnopqrstuvwxyz]|n[acefgilopruz]"
                + "|om|p[aefghklmnrstwy]|qa|r[eosuw]|s[abcdeghiklmnorstuvxyz]|t[cdfghjklmnortvwz]"
                + "|u[agksyz]|v[aceginu]|w[fs]|y[et]|z[amw])";
    private static final String MAIL_DOMAIN =
            "(?:(?:" + MAIL_LABEL + "\\.){1,3}" + ENDING + "|\\[" + IPV4 + "\\])";

    /// RFC 5321 without quoted names.
    static final String EMAIL = email(ATOM, 32, 15);

    /// RFC 6531 without quoted names, in letters of a few scripts.
    static final String IDN_EMAIL = email("(?:" + ATOM + "|" + LETTER + ")", 16, 8);

    private static final String PERCENT = "%[0-9A-Fa-f]{2}";
    private static final String ASCII = "A-Za-z0-9._~!$&'()*+,;=\\-";

    // Characters that the standard and the JDK take for letters of an address.
    private static final String OTHERS =
            "\\u00A1-\\u167F\\u1681-\\u1FFF\\u2010-\\u2027\\u2030-\\u205E\\u2070-\\u2FFF"
                    + "\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFEFE\\uFF00-\\uFFEF"
                    + "\\u{10000}-\\u{1FFFD}\\u{20000}-\\u{2FFFD}";

    /// RFC 3986.
    static final String URI = uri("");

    /// RFC 3986.
    static final String URI_REFERENCE = reference("");

    /// RFC 3987.
    static final String IRI = uri(OTHERS);

    /// RFC 3987.
    static final String IRI_REFERENCE = reference(OTHERS);

    /// RFC 6901, without `#`, which validation takes for the beginning of a fragment.
    static final String JSON_POINTER = "(?:/(?:[^/~#]|~[01])*)*";

    /// Relative JSON pointers.
    static final String RELATIVE_JSON_POINTER = "(?:0|[1-9]\\d*)(?:#|" + JSON_POINTER + ")";

    /// RFC 6570.
    static final String URI_TEMPLATE = uriTemplate();

    private FormatExpressions() {}

    private static String label(String letter, int most) {
        String inner = letter.replace("]", "-]");
        return "(?:" + letter + "(?:" + inner + "{0," + most + "}" + letter + ")?)";
    }

    private static String leapDays(String inJune, String inDecember, int later) {
        StringJoiner days = new StringJoiner("|", "(?:", ")[Tt]");
        IN_JUNE.forEach(year -> days.add(year + "-" + inJune));
        IN_DECEMBER.forEach(year -> days.add(year + later + "-" + inDecember));
        return days.toString();
    }

    // 23:59:60 in UTC, as the clocks of whole and half hours show it.
    private static String leapSeconds(String utc, String ahead, String behind) {
        StringJoiner later = new StringJoiner("|", ahead + "(?:", ")");
        StringJoiner earlier = new StringJoiner("|", behind + "(?:", ")");
        for (int half = 1; half <= 2 * FARTHEST_HOURS; half++) {
            int local = (23 * 60 + 59 + 30 * half) % 1_440;
            String offset = "%02d:%02d".formatted(half / 2, half % 2 * 30);
            later.add(leapSecond(local) + "\\+" + offset);
            int back = 23 * 60 + 59 - 30 * half;
            earlier.add(leapSecond(back) + "-" + offset);
        }
        String atZero = utc + leapSecond(23 * 60 + 59) + "(?:[Zz]|[+-]00:00)";
        return "(?:" + atZero + "|" + later + "|" + earlier + ")";
    }

    private static String leapSecond(int minute) {
        return "%02d:%02d:60".formatted(minute / 60, minute % 60) + FRACTION;
    }

    private static String duration(String n) {
        String days = n + "D";
        String months = n + "M(?:" + days + ")?";
        String years = n + "Y(?:" + months + ")?";
        String seconds = n + "S";
        String minutes = n + "M(?:" + seconds + ")?";
        String hours = n + "H(?:" + minutes + ")?";
        String time = "T(?:" + hours + "|" + minutes + "|" + seconds + ")";
        String date = "(?:" + years + "|" + months + "|" + days + ")";
        return "P(?:" + n + "W|" + date + "(?:" + time + ")?|" + time + ")";
    }

    // Eight groups, or fewer with one gap in their midst; the last two may be an IPv4 address.
    private static String ipv6() {
        String group = "[0-9A-Fa-f]{1,4}";
        StringJoiner forms = new StringJoiner("|", "(?:", ")");
        forms.add("(?:" + group + ":){7}" + group);
        forms.add("(?:" + group + ":){6}" + IPV4);
        for (int before = 0; before <= 7; before++) {
            String left = before == 0 ? "" : "(?:" + group + ":){" + (before - 1) + "}" + group;
            int after = 7 - before;
            if (after == 0) {
                forms.add(left + "::");
            } else {
                forms.add(left + "::(?:" + group + "(?::" + group + "){0," + (after - 1) + "})?");
            }
            if (after >= 2) {
                forms.add(left + "::(?:" + group + ":){0," + (after - 2) + "}" + IPV4);
            }
        }
        return forms.toString();
    }

    private static String email(String atom, int first, int others) {
        return atom + "{1," + first + "}(?:\\." + atom + "{1," + others + "}){0,2}@" + MAIL_DOMAIN;
    }

    private static String pathCharacter(String others) {
        return "(?:[" + ASCII + ":@" + others + "]|" + PERCENT + ")";
    }

    private static String authority(String others) {
        String user = "(?:(?:[" + ASCII + ":]|" + PERCENT + ")*@)?";
        String letter = "[A-Za-z0-9" + others + "]";
        String name = letter + "(?:[A-Za-z0-9._~" + others + "-]*" + letter + ")?";
        return user + "(?:" + name + "|\\[" + IPV6 + "\\])(?::\\d{1,5})?";
    }

    private static String tail(String others) {
        String any = "(?:" + pathCharacter(others) + "|[/?])*";
        return "(?:\\?" + any + ")?(?:#" + any + ")?";
    }

    private static String uri(String others) {
        String c = pathCharacter(others);
        String rest = "(?:/" + c + "*)*";
        return "[A-Za-z][A-Za-z0-9+.-]*:(?://"
                + authority(others)
                + rest
                + "|///"
                + c
                + "+"
                + rest
                + "|/?"
                + c
                + "+"
                + rest
                + ")"
                + tail(others);
    }

    private static String reference(String others) {
        String c = pathCharacter(others);
        String noColon = c.replace(":@", "@");
        String rest = "(?:/" + c + "*)*";
        return "(?:"
                + uri(others)
                + "|(?://"
                + authority(others)
                + rest
                + "|/(?:"
                + c
                + "+"
                + rest
                + ")?|"
                + noColon
                + "+"
                + rest
                + ")?"
                + tail(others)
                + ")";
    }

    private static String uriTemplate() {
        String letter = "(?:[A-Za-z0-9_]|" + PERCENT + ")";
        String name = letter + "(?:\\.?" + letter + ")*";
        String variable = name + "(?::[1-9]\\d{0,3}|\\*)?";
        String expression = "\\{[+#./;?&]?" + variable + "(?:," + variable + ")*\\}";
        String literal = "[A-Za-z0-9!#$&'()*+,./:;=?@_~\\[\\]" + OTHERS + "-]";
        return "(?:" + literal + "|" + PERCENT + "|" + expression + ")*";
    }
}

package dev.talaria.eval.extraction;

import java.text.Normalizer;
import java.time.DayOfWeek;
import java.time.Month;
import java.time.format.TextStyle;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Names of months and weekdays, whole and shortened, in the languages of western and central
/// Europe. Without accents and full stops; where two languages disagree, the first listed is right.
final class CalendarNames {

    private static final List<String> LANGUAGES =
            List.of("en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv", "da", "nb", "fi", "cs");
    private static final List<TextStyle> STYLES =
            List.of(
                    TextStyle.FULL,
                    TextStyle.FULL_STANDALONE,
                    TextStyle.SHORT,
                    TextStyle.SHORT_STANDALONE);

    private static final Map<String, Integer> MONTHS = new HashMap<>();
    private static final Set<String> WEEKDAYS = new HashSet<>();

    static {
        for (String language : LANGUAGES) {
            Locale locale = Locale.of(language);
            for (TextStyle style : STYLES) {
                Arrays.stream(Month.values()).forEach(month -> add(month, style, locale));
                Arrays.stream(DayOfWeek.values())
                        .map(day -> plain(day.getDisplayName(style, locale)))
                        .forEach(WEEKDAYS::add);
            }
        }
        MONTHS.putIfAbsent("sept", Month.SEPTEMBER.getValue());
        MONTHS.putIfAbsent("maerz", Month.MARCH.getValue());
    }

    private CalendarNames() {}

    private static void add(Month month, TextStyle style, Locale locale) {
        String name = plain(month.getDisplayName(style, locale));
        // Some languages shorten to numbers.
        if (name.chars().allMatch(Character::isLetter) && name.length() >= 3) {
            MONTHS.putIfAbsent(name, month.getValue());
        }
    }

    /// The month of that name, 1 to 12.
    static Optional<Integer> month(String name) {
        return Optional.ofNullable(MONTHS.get(plain(name)));
    }

    static boolean isWeekday(String name) {
        return WEEKDAYS.contains(plain(name));
    }

    private static String plain(String name) {
        return Normalizer.normalize(name.toLowerCase(Locale.ROOT), Normalizer.Form.NFD)
                .replaceAll("[\\p{M}.]", "")
                .strip();
    }
}

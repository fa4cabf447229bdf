package dev.talaria.eval.extraction;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads days: in numbers with any of the usual separators or without, or with the month's name;
/// with a weekday before and a time of day after, which are left out.
///
/// A number of four digits is the year. Otherwise the year stands last and the [DateOrder] says
/// which of the others is the day, unless only the other order is possible. Two digits of a year
/// are from 1970 to 2069.
final class DateText {

    private static final int LONGEST = 60;
    private static final int FIRST_OF_CENTURY = 70;

    private static final Pattern WEEKDAY = Pattern.compile("^(\\p{L}{2,13})\\.?,? (?=.)");
    private static final Pattern TIME =
            Pattern.compile(
                    "(?<=[0-9])(?:t| ?,? )[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?"
                            + " ?(?:[ap]\\.?m\\.?)? ?(?:z|utc|gmt|[-+][0-9]{2}:?[0-9]{2})?$");
    private static final Pattern COMPACT =
            Pattern.compile("((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})");
    private static final Pattern NUMBERS =
            Pattern.compile(
                    "([0-9]{1,4}) ?(?<mark>[-/.]| ) ?([0-9]{1,2}) ?\\k<mark> ?([0-9]{1,4})\\.?");
    private static final Pattern CHINESE =
            Pattern.compile("([0-9]{4})年 ?([0-9]{1,2})月 ?([0-9]{1,2})日");

    private static final String DAY = "(?<day>[0-9]{1,2}) ?(?:st|nd|rd|th|er|º|°|o|e)?\\.?";
    private static final String MONTH = "(?<month>\\p{L}{3,12})\\.?";
    private static final String YEAR = "'?(?<year>[0-9]{4}|[0-9]{2})\\.?";
    private static final String GAP = " ?(?:[-/,.]|of|de|del|den)? ?";

    private static final Pattern DAY_FIRST = Pattern.compile(DAY + GAP + MONTH + GAP + YEAR);
    private static final Pattern MONTH_FIRST =
            Pattern.compile(MONTH + " ?[-/]? ?" + DAY + "(?: ?[-/,] ?| )" + YEAR);
    private static final Pattern YEAR_FIRST =
            Pattern.compile("(?<year>[0-9]{4})" + GAP + MONTH + GAP + DAY);

    private final DateOrder order;

    DateText(DateOrder order) {
        this.order = order;
    }

    /// Empty where the text is anything but a day.
    Optional<LocalDate> read(String text) {
        if (text.length() > LONGEST) {
            return Optional.empty();
        }
        String plain = TIME.matcher(withoutWeekday(PlainText.cased(text))).replaceFirst("").strip();
        Matcher compact = COMPACT.matcher(plain);
        if (compact.matches()) {
            return date(compact.group(1), compact.group(2), compact.group(3));
        }
        Matcher chinese = CHINESE.matcher(plain);
        if (chinese.matches()) {
            return date(chinese.group(1), chinese.group(2), chinese.group(3));
        }
        Matcher numbers = NUMBERS.matcher(plain);
        if (numbers.matches()) {
            return ordered(numbers.group(1), numbers.group(3), numbers.group(4));
        }
        return named(plain);
    }

    private static String withoutWeekday(String text) {
        Matcher weekday = WEEKDAY.matcher(text);
        return weekday.find() && CalendarNames.isWeekday(weekday.group(1))
                ? text.substring(weekday.end())
                : text;
    }

    private Optional<LocalDate> ordered(String first, String second, String third) {
        if (first.length() > 2) {
            return either(date(first, second, third), date(first, third, second));
        }
        Optional<LocalDate> dayFirst = date(third, second, first);
        Optional<LocalDate> monthFirst = date(third, first, second);
        return switch (order) {
            case DMY -> either(dayFirst, monthFirst);
            case MDY -> either(monthFirst, dayFirst);
            case YMD ->
                    third.length() > 2
                            ? either(dayFirst, monthFirst)
                            : either(date(first, second, third), either(dayFirst, monthFirst));
        };
    }

    private static Optional<LocalDate> either(
            Optional<LocalDate> usual, Optional<LocalDate> other) {
        return usual.isPresent() ? usual : other;
    }

    private static Optional<LocalDate> named(String text) {
        for (Pattern form : new Pattern[] {DAY_FIRST, MONTH_FIRST, YEAR_FIRST}) {
            Matcher match = form.matcher(text);
            if (match.matches()) {
                Optional<LocalDate> date =
                        CalendarNames.month(match.group("month"))
                                .flatMap(month ->
                                        date(
                                                match.group("year"),
                                                month.toString(),
                                                match.group("day")));
                if (date.isPresent()) {
                    return date;
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<LocalDate> date(String year, String month, String day) {
        if (year.length() != 4 && year.length() != 2 || month.length() > 2 || day.length() > 2) {
            return Optional.empty();
        }
        int number = Integer.parseInt(year);
        if (year.length() == 2) {
            number += number < FIRST_OF_CENTURY ? 2000 : 1900;
        }
        try {
            return Optional.of(
                    LocalDate.of(number, Integer.parseInt(month), Integer.parseInt(day)));
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }
}

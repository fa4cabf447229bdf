package dev.talaria.eval.suite;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which rows of a dataset are taken.
///
/// @param ranges of row numbers; empty for all
/// @param limit the most rows, the first of those that are chosen
public record RowSelection(List<Range> ranges, long limit) {

    /// All rows.
    public static final RowSelection ALL = new RowSelection(List.of(), Long.MAX_VALUE);

    private static final Pattern RANGE = Pattern.compile("(\\d{1,18})(?:(-)(\\d{1,18})?)?");

    /// Row numbers from 0, both included.
    public record Range(long first, long last) {}

    public RowSelection {
        ranges = List.copyOf(ranges);
        if (limit < 1) {
            throw new IllegalArgumentException("%d rows at most leave none".formatted(limit));
        }
    }

    /// The ranges of a text such as `0-9,15,40-`.
    ///
    /// @throws IllegalArgumentException where it is none
    public static List<Range> ranges(String text) {
        List<Range> ranges = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            Matcher range = RANGE.matcher(part.strip());
            if (!range.matches()) {
                throw new IllegalArgumentException(
                        "'%s' is no row number from 0 and no range of them; write 0-9,15,40-"
                                .formatted(part));
            }
            long first = Long.parseLong(range.group(1));
            long last = range.group(2) == null ? first : end(range.group(3));
            if (last < first) {
                throw new IllegalArgumentException("the range '%s' is empty".formatted(part));
            }
            ranges.add(new Range(first, last));
        }
        return ranges;
    }

    private static long end(String number) {
        return number == null ? Long.MAX_VALUE : Long.parseLong(number);
    }

    boolean takes(long row) {
        return ranges.isEmpty()
                || ranges.stream().anyMatch(each -> each.first() <= row && row <= each.last());
    }

    /// Whether no row from this one on is taken.
    boolean isBehind(long row) {
        return !ranges.isEmpty() && ranges.stream().allMatch(each -> each.last() < row);
    }
}

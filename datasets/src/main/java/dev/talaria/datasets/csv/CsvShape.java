package dev.talaria.datasets.csv;

import dev.talaria.datasets.record.Precision;
import dev.talaria.datasets.record.Value;
import dev.talaria.datasets.record.ValueType;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// What the texts of one column have in common.
///
/// A text counts as a number only as a number is written: `007` and `+1` stay text, as identifiers
/// and telephone numbers are.
final class CsvShape {

    private static final Pattern INT = Pattern.compile("-?(?:0|[1-9][0-9]{0,17})");
    private static final Pattern REAL =
            Pattern.compile("-?(?:0|[1-9][0-9]{0,19})(?:\\.[0-9]{1,30})?(?:[eE][+-]?[0-9]{1,3})?");
    private static final Pattern DATE = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");
    private static final Pattern STAMP =
            Pattern.compile(
                    "[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]{1,9})?"
                            + "(Z|[+-][0-9]{2}:[0-9]{2})?");
    private static final int LONGEST = 64;

    private enum Kind {
        BOOL,
        INT,
        REAL,
        DATE,
        LOCAL_STAMP,
        STAMP
    }

    private final Set<Kind> possible = EnumSet.allOf(Kind.class);
    private boolean hasValues;
    private boolean hasNulls;

    void addNull() {
        hasNulls = true;
    }

    void add(String text) {
        hasValues = true;
        if (!possible.isEmpty()) {
            possible.removeIf(kind -> !is(kind, text));
        }
    }

    boolean hasNulls() {
        return hasNulls;
    }

    ValueType type() {
        if (!hasValues || possible.isEmpty()) {
            return new ValueType.Text();
        }
        return switch (possible.iterator().next()) {
            case BOOL -> new ValueType.Bool();
            case INT -> ValueType.Int.INT64;
            case REAL -> ValueType.Real.DOUBLE;
            case DATE -> new ValueType.Date();
            case LOCAL_STAMP -> ValueType.Timestamp.local(Precision.MICRO);
            case STAMP -> ValueType.Timestamp.utc(Precision.MICRO);
        };
    }

    /// The text as a value of a type that was found.
    ///
    /// @throws IllegalArgumentException where the text is of another type
    static Value value(ValueType type, String text) {
        return switch (type) {
            case ValueType.Bool _ when is(Kind.BOOL, text) ->
                    new Value.Bool(text.toLowerCase(Locale.ROOT).equals("true"));
            case ValueType.Int _ when is(Kind.INT, text) -> new Value.Int(Long.parseLong(text));
            case ValueType.Real _ when is(Kind.REAL, text) ->
                    new Value.Real(Double.parseDouble(text));
            case ValueType.Date _ when is(Kind.DATE, text) -> new Value.Date(LocalDate.parse(text));
            case ValueType.Timestamp stamp
                    when stamp.zone().isEmpty() && is(Kind.LOCAL_STAMP, text) ->
                    new Value.LocalTimestamp(LocalDateTime.parse(text.replace(' ', 'T')));
            case ValueType.Timestamp stamp when stamp.zone().isPresent() && is(Kind.STAMP, text) ->
                    new Value.Timestamp(OffsetDateTime.parse(text.replace(' ', 'T')).toInstant());
            case ValueType.Text _ -> new Value.Text(text);
            case ValueType other ->
                    throw new IllegalArgumentException(
                            "'%s' is no %s; read all rows for the types".formatted(text, other));
        };
    }

    private static boolean is(Kind kind, String text) {
        if (text.length() > LONGEST) {
            return false;
        }
        return switch (kind) {
            case BOOL ->
                    switch (text) {
                        case "true", "false", "True", "False", "TRUE", "FALSE" -> true;
                        default -> false;
                    };
            case INT -> INT.matcher(text).matches() && !text.equals("-0");
            case REAL -> REAL.matcher(text).matches() && Double.isFinite(Double.parseDouble(text));
            case DATE -> DATE.matcher(text).matches() && exists(text, false);
            case LOCAL_STAMP -> STAMP.matcher(text).matches() && exists(text, false);
            case STAMP -> STAMP.matcher(text).matches() && exists(text, true);
        };
    }

    // Microseconds are kept, and nothing is rounded.
    private static boolean exists(String text, boolean zoned) {
        try {
            if (text.length() == "2026-01-01".length()) {
                LocalDate.parse(text);
                return true;
            }
            String iso = text.replace(' ', 'T');
            LocalTime time =
                    zoned
                            ? OffsetDateTime.parse(iso).toLocalTime()
                            : LocalDateTime.parse(iso).toLocalTime();
            return time.toNanoOfDay() % Precision.MICRO.nanos() == 0;
        } catch (DateTimeException e) {
            return false;
        }
    }
}

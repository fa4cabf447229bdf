package dev.talaria.pipeline.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A moment as it is typed: `2026-11-29`, `2026-11-29T08:00:00Z`, or `90m` for so long ago.
final class TimeArgument {

    static final String FORMS =
            "2026-11-29, 2026-11-29T08:00:00Z, or 30s, 90m, 2h, 7d for so long ago";

    private static final Pattern AGO = Pattern.compile("(\\d{1,9})([smhd])");

    private TimeArgument() {}

    /// @throws IllegalArgumentException where it is none
    static Instant parse(String text, Instant now) {
        Matcher ago = AGO.matcher(text);
        if (ago.matches()) {
            return now.minus(length(Long.parseLong(ago.group(1)), ago.group(2)));
        }
        return tried(text, each -> OffsetDateTime.parse(each).toInstant())
                .or(() ->
                        tried(
                                text,
                                each ->
                                        LocalDate.parse(each)
                                                .atStartOfDay(ZoneOffset.UTC)
                                                .toInstant()))
                .orElseThrow(() ->
                        new IllegalArgumentException("'" + text + "' is no time; write " + FORMS));
    }

    private static Duration length(long count, String unit) {
        return switch (unit) {
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }

    private static Optional<Instant> tried(String text, Function<String, Instant> form) {
        try {
            return Optional.of(form.apply(text));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}

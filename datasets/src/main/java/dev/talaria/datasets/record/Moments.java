package dev.talaria.datasets.record;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/// Points in time as files count them: units since 1970.
public final class Moments {

    private Moments() {}

    /// The instant so many units after the epoch.
    ///
    /// @throws DateTimeException beyond the years that instants have
    public static Instant instant(long count, Precision unit) {
        long perSecond = unit.perSecond();
        return Instant.ofEpochSecond(
                Math.floorDiv(count, perSecond), Math.floorMod(count, perSecond) * unit.nanos());
    }

    /// The date and time so many units after that of the epoch.
    ///
    /// @throws DateTimeException beyond the years that dates have
    public static LocalDateTime local(long count, Precision unit) {
        long perSecond = unit.perSecond();
        return LocalDateTime.ofEpochSecond(
                Math.floorDiv(count, perSecond),
                (int) (Math.floorMod(count, perSecond) * unit.nanos()),
                ZoneOffset.UTC);
    }

    /// Units from the epoch to the instant, rounded down.
    ///
    /// @throws ArithmeticException where a long does not hold them
    public static long count(Instant instant, Precision unit) {
        return Math.addExact(
                Math.multiplyExact(instant.getEpochSecond(), unit.perSecond()),
                instant.getNano() / unit.nanos());
    }

    /// Units from the epoch to the date and time, rounded down.
    ///
    /// @throws ArithmeticException where a long does not hold them
    public static long count(LocalDateTime local, Precision unit) {
        return count(local.toInstant(ZoneOffset.UTC), unit);
    }

    /// Units of a duration, rounded towards the past.
    ///
    /// @throws ArithmeticException where a long does not hold them
    public static long count(java.time.Duration span, Precision unit) {
        return Math.addExact(
                Math.multiplyExact(span.getSeconds(), unit.perSecond()),
                span.getNano() / unit.nanos());
    }

    /// So many units.
    public static java.time.Duration span(long count, Precision unit) {
        long perSecond = unit.perSecond();
        return java.time.Duration.ofSeconds(
                Math.floorDiv(count, perSecond), Math.floorMod(count, perSecond) * unit.nanos());
    }
}

package dev.talaria.datasets.arrow;

import dev.talaria.datasets.arrow.ArrowField.FixedReader;
import dev.talaria.datasets.record.Moments;
import dev.talaria.datasets.record.Precision;
import dev.talaria.datasets.record.Value;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;

/// Values of a fixed width, all little-endian and aligned to nothing.
final class FixedReaders {

    static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private FixedReaders() {}

    /// A whole number of so many bytes; one of 8 keeps its bits.
    static long whole(MemorySegment data, long index, int bytes, boolean signed) {
        return switch (bytes) {
            case 1 -> {
                byte one = data.get(ValueLayout.JAVA_BYTE, index);
                yield signed ? one : one & 0xFF;
            }
            case 2 -> {
                short two = data.get(SHORT, index * 2);
                yield signed ? two : two & 0xFFFF;
            }
            case 4 -> {
                int four = data.get(INT, index * 4);
                yield signed ? four : four & 0xFFFF_FFFFL;
            }
            default -> data.get(LONG, index * 8);
        };
    }

    static FixedReader integer(int bytes, boolean signed) {
        return (data, index) -> new Value.Int(whole(data, index, bytes, signed));
    }

    static FixedReader real(int bits) {
        return switch (bits) {
            case 16 ->
                    (data, index) ->
                            new Value.Real(Float.float16ToFloat(data.get(SHORT, index * 2)));
            case 32 ->
                    (data, index) -> new Value.Real(Float.intBitsToFloat(data.get(INT, index * 4)));
            default ->
                    (data, index) ->
                            new Value.Real(Double.longBitsToDouble(data.get(LONG, index * 8)));
        };
    }

    static FixedReader decimal(int bytes, int scale) {
        return (data, index) -> {
            byte[] big = new byte[bytes];
            for (int i = 0; i < bytes; i++) {
                big[bytes - 1 - i] = data.get(ValueLayout.JAVA_BYTE, index * bytes + i);
            }
            return new Value.Decimal(new BigDecimal(new BigInteger(big), scale));
        };
    }

    static FixedReader bytes(int width) {
        return (data, index) ->
                new Value.Binary(data.asSlice(index * width, width).toArray(ValueLayout.JAVA_BYTE));
    }

    static FixedReader days() {
        return (data, index) -> new Value.Date(LocalDate.ofEpochDay(data.get(INT, index * 4)));
    }

    /// Dates as milliseconds.
    static FixedReader millisOfDays() {
        return (data, index) ->
                new Value.Date(
                        LocalDate.ofInstant(
                                Instant.ofEpochMilli(data.get(LONG, index * 8)), ZoneOffset.UTC));
    }

    static FixedReader time(int bytes, Precision unit) {
        return (data, index) ->
                new Value.Time(
                        LocalTime.ofNanoOfDay(
                                Math.multiplyExact(whole(data, index, bytes, true), unit.nanos())));
    }

    static FixedReader stamp(Precision unit, boolean zoned) {
        return zoned
                ? (data, index) ->
                        new Value.Timestamp(Moments.instant(data.get(LONG, index * 8), unit))
                : (data, index) ->
                        new Value.LocalTimestamp(Moments.local(data.get(LONG, index * 8), unit));
    }

    static FixedReader span(Precision unit) {
        return (data, index) -> new Value.Span(Moments.span(data.get(LONG, index * 8), unit));
    }

    static FixedReader months() {
        return (data, index) -> new Value.Interval(data.get(INT, index * 4), 0, 0);
    }

    static FixedReader daysAndMillis() {
        return (data, index) ->
                new Value.Interval(
                        0,
                        data.get(INT, index * 8),
                        data.get(INT, index * 8 + 4) * Precision.MILLI.nanos());
    }

    static FixedReader monthsDaysAndNanos() {
        return (data, index) ->
                new Value.Interval(
                        data.get(INT, index * 16),
                        data.get(INT, index * 16 + 4),
                        data.get(LONG, index * 16 + 8));
    }
}

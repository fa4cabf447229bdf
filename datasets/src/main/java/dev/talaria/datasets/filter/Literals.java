package dev.talaria.datasets.filter;

import dev.talaria.datasets.record.Field;
import dev.talaria.datasets.record.Value;
import dev.talaria.datasets.record.ValueType;

import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.OptionalInt;

/// What stands beside a column: a value of the column's kind.
final class Literals {

    private Literals() {}

    /// The literal as a value that the column's can be compared with, or null where it is of
    /// another kind.
    static @Nullable Value fitting(Field column, Value literal) {
        return switch (column.type()) {
            case ValueType.Int _, ValueType.Real _, ValueType.Decimal _ ->
                    literal instanceof Value.Decimal ? literal : null;
            case ValueType.Bool _ -> literal instanceof Value.Bool ? literal : null;
            case ValueType.Text _, ValueType.Json _ ->
                    literal instanceof Value.Text ? literal : null;
            case ValueType.Date _, ValueType.Time _, ValueType.Timestamp _ ->
                    literal instanceof Value.Text(String text) ? moment(column, text) : null;
            case ValueType.Null _ -> literal;
            case ValueType.Binary _,
                    ValueType.FixedBinary _,
                    ValueType.Duration _,
                    ValueType.Interval _,
                    ValueType.ListOf _,
                    ValueType.MapOf _,
                    ValueType.Struct _ ->
                    null;
        };
    }

    /// What a column may be compared with, for messages.
    static String wanted(ValueType type) {
        return switch (type) {
            case ValueType.Int _, ValueType.Real _, ValueType.Decimal _ -> "a number";
            case ValueType.Bool _ -> "true or false";
            case ValueType.Text _, ValueType.Json _, ValueType.Null _ -> "a 'text'";
            case ValueType.Date _ -> "a date such as '2026-01-31'";
            case ValueType.Time _ -> "a time such as '13:45:00'";
            case ValueType.Timestamp(_, var zone) ->
                    zone.isPresent()
                            ? "a moment such as '2026-01-31T13:45:00Z'"
                            : "a moment such as '2026-01-31T13:45:00'";
            case ValueType.Binary _,
                    ValueType.FixedBinary _,
                    ValueType.Duration _,
                    ValueType.Interval _,
                    ValueType.ListOf _,
                    ValueType.MapOf _,
                    ValueType.Struct _ ->
                    "nothing but null (is null, is not null)";
        };
    }

    private static @Nullable Value moment(Field column, String text) {
        try {
            return switch (column.type()) {
                case ValueType.Date _ -> new Value.Date(LocalDate.parse(text));
                case ValueType.Time _ -> new Value.Time(LocalTime.parse(text));
                case ValueType.Timestamp(_, var zone) ->
                        zone.isPresent()
                                ? new Value.Timestamp(Instant.parse(text))
                                : new Value.LocalTimestamp(LocalDateTime.parse(text));
                default -> null;
            };
        } catch (DateTimeException _) {
            return null;
        }
    }

    /// How a value lies to a literal that fits its column; empty for null and what is no number.
    static OptionalInt compare(Value cell, Value literal) {
        return switch (literal) {
            case Value.Decimal(BigDecimal number) -> number(cell, number);
            case Value.Text(String text) -> text(cell, text);
            case Value.Bool(boolean flag) when cell instanceof Value.Bool(boolean one) ->
                    OptionalInt.of(Boolean.compare(one, flag));
            case Value.Date(LocalDate date) when cell instanceof Value.Date(LocalDate one) ->
                    OptionalInt.of(one.compareTo(date));
            case Value.Time(LocalTime time) when cell instanceof Value.Time(LocalTime one) ->
                    OptionalInt.of(one.compareTo(time));
            case Value.Timestamp(Instant then) when cell instanceof Value.Timestamp(Instant one) ->
                    OptionalInt.of(one.compareTo(then));
            case Value.LocalTimestamp(LocalDateTime then)
                    when cell instanceof Value.LocalTimestamp(LocalDateTime one) ->
                    OptionalInt.of(one.compareTo(then));
            default -> OptionalInt.empty();
        };
    }

    // A float is compared as the float that the literal is nearest to: 0.1 is 0.1.
    private static OptionalInt number(Value cell, BigDecimal literal) {
        return switch (cell) {
            case Value.Int(long whole) ->
                    OptionalInt.of(BigDecimal.valueOf(whole).compareTo(literal));
            case Value.Decimal(BigDecimal number) -> OptionalInt.of(number.compareTo(literal));
            case Value.Real(double real) when !Double.isNaN(real) ->
                    OptionalInt.of(Double.compare(real + 0.0, literal.doubleValue() + 0.0));
            default -> OptionalInt.empty();
        };
    }

    private static OptionalInt text(Value cell, String literal) {
        return switch (cell) {
            case Value.Text(String text) -> OptionalInt.of(text.compareTo(literal));
            case Value.Json(String text) -> OptionalInt.of(text.compareTo(literal));
            default -> OptionalInt.empty();
        };
    }
}

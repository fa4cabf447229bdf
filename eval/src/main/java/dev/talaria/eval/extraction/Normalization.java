package dev.talaria.eval.extraction;

import tools.jackson.databind.JsonNode;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// How values are read that more than one reading is possible of. Safe for use by many threads.
public final class Normalization {

    private static final Set<String> YES = Set.of("true", "yes", "y");
    private static final Set<String> NO = Set.of("false", "no", "n");

    private final DateOrder order;
    private final DecimalMark mark;
    private final DateText dates;
    private final AmountText amounts;

    public Normalization(DateOrder order, DecimalMark mark) {
        this.order = order;
        this.mark = mark;
        this.dates = new DateText(order);
        this.amounts = new AmountText(mark);
    }

    /// Day before month, point before the fraction.
    public static Normalization usual() {
        return new Normalization(DateOrder.DMY, DecimalMark.POINT);
    }

    /// What a value means as one of a type; as plain text where it is none.
    ///
    /// @param value a string, a number or a boolean
    public Reading read(FieldType type, JsonNode value) {
        Optional<? extends Reading> reading =
                switch (type) {
                    case TEXT -> Optional.<Reading>empty();
                    case AMOUNT -> amount(value);
                    case DATE -> date(value);
                    case BOOLEAN -> truth(value);
                };
        return reading.isPresent() ? reading.get() : new Reading.Words(PlainText.of(text(value)));
    }

    /// The amount that a string or number spells.
    Optional<Reading.Amount> amount(JsonNode value) {
        return value.isNumber()
                ? Optional.of(new Reading.Amount(value.decimalValue(), Set.of()))
                : value.isString() ? amounts.read(value.stringValue()) : Optional.empty();
    }

    /// The day that a string spells, or a number such as 20180131.
    Optional<Reading.Day> date(JsonNode value) {
        return dates.read(text(value)).map(Reading.Day::new);
    }

    private static Optional<Reading.Truth> truth(JsonNode value) {
        String word = PlainText.of(text(value));
        if (YES.contains(word) || NO.contains(word)) {
            return Optional.of(new Reading.Truth(YES.contains(word)));
        }
        return Optional.empty();
    }

    private static String text(JsonNode value) {
        return value.isString()
                ? value.stringValue()
                : value.isBigDecimal() ? value.decimalValue().toPlainString() : value.toString();
    }

    /// What a report says of the choices.
    @Override
    public String toString() {
        return "dates %s, decimal %s".formatted(order, mark).toLowerCase(Locale.ROOT);
    }
}

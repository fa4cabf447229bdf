package dev.talaria.eval.extraction;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Collections;
import java.util.Set;

/// What a spelling of a value means.
public sealed interface Reading {

    /// A text in its normal form.
    record Words(String text) implements Reading {}

    /// @param currencies ISO codes that the spelling may stand for; empty where it names none
    record Amount(BigDecimal number, Set<String> currencies) implements Reading {
        public Amount {
            currencies = Set.copyOf(currencies);
        }
    }

    record Day(LocalDate date) implements Reading {}

    record Truth(boolean value) implements Reading {}

    /// Whether both mean the same. Not transitive: an amount without a currency is that of any.
    default boolean isSameAs(Reading other) {
        return switch (this) {
            case Amount(BigDecimal number, Set<String> currencies) ->
                    other instanceof Amount amount
                            && number.compareTo(amount.number) == 0
                            && (currencies.isEmpty()
                                    || amount.currencies.isEmpty()
                                    || !Collections.disjoint(currencies, amount.currencies));
            case Words words -> words.equals(other);
            case Day day -> day.equals(other);
            case Truth truth -> truth.equals(other);
        };
    }
}

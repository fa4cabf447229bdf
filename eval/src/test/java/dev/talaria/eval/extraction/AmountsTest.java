package dev.talaria.eval.extraction;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.math.BigDecimal;

/// Spellings of amounts that are one amount, and those that are another or none.
class AmountsTest {

    private static final AmountText POINT = new AmountText(DecimalMark.POINT);
    private static final AmountText COMMA = new AmountText(DecimalMark.COMMA);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1234.5",
                "1234.50",
                "1,234.50",
                "1.234,50",
                "1234,50",
                "1 234,50",
                "1\u00a0234,50",
                "1\u202f234.50",
                "1'234.50",
                "1’234.50",
                "$1,234.50",
                "$ 1,234.50",
                "US$1,234.50",
                "1.234,50 €",
                "EUR 1.234,50",
                "1,234.50 EUR",
                "€1,234.50 EUR",
                "RM 1,234.50",
                "RM1,234.50",
                "Rs.1,234.50",
                "1 234,50 zł",
                "1 234,50 kr.",
                "CHF 1'234.50",
                "+1,234.50",
                "１，２３４．５０",
            })
    void oneAmountHasManySpellings(String text) {
        assertThat(POINT.read(text)).isPresent();
        assertThat(POINT.read(text).orElseThrow().number())
                .isEqualByComparingTo(new BigDecimal("1234.5"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-5.00 | -5",
                "−5.00 | -5",
                "5.00- | -5",
                "(5.00) | -5",
                "-$5.00 | -5",
                "$-5.00 | -5",
                "($5.00) | -5",
                "0.50 | 0.5",
                ".50 | 0.5",
                ",50 | 0.5",
                "49,- | 49",
                "49.– | 49",
                "12,34,567.89 | 1234567.89",
                "1,234,567 | 1234567",
                "1.234.567 | 1234567",
                "1.234.567,89 | 1234567.89",
                "007 | 7",
            })
    void signsFractionsAndGroupsAreRead(String text, BigDecimal number) {
        assertThat(POINT.read(text).orElseThrow().number()).isEqualByComparingTo(number);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1.234 | 1.234 | 1234",
                "1,234 | 1234 | 1.234",
                "0,123 | 0.123 | 0.123",
                "1234,567 | 1234.567 | 1234.567",
                "1,23 | 1.23 | 1.23",
                "1.23 | 1.23 | 1.23",
            })
    void aSingleMarkBeforeThreeDigitsIsReadAsTheOptionSays(
            String text, BigDecimal withPoint, BigDecimal withComma) {
        assertThat(POINT.read(text).orElseThrow().number()).isEqualByComparingTo(withPoint);
        assertThat(COMMA.read(text).orElseThrow().number()).isEqualByComparingTo(withComma);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "free",
                "12.05.2018",
                "1,23,4",
                "1 23",
                "020 7604101",
                "07-355 2616",
                "INV-20417",
                "5 apples",
                "12 %",
                "1.2.3",
                "1,2345,678",
                "--5",
                "(-5)",
                "$5 €",
                "1e5",
                "1,234.567.8",
            })
    void whatIsNoAmountIsNone(String text) {
        assertThat(POINT.read(text)).isEmpty();
    }

    @Test
    void currenciesDifferOnlyWhereBothAreNamed() {
        assertThat(same("$8.20", "8.20")).isTrue();
        assertThat(same("$8.20", "8.20 USD")).isTrue();
        assertThat(same("$8.20", "SGD 8.20")).isTrue();
        assertThat(same("8.20 kr", "NOK 8.20")).isTrue();
        assertThat(same("$8.20", "€8.20")).isFalse();
        assertThat(same("RM 8.20", "MYR 8.20")).isTrue();
        assertThat(same("RM 8.20", "$8.20")).isFalse();
        assertThat(same("8.20", "8.21")).isFalse();
        assertThat(same("8.20", "-8.20")).isFalse();
    }

    private static boolean same(String one, String other) {
        return POINT.read(one).orElseThrow().isSameAs(POINT.read(other).orElseThrow());
    }
}

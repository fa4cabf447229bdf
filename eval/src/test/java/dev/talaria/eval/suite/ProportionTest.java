package dev.talaria.eval.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProportionTest {

    // Worked out in Python from the formula for z = 1.959963984540054.
    @ParameterizedTest
    @CsvSource({
        "8, 10, 0.490162, 0.943318",
        "0, 10, 0, 0.277533",
        "10, 10, 0.722467, 1",
        "1, 1, 0.206549, 1",
        "91, 100, 0.837738, 0.951927",
        "500, 1000, 0.469070, 0.530930",
    })
    void theIntervalIsWilsons(long passed, long n, double low, double high) {
        Proportion proportion = new Proportion(passed, n);
        assertThat(proportion.low()).isCloseTo(low, within(1e-6));
        assertThat(proportion.high()).isCloseTo(high, within(1e-6));
        assertThat(proportion.value()).isBetween(proportion.low(), proportion.high());
    }

    @Test
    void ofNothingNothingIsKnown() {
        Proportion nothing = new Proportion(0, 0);
        assertThat(nothing.value()).isZero();
        assertThat(nothing.low()).isZero();
        assertThat(nothing.high()).isEqualTo(1);
        assertThatThrownBy(() -> new Proportion(2, 1)).isInstanceOf(IllegalArgumentException.class);
    }
}

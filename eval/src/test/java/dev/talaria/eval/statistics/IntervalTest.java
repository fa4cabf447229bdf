package dev.talaria.eval.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Figures against published ones, and what must hold of any.
class IntervalTest {

    /// Newcombe 1998 (Statistics in Medicine 17, 857–872), table I: 81 of 263 is 0.2553 to 0.3662.
    @Test
    void wilsonsIntervalIsThePublishedOne() {
        Interval interval = Interval.wilson(81 / 263.0, 263);

        assertThat(interval.low()).isCloseTo(0.2553, within(5e-5));
        assertThat(interval.high()).isCloseTo(0.3662, within(5e-5));
    }

    @Test
    void aShareOfNothingOrAllEndsWhereItStands() {
        assertThat(Interval.wilson(0, 20).low()).isZero();
        assertThat(Interval.wilson(0, 20).high()).isCloseTo(0.1611, within(5e-5));
        assertThat(Interval.wilson(1, 20).high()).isEqualTo(1);
        assertThat(Interval.wilson(1, 20).low()).isCloseTo(0.8389, within(5e-5));
    }

    @Test
    void noTrialHasNoInterval() {
        assertThatThrownBy(() -> Interval.wilson(0.5, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Accuracy.of(List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void seedsThatAgreeMakeNoNarrowerInterval() {
        List<Tally> once = new ArrayList<>(Collections.nCopies(30, new Tally(1, 1)));
        once.addAll(Collections.nCopies(20, new Tally(0, 1)));
        List<Tally> fiveTimes = once.stream().map(each -> new Tally(5 * each.passed(), 5)).toList();

        assertThat(Accuracy.of(fiveTimes).interval()).isEqualTo(Accuracy.of(once).interval());
        assertThat(Accuracy.of(fiveTimes).trials()).isEqualTo(250);
    }

    @Test
    void seedsThatDisagreeMakeANarrowerInterval() {
        List<Tally> tallies = Collections.nCopies(50, new Tally(3, 6));
        List<Tally> uneven = new ArrayList<>(tallies);
        uneven.set(0, new Tally(2, 6));
        uneven.set(1, new Tally(4, 6));

        Interval interval = Accuracy.of(uneven).interval();

        assertThat(interval).isEqualTo(Interval.wilson(0.5, 300));
        assertThat(interval.high() - interval.low())
                .isLessThan(
                        0.7 * (Interval.wilson(0.5, 50).high() - Interval.wilson(0.5, 50).low()));
    }
}

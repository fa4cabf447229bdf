package dev.talaria.eval.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// The tests of paired outcomes against published figures and sums done by hand.
class PairedDifferenceTest {

    /// Newcombe 1998 (Statistics in Medicine 17, 2635–2650), table III: 36, 12, 2, 0, method 10.
    @Test
    void newcombesIntervalIsThePublishedOne() {
        Interval interval = PairedDifference.newcombe(36, 12, 2, 0);

        assertThat(interval.low()).isCloseTo(0.0569, within(5e-5));
        assertThat(interval.high()).isCloseTo(0.3404, within(5e-5));
    }

    @Test
    void theIntervalOfSidesThatAreTheSameIsAroundNothing() {
        Interval interval = PairedDifference.newcombe(30, 0, 0, 20);

        assertThat(interval.contains(0)).isTrue();
        assertThat(interval.high()).isPositive().isLessThan(0.1);
        assertThat(interval.low()).isCloseTo(-interval.high(), within(1e-12));
    }

    /// 2 · (1 + 10 + 45) / 2¹⁰.
    @Test
    void mcNemarsTestIsTheBinomialSum() {
        assertThat(PairedDifference.mcNemar(8, 2)).isCloseTo(112 / 1024.0, within(1e-12));
        assertThat(PairedDifference.mcNemar(2, 8)).isCloseTo(112 / 1024.0, within(1e-12));
        assertThat(PairedDifference.mcNemar(5, 5)).isEqualTo(1);
        assertThat(PairedDifference.mcNemar(0, 0)).isEqualTo(1);
        assertThat(PairedDifference.mcNemar(0, 6)).isCloseTo(2 / 64.0, within(1e-12));
    }

    @Test
    void manyChangesDoNotLoseTheSum() {
        assertThat(PairedDifference.mcNemar(5_000, 5_000)).isEqualTo(1);
        assertThat(PairedDifference.mcNemar(5_200, 4_800)).isBetween(1e-5, 1e-4);
    }

    @Test
    void oneTrialOfEachRowIsComparedExactly() {
        List<PairedDifference.Pair> pairs = new ArrayList<>();
        pairs.addAll(pairs(36, 1, 1));
        pairs.addAll(pairs(12, 0, 1));
        pairs.addAll(pairs(2, 1, 0));

        PairedDifference difference = PairedDifference.of(pairs);

        assertThat(difference.method()).isEqualTo(PairedDifference.Method.EXACT);
        assertThat(difference.difference()).isCloseTo(0.2, within(1e-12));
        assertThat(difference.gained()).isEqualTo(12);
        assertThat(difference.lost()).isEqualTo(2);
        assertThat(difference.p()).isCloseTo(2 * 106 / 16384.0, within(1e-12));
    }

    @Test
    void severalTrialsAreResampledByRow() {
        List<PairedDifference.Pair> pairs = new ArrayList<>();
        pairs.addAll(of(40, new Tally(1, 3), new Tally(2, 3)));
        pairs.addAll(of(10, new Tally(2, 3), new Tally(2, 3)));

        PairedDifference difference = PairedDifference.of(pairs);

        assertThat(difference.method()).isEqualTo(PairedDifference.Method.RESAMPLED);
        assertThat(difference.difference()).isCloseTo(40 / 150.0, within(1e-12));
        assertThat(difference.interval().low()).isBetween(0.2, 0.26);
        assertThat(difference.interval().high()).isBetween(0.27, 0.33);
        assertThat(difference.p()).isEqualTo(1 / 20_001.0);
        assertThat(PairedDifference.of(pairs)).isEqualTo(difference);
    }

    @Test
    void severalTrialsThatAreTheSameShowNoDifference() {
        PairedDifference difference = PairedDifference.of(of(20, new Tally(1, 2), new Tally(2, 4)));

        assertThat(difference.p()).isEqualTo(1);
        assertThat(difference.interval()).isEqualTo(new Interval(0, 0));
    }

    @Test
    void noPairHasNoDifference() {
        assertThatThrownBy(() -> PairedDifference.of(List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static List<PairedDifference.Pair> pairs(int rows, int first, int second) {
        return of(rows, new Tally(first, 1), new Tally(second, 1));
    }

    private static List<PairedDifference.Pair> of(int rows, Tally first, Tally second) {
        return Collections.nCopies(rows, new PairedDifference.Pair(first, second));
    }
}

package dev.talaria.eval.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// Bins with round ends that lose no value.
class HistogramTest {

    @Test
    void everyValueIsInABin() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 200; i++) {
            double scale = Math.pow(10, random.nextInt(-3, 6));
            double[] values =
                    random.doubles(random.nextInt(1, 400)).map(each -> each * scale).toArray();

            Histogram histogram = Histogram.of(List.of(values));

            assertThat(Arrays.stream(histogram.counts().getFirst()).sum())
                    .as("seed %d", seed)
                    .isEqualTo(values.length);
            assertThat(histogram.bins()).as("seed %d", seed).isLessThanOrEqualTo(27);
        }
    }

    @Test
    void equalValuesAreOneBin() {
        Histogram histogram = Histogram.of(List.of(new double[] {5, 5, 5}));

        assertThat(histogram.counts().getFirst()).containsExactly(3);
        assertThat(histogram.edge(0)).isEqualTo(5);
    }

    @Test
    void oneLargeValueDoesNotFlattenTheOthers() {
        double[] values = new double[1_000];
        Arrays.setAll(values, i -> i % 100);
        values[0] = 1e9;

        Histogram histogram = Histogram.of(List.of(values));

        assertThat(histogram.isOpen()).isTrue();
        assertThat(histogram.width()).isEqualTo(5);
    }

    @Test
    void groupsShareTheirBins() {
        Histogram histogram = Histogram.of(List.of(new double[] {0, 10}, new double[] {20}));

        assertThat(histogram.counts().get(0)).hasSameSizeAs(histogram.counts().get(1));
    }
}

package dev.talaria.inference.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

import java.util.SplittableRandom;

class StepCostTest {

    private final StepCost cost = new StepCost();

    private void hear(int steps, int fewest, int most, double read, double row, double noise) {
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < steps; i++) {
            int rows = fewest + i % (most - fewest + 1);
            double nanos = (read + row * rows) * (1 + noise * (2 * random.nextDouble() - 1));
            cost.hear(rows, (long) nanos);
        }
    }

    @Test
    void theReadIsWhatStepsTakeBesideTheirRows() {
        hear(60, 1, 9, 200e6, 40e6, 0);
        assertThat(cost.rowsPerRead()).isCloseTo(5, within(0.01));
        assertThat(cost.rowsSaved(1)).isCloseTo(6, within(0.01));
        assertThat(cost.rowsSaved(10)).isCloseTo(1.5, within(0.01));
    }

    @Test
    void itIsMuchTheSameOnAMachineThatIsNotQuiet() {
        hear(300, 1, 9, 200e6, 40e6, 0.15);
        assertThat(cost.rowsPerRead()).isBetween(2.5, 10.0);
    }

    @Test
    void aFewStepsAndStepsOfOneSizeSayNothing() {
        hear(5, 1, 5, 1e6, 1e6, 0);
        double atFirst = cost.rowsPerRead();
        assertThat(atFirst).isGreaterThan(1);
        hear(200, 3, 3, 1e6, 1e6, 0);
        assertThat(cost.rowsPerRead()).isEqualTo(atFirst);
    }

    @Test
    void rowsThatCostNothingAreWorthAGuessAndReadsThatCostNothingAreNot() {
        hear(60, 1, 9, 100e6, 0, 0);
        assertThat(cost.rowsPerRead()).isEqualTo(StepPlan.VERIFIED_ROWS);
        hear(2_000, 1, 9, 0, 10e6, 0);
        assertThat(cost.rowsPerRead()).isCloseTo(0, within(0.01));
        assertThat(cost.rowsSaved(4)).isCloseTo(1, within(0.01));
    }

    @Test
    void whatWasLongAgoDoesNotCount() {
        hear(500, 1, 9, 200e6, 40e6, 0);
        hear(500, 1, 9, 40e6, 40e6, 0);
        assertThat(cost.rowsPerRead()).isCloseTo(1, within(0.05));
    }
}

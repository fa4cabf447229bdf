package dev.talaria.inference.kernel;

import static dev.talaria.inference.kernel.WeightReading.ASKED_FOR;
import static dev.talaria.inference.kernel.WeightReading.OF_ONE_ROW;
import static dev.talaria.inference.kernel.WeightReading.SIDE_BY_SIDE;
import static dev.talaria.inference.kernel.WeightReading.UNASKED;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

class ReadingTrialTest {

    private static final long PART_BYTES = ReadingTrial.TURN_BYTES / 4;

    private final ReadingTrial trial = new ReadingTrial();

    /// Reads a turn, in four parts, as the trial wants it.
    private void turn(WeightReading fast, long nanos, long nanosOfOthers) {
        WeightReading reading = trial.reading();
        for (int part = 0; part < 4; part++) {
            assertThat(trial.isOver()).isFalse();
            assertThat(trial.reading()).isEqualTo(reading);
            trial.add(reading, PART_BYTES, reading == fast ? nanos : nanosOfOthers);
        }
    }

    private void round(WeightReading fast, long nanos, long nanosOfOthers) {
        for (int i = 0; i < OF_ONE_ROW.size(); i++) {
            turn(fast, nanos, nanosOfOthers);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = WeightReading.class,
            names = {"SIDE_BY_SIDE", "ASKED_FOR", "UNASKED"})
    void whatWasFastestInMostRoundsStays(WeightReading fastest) {
        for (int i = 0; i < ReadingTrial.ROUNDS; i++) {
            // Few rounds may be far worse than all others: something else used the memory.
            boolean isDisturbed = i < ReadingTrial.ROUNDS / 2;
            round(fastest, isDisturbed ? 100_000 : 100, 110);
        }
        assertThat(trial.isOver()).isTrue();
        assertThat(trial.reading()).isEqualTo(fastest);
    }

    @Test
    void whatWinsMoreRoundsThanAnyOtherStaysThoughNotMost() {
        for (int i = 0; i < ReadingTrial.ROUNDS; i++) {
            round(OF_ONE_ROW.get(i % 7 < 3 ? 2 : i % 7 < 5 ? 0 : 1), 100, 110);
        }
        assertThat(trial.reading()).isEqualTo(UNASKED);
    }

    @Test
    void readingsTakeTurnsUntilTheChoiceIsMade() {
        int readings = OF_ONE_ROW.size();
        for (int turn = 0; turn < readings * ReadingTrial.ROUNDS; turn++) {
            assertThat(trial.isOver()).isFalse();
            assertThat(trial.reading()).isEqualTo(OF_ONE_ROW.get(turn % readings));
            turn(UNASKED, 100, 100);
        }
        assertThat(trial.isOver()).isTrue();
    }

    @Test
    void whatBelongsToAnotherTurnDoesNotCount() {
        for (int i = 0; i < ReadingTrial.ROUNDS; i++) {
            trial.add(UNASKED, 100 * PART_BYTES, 1);
            turn(SIDE_BY_SIDE, 100, 200);
            trial.add(SIDE_BY_SIDE, 100 * PART_BYTES, 1_000_000_000_000L);
            turn(SIDE_BY_SIDE, 100, 200);
            trial.add(ASKED_FOR, 100 * PART_BYTES, 1);
            turn(SIDE_BY_SIDE, 100, 200);
        }
        assertThat(trial.isOver()).isTrue();
        assertThat(trial.reading()).isEqualTo(SIDE_BY_SIDE);
    }

    @Test
    void partsOfDifferentSizeCountByTheirBytes() {
        long seed = System.nanoTime();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        while (!trial.isOver()) {
            WeightReading reading = trial.reading();
            long bytes = random.nextLong(1, 2 * ReadingTrial.TURN_BYTES);
            trial.add(reading, bytes, reading == ASKED_FOR ? 2 * bytes : 3 * bytes);
        }
        assertThat(trial.reading()).as("seed " + seed).isEqualTo(ASKED_FOR);
    }

    @Test
    void aChoiceThatIsMadeStays() {
        whatWasFastestInMostRoundsStays(ASKED_FOR);
        for (int i = 0; i < 1_000; i++) {
            trial.add(ASKED_FOR, ReadingTrial.TURN_BYTES, 1_000_000_000_000L);
            trial.add(UNASKED, ReadingTrial.TURN_BYTES, 1);
        }
        assertThat(trial.reading()).isEqualTo(ASKED_FOR);
    }
}

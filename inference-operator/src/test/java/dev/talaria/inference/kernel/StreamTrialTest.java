package dev.talaria.inference.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

class StreamTrialTest {

    private static final long PART_BYTES = StreamTrial.TURN_BYTES / 4;

    private final StreamTrial trial = new StreamTrial();

    /// Reads a turn, in four parts, as the trial wants it.
    private void turn(long nanosSideBySide, long nanosInOne) {
        boolean areSideBySide = trial.areSideBySide();
        for (int part = 0; part < 4; part++) {
            assertThat(trial.isOver()).isFalse();
            assertThat(trial.areSideBySide()).isEqualTo(areSideBySide);
            trial.add(areSideBySide, PART_BYTES, areSideBySide ? nanosSideBySide : nanosInOne);
        }
    }

    @Test
    void whatWasFasterInMostRoundsStays() {
        for (int round = 0; round < StreamTrial.ROUNDS; round++) {
            // Few rounds may be far worse than all others: something else used the memory.
            boolean isDisturbed = round < StreamTrial.ROUNDS / 2;
            turn(110, isDisturbed ? 100_000 : 100);
            turn(110, isDisturbed ? 100_000 : 100);
        }
        assertThat(trial.isOver()).isTrue();
        assertThat(trial.areSideBySide()).isFalse();
    }

    @Test
    void severalStreamsStayWhereTheyAreFaster() {
        for (int turn = 0; turn < 2 * StreamTrial.ROUNDS; turn++) {
            turn(100, 101);
        }
        assertThat(trial.isOver()).isTrue();
        assertThat(trial.areSideBySide()).isTrue();
    }

    @Test
    void streamsTakeTurnsUntilTheChoiceIsMade() {
        for (int turn = 0; turn < 2 * StreamTrial.ROUNDS; turn++) {
            assertThat(trial.isOver()).isFalse();
            assertThat(trial.areSideBySide()).isEqualTo(turn % 2 == 0);
            turn(100, 100);
        }
        assertThat(trial.isOver()).isTrue();
    }

    @Test
    void whatBelongsToAnotherTurnDoesNotCount() {
        for (int round = 0; round < StreamTrial.ROUNDS; round++) {
            trial.add(false, 100 * PART_BYTES, 1);
            turn(100, 200);
            trial.add(true, 100 * PART_BYTES, 1_000_000_000_000L);
            turn(100, 200);
        }
        assertThat(trial.areSideBySide()).isTrue();
    }

    @Test
    void partsOfDifferentSizeCountByTheirBytes() {
        long seed = System.nanoTime();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        while (!trial.isOver()) {
            boolean areSideBySide = trial.areSideBySide();
            long bytes = random.nextLong(1, 2 * StreamTrial.TURN_BYTES);
            trial.add(areSideBySide, bytes, areSideBySide ? 3 * bytes : 2 * bytes);
        }
        assertThat(trial.areSideBySide()).as("seed " + seed).isFalse();
    }

    @Test
    void aChoiceThatIsMadeStays() {
        severalStreamsStayWhereTheyAreFaster();
        for (int i = 0; i < 1_000; i++) {
            trial.add(true, StreamTrial.TURN_BYTES, 1_000_000_000_000L);
            trial.add(false, StreamTrial.TURN_BYTES, 1);
        }
        assertThat(trial.areSideBySide()).isTrue();
    }
}

package dev.talaria.inference.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.SplittableRandom;

class RotaryTableTest {

    private static final int HEADS = 3;

    @ParameterizedTest
    @CsvSource({
        "2, 2, 10000",
        "8, 8, 10000",
        "64, 64, 10000",
        "80, 80, 1000000",
        "128, 128, 500000",
        "64, 32, 10000"
    })
    void neighboursTurnByTheAngleOfTheFormula(int headWidth, int rotaryWidth, double base) {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        RotaryTable table = new RotaryTable(2048, rotaryWidth, base, RotaryScaling.none());
        for (int position : new int[] {0, 1, 2, 31, 1000, 2047}) {
            float[] x = new float[5 + HEADS * headWidth + 5];
            for (int i = 0; i < x.length; i++) {
                x[i] = (float) random.nextDouble(-1, 1);
            }
            float[] rotated = x.clone();

            table.rotate(rotated, 5, HEADS, headWidth, position);

            for (int i = 0; i < x.length; i++) {
                assertThat((double) rotated[i])
                        .as("%d at position %d, seed %d", i, position, seed)
                        .isCloseTo(
                                expected(x, i, headWidth, rotaryWidth, base, position),
                                within(2e-7));
            }
        }
    }

    private static double expected(
            float[] x, int i, int headWidth, int rotaryWidth, double base, int position) {
        int within = (i - 5 + headWidth) % headWidth;
        if (i < 5 || i >= 5 + HEADS * headWidth || within >= rotaryWidth) {
            return x[i];
        }
        int pair = within / 2;
        double angle = position * Math.pow(base, -2.0 * pair / rotaryWidth);
        return within % 2 == 0
                ? x[i] * Math.cos(angle) - x[i + 1] * Math.sin(angle)
                : x[i - 1] * Math.sin(angle) + x[i] * Math.cos(angle);
    }

    @Test
    void theFirstPositionIsNotTurnedAtAll() {
        float[] x = {1.5f, -2.25f, 3.125f, 0.1f};
        float[] rotated = x.clone();
        new RotaryTable(4, 4, 10_000, RotaryScaling.none()).rotate(rotated, 0, 1, 4, 0);
        assertThat(rotated).containsExactly(x);
    }

    @Test
    void scaledAnglesAndMagnitudeAreTheScalings() {
        RotaryScaling yarn = new RotaryScaling.Yarn(8, 64, 32, 1, true, 1, 1.25);
        double angle = 77 * yarn.frequencies(8, 10_000, 100)[2];
        float[] x = {0, 0, 0, 0, 1, 0, 0, 0};
        new RotaryTable(100, 8, 10_000, yarn).rotate(x, 0, 1, 8, 77);
        assertThat((double) x[4]).isCloseTo(1.25 * Math.cos(angle), within(1e-6));
        assertThat((double) x[5]).isCloseTo(1.25 * Math.sin(angle), within(1e-6));
    }
}

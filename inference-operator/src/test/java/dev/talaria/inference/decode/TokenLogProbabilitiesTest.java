package dev.talaria.inference.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.talaria.inference.decode.TokenLogProbabilities.Alternative;

import org.junit.jupiter.api.Test;

import java.util.SplittableRandom;

class TokenLogProbabilitiesTest {

    private static final float[] LOGITS = {
        99f, 0f, (float) Math.log(2), (float) Math.log(5), (float) Math.log(2), 77f
    };

    /// Of the four tokens from index 1: weights 1, 2, 5 and 2.
    private static TokenLogProbabilities of(int token, TokenMask mask, int count) {
        return TokenLogProbabilities.of(LOGITS, 1, 4, token, mask, count);
    }

    @Test
    void theyAreLogarithmsOfSharesOfTheWholeVocabulary() {
        for (int token = 0; token < 4; token++) {
            double weight = new double[] {1, 2, 5, 2}[token];
            assertThat(of(token, null, 0).chosen()).isCloseTo(Math.log(weight / 10), within(1e-6));
            assertThat(of(token, null, 0).alternatives()).isEmpty();
        }
    }

    @Test
    void alternativesAreTheMostProbableAndOfEqualsTheLower() {
        assertThat(of(0, null, 3).alternatives())
                .extracting(Alternative::token)
                .containsExactly(2, 1, 3);
        assertThat(of(0, null, 20).alternatives())
                .extracting(Alternative::token)
                .containsExactly(2, 1, 3, 0);
        assertThat(of(0, null, 1).alternatives().getFirst().logProbability())
                .isCloseTo(Math.log(0.5), within(1e-6));
    }

    @Test
    void whatTheMaskForbidsCountsButIsNoAlternative() {
        TokenMask mask = new TokenMask(6);
        mask.allow(0);
        mask.allow(3);
        mask.allow(5);
        TokenLogProbabilities told = of(3, mask, 5);
        assertThat(told.chosen()).isCloseTo(Math.log(0.2), within(1e-6));
        assertThat(told.alternatives()).extracting(Alternative::token).containsExactly(3, 0);
    }

    @Test
    void farLogitsNeitherOverflowNorVanish() {
        float[] far = {1e30f, -1e30f, Float.NEGATIVE_INFINITY, 1e30f};
        TokenLogProbabilities told = TokenLogProbabilities.of(far, 0, 4, 0, null, 4);
        assertThat(told.chosen()).isFinite().isLessThanOrEqualTo(0);
        assertThat(told.alternatives())
                .allSatisfy(each -> assertThat(each.logProbability()).isNotNaN());
    }

    @Test
    void allOfThemTogetherAreCertain() {
        SplittableRandom random = new SplittableRandom(3);
        float[] logits = new float[500];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) random.nextDouble(-30, 30);
        }
        double sum = 0;
        for (int token = 0; token < logits.length; token++) {
            sum += Math.exp(TokenLogProbabilities.of(logits, 0, 500, token, null, 0).chosen());
        }
        assertThat(sum).isCloseTo(1, within(1e-9));
    }
}

package dev.talaria.inference.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.talaria.inference.model.RotaryScaling.Divided;
import dev.talaria.inference.model.RotaryScaling.Dynamic;
import dev.talaria.inference.model.RotaryScaling.Linear;
import dev.talaria.inference.model.RotaryScaling.Llama3;
import dev.talaria.inference.model.RotaryScaling.Yarn;

import org.junit.jupiter.api.Test;

import java.util.List;

/// Angles and magnitudes against what transformers 5.18 computes for the same parameters, its
/// formulae run in float64; those of llama.cpp's additions against its formulae.
class RotaryScalingTest {

    private static final double BASE = 10_000;
    private static final int WIDTH = 16;

    @Test
    void linearScalingDividesEveryAngle() {
        assertFrequencies(
                new Linear(4).frequencies(WIDTH, BASE, 1),
                0.25,
                0.07905694150420949,
                0.025,
                0.007905694150420948,
                0.0025,
                0.0007905694150420947,
                0.00025,
                7.905694150420948e-05);
        assertThat(new Linear(4).magnitude()).isEqualTo(1);
    }

    @Test
    void dynamicScalingIsPlainUpToTheOriginalContext() {
        Dynamic dynamic = new Dynamic(2, 4096);
        double[] plain = RotaryScaling.none().frequencies(WIDTH, BASE, 1);
        assertThat(dynamic.frequencies(WIDTH, BASE, 100)).isEqualTo(plain);
        assertThat(dynamic.frequencies(WIDTH, BASE, 4096)).isEqualTo(plain);
    }

    @Test
    void dynamicScalingRaisesTheBaseForALongerContext() {
        assertFrequencies(
                new Dynamic(2, 4096).frequencies(WIDTH, BASE, 8000),
                1.0,
                0.2715248457691725,
                0.07372574186997291,
                0.020018370690462216,
                0.005435485014277875,
                0.0014758692301824485,
                0.0004007351651007567,
                0.00010880955389826682);
    }

    @Test
    void yarnMixesBetweenItsBounds() {
        Yarn yarn = new Yarn(16, 8192, 32, 1, true, 1, Yarn.magnitudeOf(16));
        assertFrequencies(
                yarn.frequencies(WIDTH, BASE, 1),
                1.0,
                0.31622776601683794,
                0.1,
                0.03162277660168379,
                0.00765625,
                0.0016799600069644512,
                0.000296875,
                1.976423537605237e-05);
        assertThat(yarn.magnitude()).isCloseTo(1.2772588722239782, within(1e-15));
    }

    @Test
    void yarnsBoundsNeedNotBeWholePairs() {
        assertFrequencies(
                new Yarn(16, 8192, 20, 2.5, false, 1, 1.25).frequencies(WIDTH, BASE, 1),
                1.0,
                0.31622776601683794,
                0.1,
                0.03162277660168379,
                0.008070998705829982,
                0.0009108896710275287,
                6.25e-05,
                1.976423537605237e-05);
    }

    @Test
    void yarnOnTheHeadsOfQwenAgreesAtEveryEighthPair() {
        double[] frequencies =
                new Yarn(4, 32_768, 32, 1, true, 1, 1).frequencies(128, 1_000_000, 1);
        assertThat(frequencies).hasSize(64);
        double[] expected = {
            1.0,
            0.17782794100389226,
            0.03162277660168379,
            0.005375321490790102,
            0.0006029411764705882,
            4.445698525097307e-05,
            7.905694150420949e-06,
            1.4058533129758728e-06
        };
        for (int i = 0; i < expected.length; i++) {
            assertThat(frequencies[8 * i]).isCloseTo(expected[i], within(1e-12 * expected[i]));
        }
        assertThat(frequencies[63]).isCloseTo(3.102344401879299e-07, within(1e-18));
    }

    @Test
    void llama3LeavesShortWavesAndDividesLongOnes() {
        assertFrequencies(
                new Llama3(8, 1, 4, 8192).frequencies(32, 500_000, 1),
                1.0,
                0.44036660267178046,
                0.19392274474868576,
                0.08539710028576561,
                0.03760603093086393,
                0.016560440080994446,
                0.0072926647372171085,
                0.0032114459947525913,
                0.0005248461609929547,
                7.78465527393245e-05,
                3.428102195952591e-05,
                1.509621717643313e-05,
                6.647869871181236e-06,
                2.9274998701761677e-06,
                1.2891731721515574e-06,
                5.677088100759837e-07);
    }

    @Test
    void divisorsActOnWhateverTheKeysAskFor() {
        List<Double> divisors = List.of(1.0, 1.0, 1.5, 2.0, 4.0, 8.0, 8.0, 8.0);
        Yarn half = new Yarn(16, 8192, 32, 1, true, 0.5, 1.1);
        Divided divided = new Divided(divisors, half);
        assertFrequencies(
                divided.frequencies(WIDTH, BASE, 1),
                0.53125,
                0.16799600069644516,
                0.035416666666666666,
                0.008399800034822257,
                0.00103515625,
                0.00011735014754531095,
                2.24609375e-05,
                2.4705294220065464e-06);
        assertThat(divided.magnitude()).isEqualTo(1.1);
    }

    @Test
    void numbersThatMakeNoSenseAreRefused() {
        for (double factor : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> new Linear(factor)).hasMessageContaining("factor " + factor);
        }
        assertThatThrownBy(() -> new Dynamic(2, 0)).hasMessageContaining("context");
        assertThatThrownBy(() -> new Llama3(8, 4, 4, 8192)).hasMessageContaining("not below");
        assertThatThrownBy(() -> new Yarn(2, 10, 0, 1, true, 1, 1)).hasMessageContaining("beta");
        assertThatThrownBy(() -> new Yarn(2, 10, 32, 1, true, 2, 1)).hasMessageContaining("0 to 1");
        assertThatThrownBy(() -> new Yarn(2, 10, 32, 1, true, 1, -1)).hasMessageContaining("-1.0");
        assertThatThrownBy(() -> new Divided(List.of(1.0, 0.0), RotaryScaling.none()))
                .hasMessageContaining("divisor");
    }

    private static void assertFrequencies(double[] actual, double... expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int pair = 0; pair < expected.length; pair++) {
            assertThat(actual[pair])
                    .as("pair %d", pair)
                    .isCloseTo(expected[pair], within(1e-12 * expected[pair]));
        }
    }
}

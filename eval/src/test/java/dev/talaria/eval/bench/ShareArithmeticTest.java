package dev.talaria.eval.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

class ShareArithmeticTest {

    private static final Ceiling CEILING = new Ceiling(40e9, 100e9);

    @Test
    void aSpeedIsTokensByTheSecondsOfItsRound() {
        Speed speed = Speed.of(120, List.of(3.0, 1.0, 2.0));

        assertThat(speed).isEqualTo(new Speed(120, 60, 40));
    }

    @Test
    void theMedianOfAnEvenNumberOfRoundsLiesBetweenTheMiddleTwo() {
        Speed speed = Speed.of(12, List.of(1.0, 4.0, 2.0, 8.0));

        assertThat(speed.median()).isEqualTo(4);
    }

    @Test
    void aPromptIsHeldAgainstMultiplyAddsByItsBestRound() {
        Figure figure =
                Figure.of(
                        new Measure.Prompt(512),
                        new Work(3_600_000_000_000L, 4_000_000_000L),
                        List.of(60.0, 45.0),
                        List.of(CEILING, CEILING),
                        CEILING);

        assertThat(figure.multiplyAddShare()).isEqualTo(0.8, within(1e-12));
        assertThat(figure.readShare()).isEqualTo(4.0 / 45 / 40, within(1e-12));
        assertThat(figure.share()).isEqualTo(figure.multiplyAddShare());
        assertThat(figure.limit()).isEqualTo("multiply-add");
        assertThat(figure.tokensPerSecond().best()).isEqualTo(512 / 45.0);
    }

    @Test
    void oneSequenceIsHeldAgainstMemory() {
        Figure figure =
                Figure.of(
                        new Measure.Decode(1, 1, 64),
                        new Work(64 * 7_000_000_000L, 64 * 4_000_000_000L),
                        List.of(8.0),
                        List.of(CEILING),
                        CEILING);

        assertThat(figure.share()).isEqualTo(0.8, within(1e-12));
        assertThat(figure.limit()).isEqualTo("memory read");
    }

    @Test
    void theShareBesideIsThatOfEachRoundsOwnCeilings() {
        double half = CEILING.readBytesPerSecond() / 2;
        Ceiling slow = new Ceiling(half, CEILING.multiplyAddsPerSecond());

        Figure figure =
                Figure.of(
                        new Measure.Decode(1, 1, 64),
                        new Work(64 * 7_000_000_000L, 64 * 4_000_000_000L),
                        List.of(8.0, 16.0, 32.0),
                        List.of(CEILING, slow, slow),
                        CEILING);

        assertThat(figure.besideShare()).isEqualTo(0.8, within(1e-12));
    }

    @Test
    void theCeilingBesideLiesBetweenThoseBeforeAndAfter() {
        assertThat(new Ceiling(30, 90).meanWith(new Ceiling(40, 100)))
                .isEqualTo(new Ceiling(35, 95));
    }

    @Test
    void ceilingsThatHoldAreSaidToHold() {
        MeasuredCeilings ceilings =
                MeasuredCeilings.of(List.of(new Ceiling(38, 99), new Ceiling(40, 100)));

        assertThat(ceilings.best()).isEqualTo(new Ceiling(40, 100));
        assertThat(ceilings.readDrift()).isEqualTo(0.05, within(1e-12));
        assertThat(ceilings.multiplyAddDrift()).isEqualTo(0.01, within(1e-12));
        assertThat(ceilings.drifted()).isFalse();
    }

    @Test
    void oneCeilingThatDriftsIsEnough() {
        assertThat(
                        MeasuredCeilings.of(List.of(new Ceiling(40, 100), new Ceiling(30, 100)))
                                .drifted())
                .isTrue();
        assertThat(
                        MeasuredCeilings.of(List.of(new Ceiling(40, 80), new Ceiling(40, 100)))
                                .drifted())
                .isTrue();
    }

    @Test
    void eachCeilingIsTheBestOfItsOwnSamples() {
        MeasuredCeilings ceilings =
                MeasuredCeilings.of(List.of(new Ceiling(40, 95), new Ceiling(39, 100)));

        assertThat(ceilings.best()).isEqualTo(new Ceiling(40, 100));
    }

    @Test
    void ratiosAreOursByTheirs() {
        Measure measure = new Measure.Prompt(100);
        Map<Measure, List<Double>> own = new LinkedHashMap<>();
        own.put(measure, List.of(2.0, 1.0, 4.0));
        Map<Measure, List<Double>> others = new LinkedHashMap<>();
        others.put(measure, List.of(5.0, 3.0, 4.0));

        Comparison.Ratio ratio =
                Comparison.of(Reports.PEER, new Comparison.Agreement(4, 4), own, others)
                        .figures()
                        .getFirst();

        assertThat(ratio.ratio()).isEqualTo(3, within(1e-12));
        assertThat(ratio.medianRatio()).isEqualTo(2, within(1e-12));
        assertThat(ratio.tokensPerSecond().slowest()).isEqualTo(20, within(1e-12));
    }

    @Test
    void agreementCountsThePromptsAfterWhichBothChooseAlike() {
        assertThat(Comparison.Agreement.of(tokens -> tokens, tokens -> tokens, 512))
                .isEqualTo(new Comparison.Agreement(4, 4));
        assertThat(Comparison.Agreement.of(tokens -> tokens, _ -> 16, 512))
                .isEqualTo(new Comparison.Agreement(4, 1));
        assertThat(Comparison.Agreement.of(tokens -> tokens, tokens -> tokens, 20))
                .isEqualTo(new Comparison.Agreement(2, 2));
    }
}

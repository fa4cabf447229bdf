package dev.talaria.eval.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

class BenchRunTest {

    private static final Measure PROMPT = new Measure.Prompt(512);
    private static final Measure DECODE = new Measure.Decode(4, 1, 64);

    private static final Ceiling ONE = new Ceiling(1, 1);

    private final List<String> events = new ArrayList<>();
    private final List<String> progress = new ArrayList<>();
    private double ownSeconds;

    private BenchRun run(Optional<Contestant> peer) {
        return new BenchRun(
                measure -> {
                    events.add(measure.name());
                    return ++ownSeconds;
                },
                peer,
                () -> {
                    events.add("ceiling");
                    return ONE;
                },
                pass -> {
                    pass.run();
                    return 1;
                },
                progress::add);
    }

    @Test
    void everyRoundComputesEverythingOnceAndCeilingsAreTakenBeforeAndAfterEach() {
        run(Optional.empty()).run(List.of(PROMPT, DECODE), 2);

        assertThat(events)
                .containsExactly(
                        "ceiling", "pp64", "tg2x4", "pp512", "ceiling", "tg64x4", "ceiling",
                        "pp512", "ceiling", "tg64x4", "ceiling");
    }

    @Test
    void theSecondsOfEveryRoundAreKeptInTheirOrder() {
        BenchRun.Timings timings = run(Optional.empty()).run(List.of(PROMPT, DECODE), 2);

        assertThat(timings.own()).containsEntry(PROMPT, List.of(3.0, 5.0));
        assertThat(timings.own()).containsEntry(DECODE, List.of(4.0, 6.0));
        assertThat(timings.own().keySet()).containsExactly(PROMPT, DECODE);
        assertThat(timings.ceilings()).hasSize(5);
        assertThat(timings.beside()).containsEntry(DECODE, List.of(ONE, ONE));
        assertThat(timings.peer()).isEmpty();
    }

    @Test
    void aPeerComputesBesideUsAndBothTakeTurnsAtGoingFirst() {
        Contestant peer =
                measure -> {
                    events.add("their " + measure.name());
                    return 7.0;
                };

        BenchRun.Timings timings = run(Optional.of(peer)).run(List.of(PROMPT), 3);

        assertThat(events)
                .containsExactly(
                        "ceiling",
                        "pp64",
                        "their pp64",
                        "pp512",
                        "their pp512",
                        "ceiling",
                        "their pp512",
                        "pp512",
                        "ceiling",
                        "pp512",
                        "their pp512",
                        "ceiling");
        assertThat(timings.peer()).containsEntry(PROMPT, List.of(7.0, 7.0, 7.0));
    }

    @Test
    void progressNamesMeasureRoundAndSpeed() {
        run(Optional.of(_ -> 4.0)).run(List.of(PROMPT), 1);

        assertThat(progress).contains("pp512, round 1 of 1: 256.00 tokens/s, the peer 128.00");
    }
}

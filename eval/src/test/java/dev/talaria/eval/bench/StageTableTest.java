package dev.talaria.eval.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.inference.embedded.StageWork;

import org.junit.jupiter.api.Test;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

class StageTableTest {

    private static final Ceiling CEILING = new Ceiling(40e9, 200e9);

    private static String table(Measure measure, double seconds, StageWork... stages) {
        return new StageTable(measure, new StageRecorder.Round(seconds, List.of(stages)), CEILING)
                .toString();
    }

    @Test
    void aProductIsHeldAgainstBothCeilings() {
        // Four passes of eight rows: 4 x 5 GB and 32 x 1 G multiply-adds in two seconds.
        StageWork down = new StageWork("down", 2, 5_000_000_000L, 1_000_000_000L);
        assertThat(table(new Measure.Decode(8, 1, 4), 4, down).lines().toList().getLast())
                .containsIgnoringWhitespaces(
                        "down 500.000 50.0 % 10.0 25.0 % 16.0 8.0 %".split(" "));
    }

    @Test
    void aStageWithoutMatricesHasItsTimeOnly() {
        StageWork attention = new StageWork("attention", 0.25, 0, 0);
        assertThat(table(new Measure.Decode(1, 1, 1), 1, attention).lines().toList().getLast())
                .isEqualTo("attention            250.000   25.0 %");
    }

    @Test
    void ofAPromptOnlyTheLastRowHasLogits() {
        StageWork logits = new StageWork(StageWork.LOGITS, 1, 1, 10_000_000_000L);
        assertThat(table(new Measure.Prompt(100), 1, logits)).contains(" 10.0 ");
    }

    @Test
    void whatTookNoTimeIsLeftOut() {
        StageWork rotary = new StageWork("rotary", 0, 0, 0);
        assertThat(table(new Measure.Prompt(100), 1, rotary)).doesNotContain("rotary");
    }

    @Test
    void theStagesAreThoseOfTheFastestRound() {
        Queue<Double> seconds = new ArrayDeque<>(List.of(3.0, 1.0, 2.0));
        Queue<List<StageWork>> stages = new ArrayDeque<>();
        for (int round = 0; round < 3; round++) {
            stages.add(List.of(new StageWork("round " + round, 1, 0, 0)));
        }
        StageRecorder recorder = new StageRecorder(_ -> seconds.remove(), stages::remove);
        Measure measure = new Measure.Prompt(1);
        for (int round = 0; round < 3; round++) {
            recorder.seconds(measure);
        }
        assertThat(recorder.fastest(measure).stages().getFirst().name()).isEqualTo("round 1");
    }
}

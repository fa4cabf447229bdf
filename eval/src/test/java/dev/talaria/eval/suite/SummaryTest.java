package dev.talaria.eval.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

class SummaryTest {

    @TempDir Path folder;

    @Test
    void figuresAreOfAllTrialsOfEverySeedAndOfEveryGroup() throws IOException {
        JsonNode modes = modes();

        JsonNode figures = modes.path("unconstrained");
        assertThat(figures.path("n").asInt()).isEqualTo(10);
        assertThat(figures.path("passed").asInt()).isEqualTo(7);
        assertThat(figures.at("/passAt1/value").asDouble()).isCloseTo(0.7, within(1e-12));
        assertThat(figures.at("/passAt1/low").asDouble()).isEqualTo(new Proportion(7, 10).low());
        assertThat(figures.at("/passAt1/seeds/3/passed").asInt()).isEqualTo(5);
        assertThat(figures.at("/passAt1/seeds/4/passed").asInt()).isEqualTo(2);
        assertThat(figures.at("/failures/wrong-number").asInt()).isEqualTo(3);
        assertThat(figures.at("/groups/parity/even/n").asInt()).isEqualTo(6);
        assertThat(figures.at("/groups/parity/odd/n").asInt()).isEqualTo(4);
        assertThat(figures.at("/tokens/prompt/total").asDouble()).isEqualTo(50);
        assertThat(figures.at("/latencyMillis/p50").asDouble()).isEqualTo(7);
        assertThat(modes.propertyNames()).containsExactly("unconstrained", "constrained");
    }

    @Test
    void theTableHasALineForEverySeedAndOneForAll() throws IOException {
        assertThat(SummaryTable.of(modes()).lines())
                .contains(
                        "mode           seed   n  passed   pass@1      95 % interval   strict",
                        "unconstrained     3   5       5  100.0 %  56.6 % to 100.0 %  100.0 %",
                        "unconstrained   all  10       7   70.0 %   39.7 % to 89.2 %   70.0 %",
                        "unconstrained, failures: 3 wrong-number");
    }

    // With seed 4 the model is wrong about what is not below 2.
    private JsonNode modes() throws IOException {
        EvaluatedModel model =
                Arithmetic.answering((prompt, seed) ->
                        seed == 4 && prompt.compareTo("double 2") >= 0
                                ? "no idea"
                                : EvaluationTest.doubled(prompt));
        Suite suite = new Arithmetic("");
        EvaluationPlan plan =
                EvaluationPlan.asking(
                        suite, EvaluationTest.dataset(), List.of(3L, 4L), suite.modes());
        List<TrialResult> results =
                new Evaluation(plan, Optional.of(model), 4, Progress.SILENT).run(folder);
        return Summary.modes(suite, results);
    }
}

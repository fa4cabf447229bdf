package dev.talaria.eval.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.eval.bench.BenchPlan.Fitted;
import dev.talaria.inference.embedded.ModelBench;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

class BenchPlanTest {

    private static final BenchPlan USUAL =
            new BenchPlan(512, 64, List.of(1, 2, 4, 8, 16, 32), 1, 3);

    @Test
    void everythingIsMeasuredAsPlannedWhereThereIsRoom() {
        Fitted fitted = USUAL.fit(_ -> 4096);

        assertThat(fitted.measures())
                .extracting(Measure::name)
                .containsExactly(
                        "pp512", "tg64", "tg64x2", "tg64x4", "tg64x8", "tg64x16", "tg64x32");
        assertThat(fitted.notes()).isEmpty();
    }

    @Test
    void aPromptBeyondTheContextIsShortenedAndSaid() {
        Fitted fitted = new BenchPlan(512, 0, List.of(), 1, 1).fit(_ -> 256);

        assertThat(fitted.measures()).containsExactly(new Measure.Prompt(256));
        assertThat(fitted.notes()).singleElement().asString().contains("512", "256");
    }

    @Test
    void theContextGivesWayBeforeTheSteps() {
        Fitted fitted = new BenchPlan(0, 64, List.of(4), 1000, 1).fit(_ -> 96);

        assertThat(fitted.measures()).containsExactly(new Measure.Decode(4, 32, 64));
        assertThat(fitted.notes()).singleElement().asString().contains("4 sequences", "96 tokens");
    }

    @Test
    void stepsAreShortenedWhereOneTokenOfContextIsStillTooMuch() {
        Fitted fitted = new BenchPlan(0, 64, List.of(32), 1, 1).fit(_ -> 32);

        assertThat(fitted.measures()).containsExactly(new Measure.Decode(32, 1, 31));
        assertThat(fitted.notes()).singleElement().asString().contains("1 read and 31 written");
    }

    @Test
    void sequencesWithoutRoomAreLeftOutWithTheRemedy() {
        Fitted fitted = USUAL.fit(count -> count > 16 ? 0 : 1024);

        assertThat(fitted.measures()).extracting(Measure::name).doesNotContain("tg64x32");
        assertThat(fitted.notes())
                .singleElement()
                .asString()
                .contains("32 sequences are left out", "TALARIA_OPTS=-Xmx");
    }

    @Test
    void namesTellHowManyDecodeAndAfterHowMuch() {
        assertThat(new Measure.Decode(1, 1, 64).name()).isEqualTo("tg64");
        assertThat(new Measure.Decode(16, 1, 64).name()).isEqualTo("tg64x16");
        assertThat(new Measure.Decode(16, 1024, 64).name()).isEqualTo("tg64x16@1024");
    }

    @Test
    void oneSequenceIsHeldAgainstMemoryAndAllElseAgainstMultiplyAdds() {
        assertThat(new Measure.Prompt(512).limit()).isEqualTo(Limit.MULTIPLY_ADD);
        assertThat(new Measure.Decode(1, 1, 64).limit()).isEqualTo(Limit.MEMORY_READ);
        assertThat(new Measure.Decode(2, 1, 64).limit()).isEqualTo(Limit.MULTIPLY_ADD);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, ModelBench.MOST_SEQUENCES + 1})
    void aNumberOfSequencesThatCannotBeIsRefusedByName(int count) {
        assertThatThrownBy(() -> new BenchPlan(512, 64, List.of(1, count), 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("--sequences", Integer.toString(count));
    }

    @Test
    void numbersBelowTheirLeastAreRefusedByName() {
        assertThatThrownBy(() -> new BenchPlan(-1, 64, List.of(1), 1, 1))
                .hasMessageContaining("--prompt: -1");
        assertThatThrownBy(() -> new BenchPlan(1, -1, List.of(1), 1, 1))
                .hasMessageContaining("--decode: -1");
        assertThatThrownBy(() -> new BenchPlan(1, 64, List.of(1), 0, 1))
                .hasMessageContaining("--context: 0");
        assertThatThrownBy(() -> new BenchPlan(1, 64, List.of(1), 1, 0))
                .hasMessageContaining("--rounds: 0");
    }

    @Test
    void aPlanThatMeasuresNothingIsRefused() {
        assertThatThrownBy(() -> new BenchPlan(0, 0, List.of(1), 1, 1))
                .hasMessageContaining("nothing to measure");
        assertThatThrownBy(() -> new BenchPlan(0, 64, List.of(), 1, 1))
                .hasMessageContaining("nothing to measure");
    }
}

package dev.talaria.inference.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.inference.OperatorConfig;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

class ModelBenchTest {

    // Of the shape `tiny`: query and output, key and value, the feed-forward network's three.
    private static final long LAYER = 2 * 256 * 256 + 2 * 128 * 256 + 3 * 512 * 256;
    private static final long OUTPUT = 4096L * 256;
    private static final long LAYERS = 2;

    // A product with a key and one with a value, for every layer.
    private static final long ATTENTION_PER_TOKEN_SEEN = 2 * 256 * LAYERS;

    @TempDir static Path folder;

    private static ModelBench bench;

    @BeforeAll
    static void open() throws IOException {
        Path file = folder.resolve("tiny.gguf");
        ModelFiles.synthesize(file, "tiny", "Q8_0", 1, (_, _) -> {});
        bench = ModelBench.open(file, new OperatorConfig(Optional.of(file), "auto", 2, 1, 0, 0));
    }

    @AfterAll
    static void close() {
        bench.close();
    }

    @Test
    void aTokenIsMultipliedWithEveryMatrixOnce() {
        assertThat(bench.multiplyAddsPerToken()).isEqualTo(LAYERS * LAYER + OUTPUT);
    }

    @Test
    void aPromptIsMultipliedWithTheOutputMatrixOnce() {
        assertThat(bench.promptMultiplyAdds(1))
                .isEqualTo(bench.multiplyAddsPerToken() + ATTENTION_PER_TOKEN_SEEN);
        assertThat(bench.promptMultiplyAdds(10))
                .isEqualTo(10 * LAYERS * LAYER + OUTPUT + 55 * ATTENTION_PER_TOKEN_SEEN);
    }

    @Test
    void everyDecodedTokenIsMultipliedWithAllMatricesAndLooksBackOnItsContext() {
        assertThat(bench.decodeMultiplyAdds(3, 5, 2))
                .isEqualTo(
                        3
                                * (2 * bench.multiplyAddsPerToken()
                                        + (6 + 7) * ATTENTION_PER_TOKEN_SEEN));
    }

    @Test
    void everyStepReadsTheMatricesOnce() {
        assertThat(bench.matrixBytes()).isGreaterThan(bench.multiplyAddsPerToken());
    }

    @Test
    void moreSequencesHaveLessRoomEach() {
        assertThat(bench.longest(1)).isEqualTo(2048);
        assertThat(bench.longest(ModelBench.MOST_SEQUENCES)).isLessThanOrEqualTo(2048);
    }

    @Test
    void aPromptLongerThanAPassIsComputed() {
        assertThat(bench.promptSeconds(ModelBench.MOST_SEQUENCES + 3)).isPositive();
        assertThat(ModelBench.promptSteps(ModelBench.MOST_SEQUENCES)).isEqualTo(1);
        assertThat(ModelBench.promptSteps(ModelBench.MOST_SEQUENCES + 3)).isEqualTo(2);
    }

    @Test
    void contextsLongerThanAPassTogetherAreRead() {
        int sequences = 5;
        int context = ModelBench.MOST_SEQUENCES / 4;

        assertThat(bench.decodeSeconds(sequences, context, 2)).isPositive();
        assertThat(bench.decodeSeconds(ModelBench.MOST_SEQUENCES, 1, 1)).isPositive();
    }

    @Test
    void theModelIsDescribedWithItsDigest() {
        assertThat(bench.model().quantization()).isEqualTo("Q8_0");
        assertThat(bench.model().sha256()).matches("[0-9a-f]{64}");
    }
}

package dev.talaria.inference.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.talaria.inference.gguf.GgufFile;
import dev.talaria.inference.kernel.RowDecoder;
import dev.talaria.inference.report.ModelReport;
import dev.talaria.inference.tensor.Tensor;
import dev.talaria.inference.tensor.TensorType;
import dev.talaria.inference.tokenizer.TextStart;
import dev.talaria.inference.tokenizer.Tokenizer;
import dev.talaria.inference.tokenizer.chat.ChatMl;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;

class SyntheticModelTest {

    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource(TensorType.class)
    void aModelOfEveryTypeCanBeRun(TensorType type) throws IOException {
        try (GgufFile file = GgufFile.open(write(type, 1))) {
            ModelReport report = ModelReport.of(file);
            assertThat(report.obstacles()).isEmpty();
            assertThat(report.isRunnable()).isTrue();
            assertThat(report.tensorTypes()).containsKey(type.name());
            assertThat(report.parameters()).isEqualTo(3_278_080);
        }
    }

    @Test
    void theSeedDecidesEveryByte() throws IOException {
        byte[] first = Files.readAllBytes(write(TensorType.Q4_0, 5));
        assertThat(Files.readAllBytes(write(TensorType.Q4_0, 5))).isEqualTo(first);
        assertThat(Files.readAllBytes(write(TensorType.Q4_0, 6))).isNotEqualTo(first);
    }

    @ParameterizedTest
    @EnumSource(TensorType.class)
    void weightsAreOfAPlausibleSize(TensorType type) throws IOException {
        try (GgufFile file = GgufFile.open(write(type, 2))) {
            List<Float> weights = values(file.tensor("blk.1.ffn_up.weight").orElseThrow());
            double mean = weights.stream().mapToDouble(w -> w).average().orElseThrow();
            double square = weights.stream().mapToDouble(w -> w * w).average().orElseThrow();
            assertThat(mean).isCloseTo(0, within(3e-4));
            assertThat(Math.sqrt(square)).isCloseTo(0.02, within(1e-3));
            DoubleSummaryStatistics norm =
                    values(file.tensor("blk.0.attn_norm.weight").orElseThrow()).stream()
                            .mapToDouble(w -> w)
                            .summaryStatistics();
            assertThat(norm.getMin()).isGreaterThan(0.9);
            assertThat(norm.getMax()).isLessThan(1.1).isGreaterThan(1);
        }
    }

    @Test
    void itsVocabularyEncodesEveryTextAndKnowsChat() throws IOException {
        try (GgufFile file = GgufFile.open(write(TensorType.Q8_0, 3))) {
            Tokenizer tokenizer = Tokenizer.of(file);
            String text = "{\"total\": 12.5} for größer 日本 😀\n";
            int[] tokens = tokenizer.encodeText(text, TextStart.FRESH);
            assertThat(tokenizer.decode(tokens, TextStart.FRESH)).isEqualTo(text);
            assertThat(tokenizer.vocabulary().size()).isEqualTo(ModelShape.TINY.vocabulary());
            assertThat(ChatMl.isKnownTo(tokenizer.vocabulary())).isTrue();
            assertThat(tokenizer.vocabulary().text(tokenizer.vocabulary().endToken()))
                    .isEqualTo("<|im_end|>");
        }
    }

    @Test
    void progressEndsAtTheTotal() throws IOException {
        List<Long> heard = new ArrayList<>();
        SyntheticModel.write(
                folder.resolve("m.gguf"),
                ModelShape.TINY,
                TensorType.Q4_0,
                1,
                (bytes, total) -> heard.addAll(List.of(bytes, total)));
        assertThat(heard.getLast()).isEqualTo(heard.get(heard.size() - 2)).isPositive();
    }

    @Test
    void aDiskThatIsTooSmallIsSaidSoBeforehand() {
        ModelShape huge =
                new ModelShape("huge", 32, 1 << 20, 1 << 21, 64, 8, 400_000, 1024, 10_000f, 1e-5f);
        assertThatThrownBy(() ->
                        SyntheticModel.write(
                                folder.resolve("huge.gguf"),
                                huge,
                                TensorType.F32,
                                1,
                                (bytes, total) -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("has room for");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void shapesAreFoundByName() {
        assertThat(ModelShape.named("mistral-7b")).contains(ModelShape.MISTRAL_7B);
        assertThat(ModelShape.named("llama-3-8b").orElseThrow().vocabulary()).isEqualTo(128_256);
        assertThat(ModelShape.named("gpt")).isEmpty();
    }

    private Path write(TensorType type, long seed) throws IOException {
        Path file = folder.resolve("model.gguf");
        SyntheticModel.write(file, ModelShape.TINY, type, seed, (bytes, total) -> {});
        return file;
    }

    private static List<Float> values(Tensor tensor) {
        List<Float> values = new ArrayList<>();
        float[] row = new float[tensor.columns()];
        for (int r = 0; r < tensor.rows(); r++) {
            RowDecoder.decode(tensor, r, row, 0);
            for (float value : row) {
                values.add(value);
            }
        }
        return values;
    }
}

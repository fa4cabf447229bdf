package dev.talaria.inference.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.inference.gguf.GgmlType;
import dev.talaria.inference.gguf.GgufFile;
import dev.talaria.inference.gguf.GgufValue;
import dev.talaria.inference.gguf.GgufWriter;
import dev.talaria.inference.gguf.TensorInfo;
import dev.talaria.inference.synthetic.ModelShape;
import dev.talaria.inference.synthetic.SyntheticModel;
import dev.talaria.inference.tensor.TensorType;
import dev.talaria.inference.tokenizer.SharedFiles;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

class ModelReportTest {

    @TempDir Path folder;

    @Test
    void theReportTellsWhatTheFileHolds() throws IOException {
        try (GgufFile file = GgufFile.open(synthetic())) {
            ModelReport report = ModelReport.of(file);
            assertThat(report.text())
                    .contains("architecture     llama")
                    .contains("name             synthetic tiny Q8_0")
                    .contains("parameters       3,278,080")
                    .contains("Q8_0           16 tensors")
                    .contains("KV heads         2")
                    .contains("tokenizer        llama, 4,096 tokens")
                    .contains("runs here        yes");
        }
    }

    @Test
    void missingAndUselessTensorsAreNamed() throws IOException {
        Path file =
                altered(
                        tensor -> !tensor.name().equals("blk.1.attn_k.weight"),
                        writer ->
                                writer.tensor(
                                        "blk.0.attn_q.bias",
                                        GgmlType.F32,
                                        List.of(256L),
                                        out -> out.write(new byte[1024])));
        assertThat(obstacles(file))
                .containsExactlyInAnyOrder(
                        "missing tensors (1): blk.1.attn_k.weight",
                        "tensors without a use here (1): blk.0.attn_q.bias");
    }

    @Test
    void shapesThatDoNotFollowFromTheKeysAreNamed() throws IOException {
        Path file =
                altered(
                        tensor -> true,
                        writer -> writer.set("llama.feed_forward_length", GgufValue.uint32(1024)));
        assertThat(obstacles(file))
                .contains(
                        "tensor 'blk.0.ffn_up.weight' has dimensions [256, 512]; [256, 1024] follow"
                                + " from the file's keys");
    }

    @Test
    void everyObstacleIsListedAtOnce() throws IOException {
        Path path = folder.resolve("other.gguf");
        new GgufWriter()
                .set("general.architecture", "qwen\u001b[31m2")
                .set("tokenizer.ggml.model", "gpt2")
                .tensor("x", GgmlType.IQ2_XS, List.of(256L), out -> out.write(new byte[74]))
                .write(path);
        try (GgufFile file = GgufFile.open(path)) {
            ModelReport report = ModelReport.of(file);
            assertThat(report.isRunnable()).isFalse();
            assertThat(report.obstacles()).hasSize(3);
            assertThat(report.text())
                    .contains("tensors stored as IQ2_XS, which is not supported")
                    .contains("pre-tokenizer 'default' is not supported")
                    .doesNotContain("\u001b");
        }
    }

    @Test
    void aThousandBillionLayersAreNotListed() throws IOException {
        Path file =
                altered(
                        tensor -> true,
                        writer -> writer.set("llama.block_count", GgufValue.uint32(2_000_000_000)));
        assertThat(obstacles(file))
                .containsExactly("inconsistent keys: 2000000000 layers, 4 heads and 2 KV heads");
    }

    @Test
    void aFileWithoutWeightsIsAVocabulary() throws IOException {
        try (GgufFile file = GgufFile.open(SharedFiles.file(SharedFiles.HERMES))) {
            ModelReport report = ModelReport.of(file);
            assertThat(report.vocabularyOnly()).isTrue();
            assertThat(report.obstacles()).isEmpty();
            assertThat(report.isRunnable()).isFalse();
            assertThat(report.text()).contains("no, it is a vocabulary only");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {SharedFiles.MINI, SharedFiles.STORIES})
    void realModelsCanBeRun(String model) throws IOException {
        assertThat(obstacles(SharedFiles.file(model))).isEmpty();
    }

    private static List<String> obstacles(Path path) throws IOException {
        try (GgufFile file = GgufFile.open(path)) {
            return ModelReport.of(file).obstacles();
        }
    }

    private Path synthetic() throws IOException {
        Path file = folder.resolve("synthetic.gguf");
        SyntheticModel.write(file, ModelShape.TINY, TensorType.Q8_0, 1, (bytes, total) -> {});
        return file;
    }

    // The synthetic model without some tensors, its weights empty, and changed otherwise.
    private Path altered(Predicate<TensorInfo> kept, Consumer<GgufWriter> change)
            throws IOException {
        Path path = folder.resolve("altered.gguf");
        GgufWriter writer = new GgufWriter();
        try (GgufFile file = GgufFile.open(synthetic())) {
            for (String key : file.metadata().keys()) {
                writer.set(key, file.metadata().value(key).orElseThrow());
            }
            file.tensors().stream().filter(kept).forEach(tensor -> copy(tensor, writer));
            change.accept(writer);
            writer.write(path);
        }
        return path;
    }

    private static void copy(TensorInfo tensor, GgufWriter writer) {
        int bytes = (int) tensor.byteSize().orElseThrow();
        writer.tensor(
                tensor.name(),
                GgmlType.ofId(tensor.typeId()).orElseThrow(),
                tensor.dimensions(),
                out -> out.write(new byte[bytes]));
    }
}

package dev.talaria.inference.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.talaria.inference.Shared;
import dev.talaria.inference.gguf.GgmlType;
import dev.talaria.inference.gguf.GgufWriter;
import dev.talaria.inference.gguf.UnsupportedModelException;
import dev.talaria.inference.safetensors.MalformedFolderException;
import dev.talaria.inference.tensor.Tensor;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Folders become models: those of the fixtures with the exact logits, small ones with those of the
/// same weights in a GGUF file.
class FolderSourceTest {

    private static final int[] TOKENS = IntStream.range(0, 40).map(i -> i * 31 % 70).toArray();

    @TempDir private Path folder;

    @ParameterizedTest
    @CsvSource({
        "mistral-bf16-sharded, vector",
        "mistral-bf16-sharded, scalar",
        "llama3-style, vector",
        "llama3-style, scalar",
        "lora/base, vector",
        "lora/base, scalar"
    })
    void everyPositionAgreesWithTheExactLogits(String name, String tier) throws IOException {
        Path fixture = Shared.require("fixtures/hf/" + name);
        int[] ids =
                Arrays.stream(Files.readString(fixture.resolve("ids.txt")).strip().split("\\s+"))
                        .mapToInt(Integer::parseInt)
                        .toArray();
        FloatBuffer exact =
                ByteBuffer.wrap(Files.readAllBytes(fixture.resolve("logits.f32")))
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asFloatBuffer();
        try (TestModel model = TestModel.load(fixture, tier, ids.length)) {
            double difference = 0;
            double norm = 0;
            for (float[] row : model.logits(ids, List.of(ids.length))) {
                for (float logit : row) {
                    double expected = exact.get();
                    difference += Math.pow(logit - expected, 2);
                    norm += expected * expected;
                }
            }
            assertThat(exact.hasRemaining()).isFalse();
            assertThat(Math.sqrt(difference / norm)).as(name + " " + tier).isLessThan(1e-5);
        }
    }

    @Test
    void theFixtureOfQuantizedWeightsIsRefusedByName() {
        Path fixture = Shared.require("fixtures/hf/awq");
        assertThatThrownBy(() -> TestModel.load(fixture, 10))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("AWQ comes later");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"type\":\"linear\",\"factor\":4}",
                "{\"type\":\"yarn\",\"factor\":4,\"original_max_position_embeddings\":16,\"attention_factor\":0.75}",
                "{\"type\":\"yarn\",\"factor\":4,\"beta_fast\":8,\"beta_slow\":2}",
                "{\"rope_type\":\"llama3\",\"factor\":8,\"low_freq_factor\":1,\"high_freq_factor\":4,\"original_max_position_embeddings\":16}"
            })
    void aFolderWrittenAsAGgufFileIsTheSameModel(String scaling) throws IOException {
        new SmallModelFolder().set("rope_scaling", scaling).writeTo(folder);
        Path file = folder.resolve("same.gguf");
        try (WeightSource source = WeightSource.open(folder);
                Arena scratch = Arena.ofShared()) {
            GgufWriter writer = new GgufWriter();
            source.metadata().forEach(writer::set);
            for (String name : source.tensorNames()) {
                add(writer, source.tensor(name, scratch).orElseThrow());
            }
            writer.write(file);
        }
        float[][] written = logits(file);
        float[][] read = logits(folder);
        for (int i = 0; i < TOKENS.length; i++) {
            assertThat(read[i]).containsExactly(written[i], within(2e-5f));
        }
    }

    private static void add(GgufWriter writer, Tensor tensor) {
        List<Long> dimensions =
                tensor.rows() == 1
                        ? List.of((long) tensor.columns())
                        : List.of((long) tensor.columns(), (long) tensor.rows());
        writer.tensor(
                tensor.name(),
                GgmlType.ofId(tensor.type().ggufId()).orElseThrow(),
                dimensions,
                out -> out.write(tensor.data().toArray(ValueLayout.JAVA_BYTE)));
    }

    @Test
    void aScalingThatGgufCannotExpressIsSaidToBeSo() throws IOException {
        String dynamic = "{\"type\":\"dynamic\",\"factor\":4}";
        new SmallModelFolder().set("rope_scaling", dynamic).writeTo(folder);
        try (WeightSource source = WeightSource.open(folder)) {
            assertThatThrownBy(source::metadata)
                    .isInstanceOf(UnsupportedModelException.class)
                    .hasMessageContaining("dynamic, factor 4.0");
        }
    }

    @Test
    void rowsOfAHeadsHalvesBecomeNeighbours() throws IOException {
        new SmallModelFolder().set("partial_rotary_factor", 0.5).writeTo(folder);
        try (WeightSource source = WeightSource.open(folder);
                Arena scratch = Arena.ofConfined()) {
            FolderSource own = (FolderSource) source;
            float[] halves =
                    own.weights()
                            .data(
                                    own.weights()
                                            .tensor("model.layers.1.self_attn.k_proj.weight")
                                            .orElseThrow())
                            .toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
            float[] neighbours =
                    source.tensor("blk.1.attn_k.weight", scratch)
                            .orElseThrow()
                            .data()
                            .toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
            int[] expected = {0, 3, 1, 4, 2, 5, 6, 7, 8, 9, 10, 11};
            for (int row = 0; row < 24; row++) {
                int from = row / 12 * 12 + expected[row % 12];
                assertThat(Arrays.copyOfRange(neighbours, row * 48, row * 48 + 48))
                        .as("row %d", row)
                        .isEqualTo(Arrays.copyOfRange(halves, from * 48, from * 48 + 48));
            }
        }
    }

    @Test
    void theEmbeddingTakesThePlaceOfAMissingOrTiedOutput() throws IOException {
        float[][] spelledOut = logits(new SmallModelFolder().copyOfEmbedding("lm_head.weight"));
        assertThat(logits(new SmallModelFolder().without("lm_head.weight")))
                .isDeepEqualTo(spelledOut);
        assertThat(logits(new SmallModelFolder().set("tie_word_embeddings", true)))
                .isDeepEqualTo(spelledOut);
        assertThat(logits(new SmallModelFolder())).isNotEqualTo(spelledOut);
    }

    @Test
    void theWindowCountsTheTokenItself() throws IOException {
        SmallModelFolder mistral =
                new SmallModelFolder().set("architectures", "[\"MistralForCausalLM\"]");
        float[][] whole = logits(mistral.set("sliding_window", "null"));
        float[][] windowed = logits(mistral.set("sliding_window", 9));
        for (int i = 0; i < 9; i++) {
            assertThat(windowed[i]).as("position %d", i).isEqualTo(whole[i]);
        }
        assertThat(windowed[9]).isNotEqualTo(whole[9]);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "model.embed_tokens.weight",
                "model.layers.0.input_layernorm.weight",
                "model.layers.1.self_attn.q_proj.weight",
                "model.norm.weight"
            })
    void aMissingTensorIsNamedAsTheFolderNamesIt(String tensor) {
        assertThatThrownBy(() -> logits(new SmallModelFolder().without(tensor)))
                .isInstanceOf(MalformedFolderException.class)
                .hasMessageContainingAll("model.safetensors", "'" + tensor + "' is missing");
    }

    @Test
    void aTensorOfAnotherShapeIsNamedWithBothShapes() {
        String name = "model.layers.1.self_attn.k_proj.weight";
        assertThatThrownBy(() -> logits(new SmallModelFolder().matrix(name, 36, 48)))
                .isInstanceOf(MalformedFolderException.class)
                .hasMessageContainingAll(name, "36 x 48", "24 x 48");
        assertThatThrownBy(() -> logits(new SmallModelFolder().set("vocab_size", 71)))
                .hasMessageContainingAll("model.embed_tokens.weight", "70 x 48", "71 x 48");
    }

    @Test
    void queriesWhoseRowsAreNoWholeHeadsAreRefused() {
        String name = "model.layers.0.self_attn.q_proj.weight";
        for (int rows : new int[] {1, 5, 47, 49}) {
            assertThatThrownBy(() -> logits(new SmallModelFolder().matrix(name, rows, 48)))
                    .isInstanceOf(MalformedFolderException.class)
                    .hasMessageContaining(name);
        }
    }

    @Test
    void aTypeOrRankThatCannotBeComputedWithIsNamed() {
        String name = "model.layers.0.mlp.up_proj.weight";
        assertThatThrownBy(() ->
                        logits(
                                new SmallModelFolder()
                                        .zeros(name, "F8_E4M3", List.of(80, 48), 3840)))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContainingAll(name, "F8_E4M3", "F32, F16 and BF16");
        assertThatThrownBy(() ->
                        logits(
                                new SmallModelFolder()
                                        .zeros(name, "F32", List.of(80, 6, 8), 15_360)))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContainingAll(name, "no vector or matrix");
    }

    private float[][] logits(SmallModelFolder model) throws IOException {
        return logits(model.writeTo(folder));
    }

    private static float[][] logits(Path path) throws IOException {
        try (TestModel model = TestModel.load(path, 128)) {
            return model.logits(TOKENS, List.of(TOKENS.length));
        }
    }
}

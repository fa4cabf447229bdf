package dev.talaria.inference.model;

import static dev.talaria.inference.model.ModelConfiguration.WHOLE_CONTEXT;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.inference.gguf.GgmlType;
import dev.talaria.inference.gguf.GgufValue;
import dev.talaria.inference.gguf.MalformedGgufException;
import dev.talaria.inference.gguf.UnsupportedModelException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/// Which files become models, and what is said about those that do not.
class ModelLoaderTest {

    private static final int[] TOKENS = IntStream.range(0, 40).map(i -> i * 31 % 70).toArray();

    @TempDir private Path folder;

    @Test
    void theShapeIsThatOfTheKeysAndDefaults() throws IOException {
        try (TestModel model = load(new SmallModelFile())) {
            assertThat(model.model().shape())
                    .isEqualTo(
                            new ModelConfiguration(
                                    2,
                                    48,
                                    80,
                                    4,
                                    2,
                                    12,
                                    70,
                                    128,
                                    12,
                                    10_000,
                                    1e-5f,
                                    WHOLE_CONTEXT));
        }
    }

    @Test
    void withoutAnOutputMatrixTheEmbeddingTakesItsPlace() throws IOException {
        float[][] tied = logits(new SmallModelFile().without("output.weight"));
        float[][] spelledOut =
                logits(new SmallModelFile().copy("token_embd.weight", "output.weight"));
        assertThat(tied).isDeepEqualTo(spelledOut);
        assertThat(tied).isNotEqualTo(logits(new SmallModelFile()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "token_embd.weight",
                "blk.0.attn_norm.weight",
                "blk.1.attn_v.weight",
                "blk.1.ffn_down.weight",
                "output_norm.weight"
            })
    void aMissingTensorIsNamed(String tensor) {
        assertThatThrownBy(() -> load(new SmallModelFile().without(tensor)))
                .isInstanceOf(MalformedGgufException.class)
                .hasMessageContainingAll("model.gguf", "'" + tensor + "' is missing");
    }

    @Test
    void aTensorOfAnotherShapeIsNamedWithBothShapes() {
        assertThatThrownBy(() -> load(new SmallModelFile().matrix("blk.1.attn_k.weight", 48, 48)))
                .isInstanceOf(MalformedGgufException.class)
                .hasMessageContainingAll("'blk.1.attn_k.weight'", "48 x 48", "24 x 48");
        assertThatThrownBy(() -> load(new SmallModelFile().matrix("output.weight", 48, 71)))
                .isInstanceOf(MalformedGgufException.class)
                .hasMessageContainingAll("'output.weight'", "71 x 48", "70 x 48");
        assertThatThrownBy(() -> load(new SmallModelFile().matrix("output_norm.weight", 47, 1)))
                .isInstanceOf(MalformedGgufException.class)
                .hasMessageContainingAll("'output_norm.weight'", "1 x 47", "1 x 48");
    }

    @Test
    void anEmbeddingThatIsNoMatrixOfTheModelsWidthIsRefused() {
        assertThatThrownBy(() -> load(new SmallModelFile().matrix("token_embd.weight", 47, 70)))
                .isInstanceOf(MalformedGgufException.class)
                .hasMessageContaining("'token_embd.weight'");
        List<Long> cube = List.of(48L, 7L, 10L);
        assertThatThrownBy(() ->
                        load(new SmallModelFile().zeros("token_embd.weight", GgmlType.F32, cube)))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("'token_embd.weight'");
    }

    @Test
    void anotherArchitectureIsNamedWithTheOneThatIsSupported() {
        GgufValue other = new GgufValue.Text("gpt2");
        assertThatThrownBy(() -> load(new SmallModelFile().set("general.architecture", other)))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContainingAll("model.gguf", "'gpt2'", "'llama'");
    }

    @Test
    void rotaryScalingIsRefusedByName() {
        GgufValue linear = new GgufValue.Text("linear");
        assertThatThrownBy(() -> load(new SmallModelFile().set("llama.rope.scaling.type", linear)))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContainingAll("rotary scaling", "'linear'");
        assertThatThrownBy(() -> load(new SmallModelFile().matrix("rope_freqs.weight", 6, 1)))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContainingAll("rotary scaling", "rope_freqs.weight");
    }

    /// llama.cpp scales linearly where a file names a factor and no type.
    @ParameterizedTest
    @ValueSource(strings = {"llama.rope.scaling.factor", "llama.rope.scale_linear"})
    void aRotaryScalingFactorWithoutATypeIsRefusedToo(String key) {
        assertThatThrownBy(() -> load(new SmallModelFile().set(key, GgufValue.float32(4f))))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContainingAll("rotary scaling", key);
    }

    @Test
    void rotaryScalingThatChangesNothingIsNone() throws IOException {
        SmallModelFile unscaled =
                new SmallModelFile()
                        .set("llama.rope.scaling.type", new GgufValue.Text("none"))
                        .set("llama.rope.scaling.factor", GgufValue.float32(4f));
        assertThat(logits(unscaled)).isDeepEqualTo(logits(new SmallModelFile()));
        SmallModelFile byOne =
                new SmallModelFile().set("llama.rope.scaling.factor", GgufValue.float32(1f));
        assertThat(logits(byOne)).isDeepEqualTo(logits(new SmallModelFile()));
    }

    @Test
    void aTypeThatCannotBeComputedWithIsNamed() {
        List<Long> dimensions = List.of(256L, 1L);
        assertThatThrownBy(() ->
                        load(
                                new SmallModelFile()
                                        .zeros("output_norm.weight", GgmlType.IQ3_S, dimensions)))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContainingAll("'output_norm.weight'", "IQ3_S");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "llama.block_count",
                "llama.embedding_length",
                "llama.feed_forward_length",
                "llama.attention.head_count",
                "llama.context_length",
                "llama.attention.layer_norm_rms_epsilon"
            })
    void aMissingKeyIsNamed(String key) {
        assertThatThrownBy(() -> load(new SmallModelFile().withoutKey(key)))
                .isInstanceOf(MalformedGgufException.class)
                .hasMessageContaining(key);
    }

    @Test
    void keysThatContradictEachOtherAreRefused() {
        assertRefused("llama.attention.head_count_kv", GgufValue.uint32(3), "4 query heads");
        assertRefused("llama.rope.dimension_count", GgufValue.uint32(7), "odd");
        assertRefused("llama.rope.dimension_count", GgufValue.uint32(14), "rope.dimension_count");
        assertRefused("llama.attention.head_count", GgufValue.uint32(96), "key_length");
        assertRefused("llama.block_count", GgufValue.uint32(0), "block_count");
        assertRefused("llama.rope.freq_base", GgufValue.float32(Float.NaN), "rotary base");
        assertRefused("llama.attention.layer_norm_rms_epsilon", GgufValue.float32(-1f), "epsilon");
    }

    @Test
    void aContextBeyondMemoryIsRefusedWithTheSettingToLower() {
        assertThatThrownBy(() -> TestModel.load(new SmallModelFile().writeTo(folder), 1 << 26))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContainingAll("67108864 tokens", "inference.context.tokens");
    }

    private void assertRefused(String key, GgufValue value, String finding) {
        assertThatThrownBy(() -> load(new SmallModelFile().set(key, value)))
                .as(key)
                .isInstanceOf(MalformedGgufException.class)
                .hasMessageContaining(finding);
    }

    private TestModel load(SmallModelFile file) throws IOException {
        return TestModel.load(file.writeTo(folder), 128);
    }

    private float[][] logits(SmallModelFile file) throws IOException {
        try (TestModel model = load(file)) {
            return model.logits(TOKENS, List.of(TOKENS.length));
        }
    }
}

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

    @ParameterizedTest
    @ValueSource(strings = {"mistral3", "ministral3", "mixtral", "llama4", "qwen2"})
    void anArchitectureThatSoundsSupportedIsNamedToo(String name) {
        GgufValue other = new GgufValue.Text(name);
        assertThatThrownBy(() -> load(new SmallModelFile().set("general.architecture", other)))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContainingAll("architecture '" + name + "' is not supported", "'llama'");
    }

    @Test
    void aMinistralIsToldWhy() {
        GgufValue other = new GgufValue.Text("mistral3");
        assertThatThrownBy(() -> load(new SmallModelFile().set("general.architecture", other)))
                .hasMessageContaining("scale their queries by position");
    }

    @ParameterizedTest
    @ValueSource(strings = {"longrope", "su", "dynamic"})
    void anotherRotaryScalingIsRefusedByName(String type) {
        GgufValue value = new GgufValue.Text(type);
        assertThatThrownBy(() -> load(new SmallModelFile().set("llama.rope.scaling.type", value)))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContainingAll("rotary scaling '" + type + "'", "linear, yarn");
    }

    @Test
    void theFactorsOfLongRopeAreRefused() {
        assertThatThrownBy(
                        () -> load(new SmallModelFile().matrix("rope_factors_long.weight", 6, 1)))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("longrope");
    }

    /// llama.cpp scales linearly where a file names a factor and no type.
    @ParameterizedTest
    @ValueSource(strings = {"llama.rope.scaling.factor", "llama.rope.scale_linear"})
    void aRotaryScalingFactorWithoutATypeScalesLinearly(String key) throws IOException {
        assertThat(scaling(new SmallModelFile().set(key, GgufValue.float32(4f))))
                .isEqualTo(new RotaryScaling.Linear(4));
    }

    @Test
    void yarnHasTheUsualBoundsAndMagnitude() throws IOException {
        SmallModelFile file =
                yarn().set("llama.rope.scaling.original_context_length", GgufValue.uint32(32));
        double magnitude = 0.1 * Math.log(4) + 1;
        assertThat(scaling(file))
                .isEqualTo(new RotaryScaling.Yarn(4, 32, 32, 1, true, 1, magnitude));
        assertThat(scaling(yarn()))
                .isEqualTo(new RotaryScaling.Yarn(4, 128, 32, 1, true, 1, magnitude));
    }

    @Test
    void yarnsKeysAreHeeded() throws IOException {
        SmallModelFile file =
                yarn().set("llama.rope.scaling.original_context_length", GgufValue.uint32(64))
                        .set("llama.rope.scaling.yarn_beta_fast", GgufValue.float32(16))
                        .set("llama.rope.scaling.yarn_beta_slow", GgufValue.float32(2))
                        .set("llama.rope.scaling.yarn_ext_factor", GgufValue.float32(0.5f))
                        .set("llama.rope.scaling.attn_factor", GgufValue.float32(0.25f));
        double magnitude = 0.25 * (0.1 * Math.log(4) + 1);
        assertThat(scaling(file))
                .isEqualTo(new RotaryScaling.Yarn(4, 64, 16, 2, true, 0.5, magnitude));
        try (TestModel model = load(file)) {
            assertThat(model.model().shape().contextTokens()).isEqualTo(256);
        }
    }

    @Test
    void divisorsAreReadFromTheirTensor() throws IOException {
        SmallModelFile file =
                new SmallModelFile()
                        .vector("rope_freqs.weight", 1, 1, 1.5f, 2, 4, 8)
                        .set("llama.rope.scaling.factor", GgufValue.float32(2f));
        assertThat(scaling(file))
                .isEqualTo(
                        new RotaryScaling.Divided(
                                List.of(1.0, 1.0, 1.5, 2.0, 4.0, 8.0),
                                new RotaryScaling.Linear(2)));
        assertThat(logits(file)).isNotEqualTo(logits(new SmallModelFile()));
    }

    @Test
    void divisorsThatDoNotFitTheHeadsAreRefused() {
        assertThatThrownBy(() -> load(new SmallModelFile().vector("rope_freqs.weight", 1, 2)))
                .isInstanceOf(MalformedGgufException.class)
                .hasMessageContaining("2 divisors for 6 pairs");
        assertThatThrownBy(() ->
                        load(new SmallModelFile().vector("rope_freqs.weight", 1, 2, 3, 4, 5, -6)))
                .isInstanceOf(MalformedGgufException.class)
                .hasMessageContaining("divisor");
    }

    private static SmallModelFile yarn() {
        return new SmallModelFile()
                .set("llama.rope.scaling.type", new GgufValue.Text("yarn"))
                .set("llama.rope.scaling.factor", factor(4));
    }

    private static GgufValue factor(float factor) {
        return GgufValue.float32(factor);
    }

    private RotaryScaling scaling(SmallModelFile file) throws IOException {
        try (TestModel model = load(file)) {
            return model.model().shape().rotaryScaling();
        }
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
        assertRefused("llama.rope.scaling.factor", GgufValue.float32(-2f), "scaling factor -2.0");
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

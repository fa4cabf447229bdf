package dev.talaria.inference.model;

import static dev.talaria.inference.model.ModelConfiguration.WHOLE_CONTEXT;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.talaria.inference.gguf.UnsupportedModelException;
import dev.talaria.inference.safetensors.MalformedFolderException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;

/// `config.json` in both styles, and what is said where such a model cannot be computed.
class FolderConfigurationTest {

    private static final long SEED = 20_260_302L;
    private static final String MISTRAL = "[\"MistralForCausalLM\"]";

    @TempDir private Path folder;

    @Test
    void theShapeIsThatOfTheKeysAndDefaults() throws IOException {
        SmallModelFolder model =
                new SmallModelFolder().withoutKey("num_key_value_heads").withoutKey("rms_norm_eps");
        assertThat(shape(model))
                .isEqualTo(
                        new ModelConfiguration(
                                2, 48, 80, 4, 4, 12, 70, 128, 12, 10_000, 1e-6f, WHOLE_CONTEXT));
        model.set("num_key_value_heads", "null").set("head_dim", 16).set("rms_norm_eps", "2e-5");
        assertThat(shape(model))
                .isEqualTo(
                        new ModelConfiguration(
                                2, 48, 80, 4, 4, 16, 70, 128, 16, 10_000, 2e-5f, WHOLE_CONTEXT));
    }

    @Test
    void theRotaryBaseIsReadInBothStyles() throws IOException {
        SmallModelFolder older = new SmallModelFolder().set("rope_theta", "500000.0");
        assertThat(shape(older).rotaryBase()).isEqualTo(500_000);
        assertThat(shape(older.set("rope_scaling", "null")).rotaryScaling())
                .isEqualTo(RotaryScaling.none());
        String parameters = "{\"rope_theta\": 1000000, \"rope_type\": \"default\"}";
        SmallModelFolder newer = new SmallModelFolder().set("rope_parameters", parameters);
        assertThat(shape(newer).rotaryBase()).isEqualTo(1_000_000);
        assertThat(shape(newer.set("rope_theta", "7.0")).rotaryBase()).isEqualTo(1_000_000);
        assertThat(shape(new SmallModelFolder()).rotaryBase()).isEqualTo(10_000);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"rope_type\":\"linear\",\"factor\":4}           | linear, factor 4.0      | 512",
                "{\"type\":\"linear\",\"factor\":2.5}              | linear, factor 2.5      | 320",
                "{\"type\":\"dynamic\",\"factor\":2}               | dynamic, factor 2.0 beyond 128"
                        + " tokens | 256",
                "{\"type\":\"yarn\",\"factor\":4}                  | yarn, factor 4.0 of 128 tokens"
                        + " | 512",
                "{\"type\":\"yarn\",\"factor\":4,\"original_max_position_embeddings\":64} | yarn,"
                        + " factor 4.0 of 64 tokens | 256",
                "{\"type\":\"yarn\",\"original_max_position_embeddings\":32} | yarn, factor 4.0 of"
                        + " 32 tokens | 128",
                "{\"rope_type\":\"llama3\",\"factor\":8,\"low_freq_factor\":1,\"high_freq_factor\":4,\"original_max_position_embeddings\":16}"
                    + " | llama3, factor 8.0 of 16 tokens | 128",
            })
    void scalingStretchesTheContext(String scaling, String description, int context)
            throws IOException {
        for (String key : new String[] {"rope_scaling", "rope_parameters"}) {
            ModelConfiguration shape = shape(new SmallModelFolder().set(key, scaling));
            assertThat(shape.rotaryScaling().description()).isEqualTo(description);
            assertThat(shape.contextTokens()).isEqualTo(context);
        }
    }

    @Test
    void dynamicScalingIsUsuallyPlain() throws IOException {
        String dynamic = "{\"type\":\"dynamic\",\"factor\":2}";
        ModelConfiguration shape = shape(new SmallModelFolder().set("rope_scaling", dynamic));
        assertThat(shape.usualContextTokens()).isEqualTo(128);
        assertThat(shape(new SmallModelFolder()).usualContextTokens()).isEqualTo(128);
    }

    @Test
    void yarnsNumbersAreHeeded() throws IOException {
        assertThat(yarn("\"beta_fast\":16,\"beta_slow\":2,\"truncate\":false"))
                .isEqualTo(
                        new RotaryScaling.Yarn(40, 128, 16, 2, false, 1, 0.1 * Math.log(40) + 1));
        assertThat(yarn("\"attention_factor\":0.5,\"beta_fast\":null,\"beta_slow\":0"))
                .isEqualTo(new RotaryScaling.Yarn(40, 128, 32, 1, true, 1, 0.5));
        assertThat(yarn("\"mscale\":0.707,\"mscale_all_dim\":1.0").magnitude())
                .isEqualTo((0.0707 * Math.log(40) + 1) / (0.1 * Math.log(40) + 1));
        assertThat(yarn("\"mscale\":0.707,\"mscale_all_dim\":0").magnitude())
                .isEqualTo(0.1 * Math.log(40) + 1);
    }

    private RotaryScaling yarn(String keys) throws IOException {
        String scaling = "{\"rope_type\":\"yarn\",\"factor\":40," + keys + "}";
        return shape(new SmallModelFolder().set("rope_scaling", scaling)).rotaryScaling();
    }

    @Test
    void theWindowIsMistralsAlone() throws IOException {
        assertThat(window(mistral().set("sliding_window", 24))).isEqualTo(24);
        assertThat(window(mistral().set("sliding_window", "null"))).isEqualTo(WHOLE_CONTEXT);
        assertThat(window(mistral())).as("as transformers").isEqualTo(4096);
        assertThat(window(mistral().set("sliding_window", 24).set("use_sliding_window", false)))
                .isEqualTo(WHOLE_CONTEXT);
        assertThat(window(new SmallModelFolder().set("sliding_window", 24)))
                .isEqualTo(WHOLE_CONTEXT);
        assertThatThrownBy(() -> window(mistral().set("sliding_window", 0)))
                .isInstanceOf(MalformedFolderException.class)
                .hasMessageContaining("'sliding_window': 0 is not within 1");
    }

    private static SmallModelFolder mistral() {
        return new SmallModelFolder().set("architectures", MISTRAL);
    }

    private int window(SmallModelFolder model) throws IOException {
        return shape(model).slidingWindow();
    }

    @Test
    void aShareOfEveryHeadMayBeRotated() throws IOException {
        assertThat(shape(new SmallModelFolder().set("partial_rotary_factor", 0.5)).rotaryWidth())
                .isEqualTo(6);
        assertThatThrownBy(() -> shape(new SmallModelFolder().set("partial_rotary_factor", 1.5)))
                .isInstanceOf(MalformedFolderException.class)
                .hasMessageContaining("partial_rotary_factor");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "architectures       | [\"Qwen2ForCausalLM\"]         | 'Qwen2ForCausalLM' is not"
                        + " supported; MistralForCausalLM and LlamaForCausalLM are",
                "architectures       | [\"Ministral3ForCausalLM\"]    | scale their queries by"
                        + " position",
                "architectures       | [\"MixtralForCausalLM\"]       | mixture of experts",
                "architectures       | []                             | architecture '' is not"
                        + " supported",
                "attention_bias      | true                           | attention_bias is true",
                "mlp_bias            | true                           | mlp_bias is true",
                "hidden_act          | \"gelu\"                       | hidden_act is 'gelu'",
                "quantization_config | {\"quant_method\":\"awq\"}     | AWQ comes later",
                "quantization_config | {\"quant_method\":\"gptq\"}    | quantized weights (GPTQ)"
                        + " are not supported",
                "quantization_config | {}                             | quantized weights",
                "rope_scaling        | {\"type\":\"longrope\"}        | 'longrope' is not"
                        + " supported",
                "rope_scaling        | {\"rope_type\":\"su\"}         | 'su' is not supported",
                "rope_parameters     | {\"full_attention\":{\"rope_type\":\"default\"}} | differ by"
                        + " layer",
            })
    void whatCannotBeComputedIsNamed(String key, String value, String finding) {
        assertThatThrownBy(() -> shape(new SmallModelFolder().set(key, value)))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContainingAll("config.json", finding);
    }

    @Test
    void withoutArchitecturesTheModelTypeDecides() throws IOException {
        SmallModelFolder model = new SmallModelFolder().withoutKey("architectures");
        assertThat(shape(model.set("model_type", "\"mistral\"")).slidingWindow()).isEqualTo(4096);
        assertThatThrownBy(() -> shape(model.set("model_type", "\"phi3\"")))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("'phi3'");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "hidden_size             | -1       | 'hidden_size': -1 is not within",
                "hidden_size             | \"48\"   | expected a whole number",
                "hidden_size             | 48.5     | expected a whole number",
                "hidden_size             | 1e300    | is not within",
                "vocab_size              | 99999999999999999999 | is not within",
                "num_attention_heads     | 0        | is not within",
                "num_key_value_heads     | 3        | cannot share",
                "head_dim                | 13       | rotary width 13 is odd",
                "rms_norm_eps            | 0        | epsilon",
                "rms_norm_eps            | 1e999    | is not finite",
                "rope_theta              | 0.5      | rotary base",
                "max_position_embeddings | 0        | is not within",
                "rope_scaling            | []       | expected an object",
                "rope_scaling            | {\"type\":\"linear\"}                |"
                        + " 'rope_scaling.factor': is missing",
                "rope_scaling            | {\"type\":\"linear\",\"factor\":-1}  | scaling factor"
                        + " -1.0",
                "rope_scaling            |"
                    + " {\"type\":\"llama3\",\"factor\":8,\"low_freq_factor\":4,\"high_freq_factor\":4}"
                    + " | not below",
                "architectures           | [1]      | array of strings",
                "attention_bias          | \"yes\"  | expected true or false",
            })
    void valuesThatMakeNoSenseAreNamedWithTheirPlace(String key, String value, String finding) {
        assertThatThrownBy(() -> shape(new SmallModelFolder().set(key, value)))
                .isInstanceOf(MalformedFolderException.class)
                .hasMessageContainingAll("config.json at offset ", finding);
    }

    @ParameterizedTest
    @CsvSource({
        "hidden_size",
        "intermediate_size",
        "num_hidden_layers",
        "num_attention_heads",
        "vocab_size"
    })
    void aMissingKeyIsNamed(String key) {
        assertThatThrownBy(() -> shape(new SmallModelFolder().withoutKey(key)))
                .isInstanceOf(MalformedFolderException.class)
                .hasMessageContaining("'" + key + "': is missing");
    }

    @Test
    void aFolderWithoutConfigurationIsToldSo() {
        assertThatThrownBy(() -> FolderConfiguration.read(folder))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("holds no config.json");
    }

    @Test
    void generationEndsWithTheTokensOfItsOwnFileFirst() throws IOException {
        new SmallModelFolder().set("eos_token_id", 2).writeTo(folder);
        assertThat(FolderConfiguration.read(folder).endTokens()).containsExactly(2);
        Path generation = folder.resolve("generation_config.json");
        Files.writeString(generation, "{\"eos_token_id\": [5, 9, 5]}");
        assertThat(FolderConfiguration.read(folder).endTokens()).containsExactly(5, 9);
        Files.writeString(generation, "{\"eos_token_id\": null}");
        assertThat(FolderConfiguration.read(folder).endTokens()).containsExactly(2);
        Files.writeString(generation, "{\"eos_token_id\": -1}");
        FolderConfiguration wrong = FolderConfiguration.read(folder);
        assertThatThrownBy(wrong::endTokens)
                .isInstanceOf(MalformedFolderException.class)
                .hasMessageContaining("generation_config.json at offset 17");
    }

    @Test
    void anyDamageIsATypedErrorOrHarmless() throws IOException {
        String parameters =
                "{\"rope_theta\":1e6,\"rope_type\":\"yarn\",\"factor\":8,\"truncate\":true}";
        byte[] whole =
                mistral()
                        .set("rope_parameters", parameters)
                        .set("sliding_window", 24)
                        .set("eos_token_id", "[1, 2]")
                        .config()
                        .getBytes(StandardCharsets.UTF_8);
        SplittableRandom random = new SplittableRandom(SEED);
        String pieces = "0123456789{}[],:\"-.eEtfn \\";
        for (int i = 0; i < 10_000; i++) {
            byte[] damaged = whole.clone();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                damaged[random.nextInt(damaged.length)] =
                        random.nextBoolean()
                                ? (byte) pieces.charAt(random.nextInt(pieces.length()))
                                : (byte) random.nextInt();
            }
            read(damaged, "seed %d, mutation %d".formatted(SEED, i));
        }
        for (int length = 0; length < whole.length; length++) {
            read(Arrays.copyOf(whole, length), "cut to " + length);
        }
    }

    private void read(byte[] config, String what) throws IOException {
        Files.write(folder.resolve("config.json"), config);
        try {
            FolderConfiguration read = FolderConfiguration.read(folder);
            read.endTokens();
            assertThat(read.shape().layers()).isPositive();
        } catch (MalformedFolderException | UnsupportedModelException e) {
            assertThat(e.getMessage()).isNotBlank();
        } catch (RuntimeException | StackOverflowError e) {
            fail(what + ": " + new String(config, StandardCharsets.UTF_8), e);
        }
    }

    private ModelConfiguration shape(SmallModelFolder model) throws IOException {
        Files.writeString(folder.resolve("config.json"), model.config());
        return FolderConfiguration.read(folder).shape();
    }
}

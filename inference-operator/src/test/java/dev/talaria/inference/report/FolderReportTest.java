package dev.talaria.inference.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.inference.model.SmallModelFolder;
import dev.talaria.inference.model.WeightSource;
import dev.talaria.inference.tokenizer.SmallTokenizers;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What is said about Hugging Face folders.
class FolderReportTest {

    @TempDir private Path folder;

    @Test
    void theReportTellsWhatTheFolderHolds() throws IOException {
        ModelReport report =
                report(
                        new SmallModelFolder()
                                .set("architectures", "[\"MistralForCausalLM\"]")
                                .set("sliding_window", 24)
                                .set("rope_theta", 500_000)
                                .set("rope_scaling", "{\"type\":\"linear\",\"factor\":4}")
                                .set("bos_token_id", 1)
                                .set("eos_token_id", "[2, 3]"));
        assertThat(report.weightObstacles()).isEmpty();
        assertThat(report.isComputable()).isTrue();
        assertThat(report.text())
                .contains("safetensors")
                .contains("architecture     MistralForCausalLM")
                .contains("F32            21 tensors")
                .contains("context          512")
                .contains("KV heads         2")
                .contains("rope base        500000.0")
                .contains("rope scaling     linear, factor 4.0")
                .contains("sliding window   24")
                .contains("  begin          1")
                .contains("  end            2")
                .contains("chat template    none")
                .contains("the folder has neither tokenizer.json nor tokenizer.model; fetch it");
    }

    @Test
    void theTokenizersTemplateIsShownByItsFirstLine() throws IOException {
        Files.writeString(
                folder.resolve("tokenizer_config.json"),
                "{\"chat_template\": \"{% for m in messages %}\\n{{ m }}\"}");
        Files.write(folder.resolve("tokenizer.model"), SmallTokenizers.sentencePieceModel());
        assertThat(report(new SmallModelFolder()).text())
                .contains("tokenizer        tokenizer.model, 278 tokens")
                .contains("chat template    {% for m in messages %}\n")
                .contains("the tokenizer has 278 tokens, but the embedding 70 rows");
    }

    @Test
    void missingAndUselessTensorsAreNamedAsTheFolderNamesThem() throws IOException {
        ModelReport report =
                report(
                        new SmallModelFolder()
                                .without("model.layers.1.self_attn.k_proj.weight")
                                .vector("model.layers.0.self_attn.q_proj.bias", 48)
                                .vector("model.layers.0.self_attn.rotary_emb.inv_freq", 6));
        assertThat(report.weightObstacles())
                .containsExactlyInAnyOrder(
                        "missing tensors (1): model.layers.1.self_attn.k_proj.weight",
                        "tensors without a use here (1): model.layers.0.self_attn.q_proj.bias");
    }

    @Test
    void shapesThatDoNotFollowFromTheConfigurationAreNamed() throws IOException {
        assertThat(report(new SmallModelFolder().set("intermediate_size", 96)).weightObstacles())
                .contains(
                        "tensor 'model.layers.0.mlp.up_proj.weight' has shape [80, 48]; [96, 48]"
                                + " follows from config.json");
    }

    @Test
    void aTiedOrMissingOutputIsNoObstacle() throws IOException {
        assertThat(report(new SmallModelFolder().without("lm_head.weight")).weightObstacles())
                .isEmpty();
        assertThat(
                        report(new SmallModelFolder().set("tie_word_embeddings", true))
                                .weightObstacles())
                .isEmpty();
    }

    @Test
    void everyObstacleIsListedAtOnce() throws IOException {
        ModelReport report =
                report(
                        new SmallModelFolder()
                                .set("architectures", "[\"Qwen2\\u001b[31mForCausalLM\"]")
                                .set("attention_bias", true)
                                .set("hidden_act", "\"gelu\"")
                                .set("rope_scaling", "{\"type\":\"longrope\"}")
                                .set("quantization_config", "{\"quant_method\":\"awq\"}"));
        assertThat(report.weightObstacles()).hasSize(5);
        assertThat(report.isRunnable()).isFalse();
        assertThat(report.text())
                .contains("biases are not supported", "AWQ comes later", "'longrope'")
                .contains("layers           2")
                .doesNotContain("\u001b");
    }

    @Test
    void typesThatCannotBeComputedWithAreCounted() throws IOException {
        String name = "model.layers.0.mlp.up_proj.weight";
        ModelReport report =
                report(new SmallModelFolder().zeros(name, "F64", List.of(80, 48), 8 * 80 * 48));
        assertThat(report.weightObstacles())
                .containsExactly(
                        "1 tensors stored as F64, which is not supported: "
                                + name
                                + "; use a model in F32, F16 or BF16");
    }

    @Test
    void aConfigurationThatMakesNoSenseIsAnObstacleWithItsPlace() throws IOException {
        assertThat(report(new SmallModelFolder().withoutKey("vocab_size")).weightObstacles())
                .singleElement()
                .asString()
                .contains("config.json at offset 0: 'vocab_size': is missing");
    }

    @Test
    void theFilesThatMakeTheModelAreNamedInOrder() throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), "{}");
        Files.writeString(folder.resolve("README.md"), "not of the model");
        new SmallModelFolder().writeTo(folder);
        try (WeightSource source = WeightSource.open(folder)) {
            assertThat(source.files())
                    .extracting(file -> file.getFileName().toString())
                    .containsExactly("config.json", "model.safetensors", "tokenizer.json");
        }
    }

    private ModelReport report(SmallModelFolder model) throws IOException {
        try (WeightSource source = WeightSource.open(model.writeTo(folder))) {
            return ModelReport.of(source);
        }
    }
}

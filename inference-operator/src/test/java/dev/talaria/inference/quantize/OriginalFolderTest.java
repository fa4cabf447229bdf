package dev.talaria.inference.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.talaria.inference.Shared;
import dev.talaria.inference.embedded.ModelFiles;
import dev.talaria.inference.gguf.MalformedModelException;
import dev.talaria.inference.gguf.UnsupportedModelException;
import dev.talaria.inference.model.SmallModelFolder;
import dev.talaria.inference.report.ModelReport;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A Hugging Face folder, written as one GGUF file, is the same model with the same tokenizer.
class OriginalFolderTest {

    // The window of the Mistral of the fixtures, which a GGUF file's readers do not apply.
    private static final int WINDOW = 24;

    @TempDir private Path folder;

    private final List<String> notes = new ArrayList<>();

    @ParameterizedTest
    @CsvSource({
        "mistral-bf16-sharded, BF16, 0",
        "mistral-bf16-sharded, F32, 0",
        "mistral-bf16-sharded, Q8_0, 0.03",
        "llama3-style, F16, 0",
        "llama3-style, F32, 0",
        "llama3-style, Q4_K_M, 0.3",
        "lora/base, F16, 0",
        "lora/base, Q8_0, 0.03"
    })
    void theFileGivesTheSameLogits(String name, FileType type, double bound) throws IOException {
        Path fixture = Shared.require("fixtures/hf/" + name);
        Path file = quantize(fixture, type);
        int[] ids = ids(fixture);
        float[] expected = logits(fixture, ids);
        float[] actual = logits(file, ids);
        if (bound == 0) {
            assertThat(actual).as(name).containsExactly(expected, within(1e-6f));
        } else {
            assertThat(error(actual, expected)).as(name).isBetween(1e-6, bound);
        }
    }

    @ParameterizedTest
    @CsvSource({"mistral-bf16-sharded", "llama3-style", "lora/base"})
    void theFileTokenizesTheSameAndNothingIsMissing(String name) throws IOException {
        Path fixture = Shared.require("fixtures/hf/" + name);
        Path file = quantize(fixture, FileType.Q4_0);
        for (String text : List.of("", " two  spaces", "Grüße, 😀\n\t1234567 <|im_end|>", "the")) {
            assertThat(ModelFiles.textEncoder(file).apply(text))
                    .as(text)
                    .isEqualTo(ModelFiles.textEncoder(fixture).apply(text));
            assertThat(ModelFiles.templateEncoder(file).apply(text))
                    .as(text)
                    .isEqualTo(ModelFiles.templateEncoder(fixture).apply(text));
        }
        ModelReport report = ModelFiles.report(file);
        assertThat(report.isRunnable()).as(report.text()).isTrue();
        boolean isWindowed = name.startsWith("mistral");
        assertThat(notes).hasSize(isWindowed ? 1 : 0);
        assertThat(notes).allMatch(note -> note.contains("a window of 24 tokens"));
    }

    @Test
    void aFolderWithoutATokenizerIsRefusedBeforeAnythingIsWritten() throws IOException {
        Path model = Files.createDirectory(folder.resolve("model"));
        new SmallModelFolder().writeTo(model);
        assertThatThrownBy(() -> quantize(model, FileType.Q8_0))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContainingAll("model", "tokenizer");
        assertThat(folder.resolve("out.gguf")).doesNotExist();
    }

    @Test
    void aFolderThatLacksAShardIsRefused() throws IOException {
        Path fixture = Shared.require("fixtures/hf/mistral-bf16-sharded");
        Path model = Files.createDirectory(folder.resolve("model"));
        try (var files = Files.list(fixture)) {
            for (Path file : files.filter(file -> !file.toString().contains("-00002-")).toList()) {
                Files.copy(file, model.resolve(file.getFileName()));
            }
        }
        assertThatThrownBy(() -> quantize(model, FileType.Q8_0))
                .isInstanceOf(MalformedModelException.class)
                .hasMessageContaining("model-00002-of-00003.safetensors");
    }

    private Path quantize(Path in, FileType type) throws IOException {
        Path out = folder.resolve("out.gguf");
        ModelQuantizer.Listener listener =
                new ModelQuantizer.Listener() {
                    @Override
                    public void written(long bytes, long ofBytes) {}

                    @Override
                    public void note(String line) {
                        notes.add(line);
                    }
                };
        ModelFiles.quantize(in, out, type.name(), 2, listener);
        return out;
    }

    private static int[] ids(Path fixture) throws IOException {
        return Arrays.stream(Files.readString(fixture.resolve("ids.txt")).strip().split("\\s+"))
                .mapToInt(Integer::parseInt)
                .limit(WINDOW)
                .toArray();
    }

    private static float[] logits(Path model, int[] ids) throws IOException {
        List<float[]> rows = new ArrayList<>();
        ModelFiles.logits(
                model,
                ids,
                "scalar",
                2,
                (logits, offset, width) ->
                        rows.add(Arrays.copyOfRange(logits, offset, offset + width)));
        FloatBuffer all = FloatBuffer.allocate(rows.size() * rows.getFirst().length);
        rows.forEach(all::put);
        return all.array();
    }

    private static double error(float[] actual, float[] expected) {
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < expected.length; i++) {
            difference += Math.pow(actual[i] - expected[i], 2);
            norm += (double) expected[i] * expected[i];
        }
        return Math.sqrt(difference / norm);
    }
}

package dev.talaria.inference.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.inference.gguf.UnsupportedModelException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Weights in one file or several, and folders that do not hold what their index says.
class SafetensorsFolderTest {

    private static final String INDEX = "model.safetensors.index.json";

    @TempDir private Path folder;

    @Test
    void shardsAreOneSetOfTensors() throws IOException {
        SafetensorsBytes whole = SafetensorsBytes.small();
        whole.shard(0, 2).writeTo(folder.resolve("model-00001-of-00002.safetensors"));
        whole.shard(1, 2).writeTo(folder.resolve("model-00002-of-00002.safetensors"));
        StringBuilder map = new StringBuilder();
        for (int i = 0; i < whole.names().size(); i++) {
            map.append(i == 0 ? "" : ",")
                    .append(
                            "\"%s\":\"model-0000%d-of-00002.safetensors\""
                                    .formatted(whole.names().get(i), i % 2 + 1));
        }
        index("{\"metadata\":{\"total_size\":1},\"weight_map\":{" + map + "}}");

        try (SafetensorsFolder weights = SafetensorsFolder.open(folder)) {
            assertThat(weights.tensors())
                    .extracting(SafetensorsTensor::name)
                    .containsExactlyElementsOf(whole.names());
            SafetensorsTensor norm = weights.tensor("model.norm.weight").orElseThrow();
            assertThat(weights.data(norm).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED))
                    .containsExactly(1, 2, 3);
            assertThat(weights.files()).hasSize(3).contains(folder.resolve(INDEX));
        }
    }

    @Test
    void theSingleFileCountsWhereBothAreThere() throws IOException {
        SafetensorsBytes.small().writeTo(folder.resolve("model.safetensors"));
        index("not read");
        try (SafetensorsFolder weights = SafetensorsFolder.open(folder)) {
            assertThat(weights.files()).containsExactly(folder.resolve("model.safetensors"));
        }
    }

    @Test
    void aMissingShardIsNamed() throws IOException {
        index("{\"weight_map\":{\"a\":\"model-00001-of-00009.safetensors\"}}");
        assertThatThrownBy(() -> SafetensorsFolder.open(folder))
                .isInstanceOf(MalformedFolderException.class)
                .hasMessageContainingAll(
                        INDEX, "at offset 19", "'model-00001-of-00009.safetensors' is missing");
    }

    @Test
    void aTensorThatIsNotInItsShardIsNamed() throws IOException {
        SafetensorsBytes.small().writeTo(folder.resolve("s.safetensors"));
        index("{\"weight_map\":{\"scalar\":\"s.safetensors\",\"b\":\"s.safetensors\"}}");
        assertThatThrownBy(() -> SafetensorsFolder.open(folder))
                .isInstanceOf(MalformedFolderException.class)
                .hasMessageContainingAll(INDEX, "'b' is not in shard 's.safetensors'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../x.safetensors",
                "..",
                ".",
                "",
                "/etc/passwd",
                "a/../../b",
                "sub/x.safetensors",
                "a\\\\b",
                "C:x",
                "x\\u0000",
                "~/x"
            })
    void aShardOutsideOfTheFolderIsRefused(String shard) throws IOException {
        index("{\"weight_map\":{\"a\":\"" + shard + "\"}}");
        assertThatThrownBy(() -> SafetensorsFolder.open(folder))
                .isInstanceOf(MalformedFolderException.class)
                .hasMessageContaining("a shard is a file in the index's own folder");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "{\"weight_map\":[]}",
                "{\"weight_map\":{}}",
                "{\"weight_map\":{\"a\":1}}",
                "{\"weight_map\":{\"a\":\"s\",\"a\":\"s\"}}",
                "{\"weight_map\":{\"a\":\"s\"},\"weight_map\":{\"b\":\"s\"}}",
                "{\"weight_map\":{\"a\":\"s\"}",
                "{\"weight_map\":{\"a\":\"s\"}} 1"
            })
    void anIndexThatIsNoneIsRefused(String text) throws IOException {
        index(text);
        assertThatThrownBy(() -> SafetensorsFolder.open(folder))
                .isInstanceOf(MalformedFolderException.class)
                .hasMessageContaining(INDEX);
    }

    @Test
    void aFolderWithoutWeightsIsToldWhatToDo() throws IOException {
        assertThatThrownBy(() -> SafetensorsFolder.open(folder))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("holds neither model.safetensors nor " + INDEX);
        Files.createFile(folder.resolve("pytorch_model.bin"));
        assertThatThrownBy(() -> SafetensorsFolder.open(folder))
                .hasMessageContaining("convert them to safetensors");
        Files.createFile(folder.resolve("x.Q4_0.gguf"));
        assertThatThrownBy(() -> SafetensorsFolder.open(folder))
                .hasMessageContaining("name the file x.Q4_0.gguf in it");
    }

    @Test
    void dataOfAnotherFolderIsRefused() throws IOException {
        SafetensorsBytes.small().writeTo(folder.resolve("model.safetensors"));
        try (SafetensorsFolder weights = SafetensorsFolder.open(folder)) {
            SafetensorsTensor foreign =
                    new SafetensorsTensor(
                            Path.of("other"), "a", SafetensorsType.U8, List.of(1L), 0, 1);
            assertThatThrownBy(() -> weights.data(foreign))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private void index(String text) throws IOException {
        Files.writeString(folder.resolve(INDEX), text);
    }
}

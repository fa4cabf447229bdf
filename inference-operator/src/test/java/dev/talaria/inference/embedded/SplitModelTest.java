package dev.talaria.inference.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.inference.OperatorConfig;
import dev.talaria.inference.gguf.SplitGguf;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A model in several files runs as the same model in one.
class SplitModelTest {

    private static final int[] IDS = {1, 300, 5, 700, 42};

    @TempDir private Path folder;

    @Test
    void itGivesTheLogitsOfTheWholeFile() throws IOException {
        Path whole = whole();
        List<Path> parts = SplitGguf.write(whole, folder, "model", 3);
        assertThat(logits(parts.getFirst())).isEqualTo(logits(whole));
    }

    @Test
    void itsDigestIsThatOfAllItsFiles() throws IOException {
        List<Path> parts = SplitGguf.write(whole(), folder, "model", 2);
        StringBuilder list = new StringBuilder();
        for (Path part : parts) {
            list.append(FileDigest.sha256(part)).append(' ');
            list.append(Files.size(part)).append(' ');
            list.append(part.getFileName()).append('\n');
        }
        byte[] listed = list.toString().getBytes(StandardCharsets.UTF_8);
        String expected = FileDigest.sha256(new ByteArrayInputStream(listed));
        OperatorConfig config =
                new OperatorConfig(Optional.of(parts.getFirst()), "auto", 1, 1, 64, 1 << 24);
        try (EmbeddedOperator operator = EmbeddedOperator.open(config)) {
            assertThat(operator.model().sha256()).isEqualTo(expected);
        }
    }

    @Test
    void theReportSaysHowManyPartsThereAre() throws IOException {
        Path whole = whole();
        Path first = SplitGguf.write(whole, folder, "parts", 3).getFirst();
        assertThat(ModelFiles.report(first).text()).contains(", GGUF version 3 in 3 files\n");
        assertThat(ModelFiles.report(whole).text()).contains(", GGUF version 3\n");
    }

    private Path whole() throws IOException {
        Path file = folder.resolve("whole.gguf");
        ModelFiles.synthesize(file, "tiny", "Q5_0", 7, (bytes, of) -> {});
        return file;
    }

    private static List<Float> logits(Path model) throws IOException {
        List<Float> all = new ArrayList<>();
        ModelFiles.logits(
                model,
                IDS,
                "auto",
                1,
                (logits, offset, vocabulary) -> {
                    for (int i = 0; i < vocabulary; i++) {
                        all.add(logits[offset + i]);
                    }
                });
        return all;
    }
}

package dev.talaria.inference.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

import dev.talaria.inference.report.ModelReport;
import dev.talaria.inference.tokenizer.Tokenizer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Any bytes at all as a model file: they open, or the error is one of the two typed ones.
///
/// In an ordinary build the seeds run, those under `src/test/resources` in `GgufFuzzTestInputs`;
/// how to fuzz for new ones is in `CONTRIBUTING.md`.
class GgufFuzzTest {

    @FuzzTest
    void anyBytesAreAFileOrATypedError(byte[] bytes) throws IOException {
        Path path = Files.createTempFile("fuzz", ".gguf");
        try {
            Files.write(path, bytes);
            use(path);
        } finally {
            Files.delete(path);
        }
    }

    private static void use(Path path) throws IOException {
        try (GgufFile file = GgufFile.open(path)) {
            for (TensorInfo info : file.tensors()) {
                if (info.type().isPresent()) {
                    file.tensor(info.name());
                }
            }
            assertThat(ModelReport.of(file).text()).isNotBlank();
            Tokenizer.of(file);
        } catch (MalformedGgufException | UnsupportedModelException expected) {
            assertThat(expected.getMessage()).isNotBlank();
        }
    }
}

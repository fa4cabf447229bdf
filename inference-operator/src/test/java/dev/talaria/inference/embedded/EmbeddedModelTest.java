package dev.talaria.inference.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.inference.gguf.GgufFile;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

class EmbeddedModelTest {

    private static final FileTime LONG_AGO = FileTime.from(Instant.ofEpochSecond(1_000_000));

    @TempDir private Path folder;

    @Test
    void theModelIsWrittenWholeUnderItsDigest() throws IOException {
        Path file = EmbeddedModel.fileIn(folder.resolve("not/yet/there"));
        String digest = FileDigest.sha256(file);
        assertThat(digest).isEqualTo(resourceDigest());
        assertThat(file.getFileName())
                .hasToString("talaria-mini-" + digest.substring(0, 16) + ".gguf");
        try (GgufFile gguf = GgufFile.open(file)) {
            assertThat(gguf.metadata().requiredString("general.architecture")).isEqualTo("llama");
        }
    }

    @Test
    void aFileThatIsThereAndWholeIsLeftAlone() throws IOException {
        Path file = EmbeddedModel.fileIn(folder);
        Files.setLastModifiedTime(file, LONG_AGO);
        assertThat(EmbeddedModel.fileIn(folder)).isEqualTo(file);
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(LONG_AGO);
    }

    @Test
    void aDamagedFileIsReplaced() throws IOException {
        Path file = EmbeddedModel.fileIn(folder);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        assertThat(FileDigest.sha256(EmbeddedModel.fileIn(folder))).isEqualTo(resourceDigest());
        Files.write(file, new byte[0]);
        assertThat(FileDigest.sha256(EmbeddedModel.fileIn(folder))).isEqualTo(resourceDigest());
        assertOnly(file);
    }

    @Test
    void manyAtOnceGetTheSameWholeFile() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<String>> digests = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                digests.add(threads.submit(() -> FileDigest.sha256(EmbeddedModel.fileIn(folder))));
            }
            for (Future<String> digest : digests) {
                assertThat(digest.get()).isEqualTo(resourceDigest());
            }
        }
        assertOnly(EmbeddedModel.fileIn(folder));
    }

    @Test
    void aFolderThatCannotBeWrittenIsSaidSo() throws IOException {
        Path occupied = Files.writeString(folder.resolve("file"), "in the way");
        assertThatThrownBy(() -> EmbeddedModel.fileIn(occupied))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("file");
    }

    private void assertOnly(Path file) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    private static String resourceDigest() throws IOException {
        try (InputStream resource =
                EmbeddedModel.class.getResourceAsStream("talaria-mini-Q8_0.gguf")) {
            return FileDigest.sha256(resource);
        }
    }
}

package dev.talaria.inference.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class FileCacheTest {

    @TempDir Path folder;

    @Test
    void aForgottenFileIsTheSameFile() throws IOException {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "only Linux can be asked");
        Path file = folder.resolve("a file");
        byte[] bytes = new byte[1 << 20];
        bytes[bytes.length - 1] = 7;
        Files.write(file, bytes);

        assertThat(FileCache.forget(file)).isTrue();

        assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "only Linux can be asked");

        assertThatThrownBy(() -> FileCache.forget(folder.resolve("none")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("none");
    }
}

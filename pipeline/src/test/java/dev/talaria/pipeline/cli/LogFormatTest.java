package dev.talaria.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;

class LogFormatTest {

    @TempDir private Path folder;

    @Test
    void aFormatThatIsNoneIsOneLine() throws Exception {
        Path file =
                Files.writeString(
                        folder.resolve("talaria.properties"),
                        "kafka.bootstrap.servers=127.0.0.1:1\nlog.format=xml\n");
        StringWriter err = new StringWriter();
        int code =
                Main.run(
                        new PrintWriter(new StringWriter()),
                        new PrintWriter(err),
                        "run",
                        "--config",
                        file.toString());
        assertThat(code).isEqualTo(1);
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(err.toString()).contains("log.format", "'xml' is not text or json");
    }
}

package dev.talaria.pipeline.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.pipeline.config.PipelineConfig;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/// The name of an instance stays with its state.
class InstanceIdTest {

    @TempDir private Path folder;

    @Test
    void aNameIsKeptFromStartToStart() throws IOException {
        String first = InstanceId.keptIn(config());

        assertThat(first).startsWith("app-");
        assertThat(InstanceId.keptIn(config())).isEqualTo(first);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(folder.resolve("app.instance"));
        }
    }

    @Test
    void anEmptyFileAsAFullDiskLeavesItIsReplacedByAName() throws IOException {
        Files.writeString(folder.resolve("app.instance"), "");

        String name = InstanceId.keptIn(config());

        assertThat(name).startsWith("app-");
        assertThat(folder.resolve("app.instance")).hasContent(name);
    }

    private PipelineConfig config() {
        return PipelineConfig.of(
                Map.of(
                        "kafka.bootstrap.servers", "nowhere:1",
                        "application.id", "app",
                        "state.dir", folder.toString()));
    }
}

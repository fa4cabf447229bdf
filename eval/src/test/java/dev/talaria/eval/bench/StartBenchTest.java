package dev.talaria.eval.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.inference.OperatorConfig;
import dev.talaria.inference.embedded.EmbeddedModel;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Starts of the miniature model, each a process of its own.
class StartBenchTest {

    @TempDir Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void everyStartHasItsPhasesAndWritesAToken() throws IOException {
        List<String> progress = new ArrayList<>();
        OperatorConfig config = OperatorConfig.DEFAULT.withRepackCache(folder.resolve("panels"));

        StartBench.Starts starts =
                new StartBench(EmbeddedModel.file(), config, progress::add).run(1);

        assertThat(starts.warm())
                .singleElement()
                .satisfies(start -> {
                    assertThat(start.jvm()).isPositive();
                    assertThat(start.weights()).isNotNegative();
                    assertThat(start.token()).isPositive();
                    assertThat(start.total())
                            .isGreaterThan(start.jvm() + start.open() + start.token());
                });
        assertThat(starts.cold()).hasSizeLessThanOrEqualTo(1);
        assertThat(progress).anyMatch(line -> line.startsWith("warm, round 1 of 1"));
    }

    @Test
    void aProcessThatFailsIsQuoted() throws IOException {
        Path file = Files.writeString(folder.resolve("text.gguf"), "This is no model.");

        assertThatThrownBy(() -> new StartBench(file, OperatorConfig.DEFAULT, _ -> {}).run(1))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("said no times", "text.gguf");
    }

    @Test
    void whatBelongsToOtherMeasurementsIsRefusedBesideStarts() {
        for (String other : List.of("--stages", "--vs=llama.cpp", "--json=-", "--documents=1")) {
            assertThat(run("--start", other)).isEqualTo(2);
            assertThat(err.toString()).contains(other.split("=")[0] + ": is no part of --start");
        }
    }

    private int run(String... arguments) {
        return new BenchTool()
                .run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }
}

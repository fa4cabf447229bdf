package dev.talaria.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// `model quantize` from the outside.
class ModelQuantizeTest {

    @TempDir Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path model;

    @BeforeEach
    void writeAModel() {
        model = folder.resolve("tiny.gguf");
        assertThat(run("model", "synth", "--shape", "tiny", "--type", "F16", model)).isZero();
    }

    @Test
    void aModelIsWrittenInAnotherTypeAndCanBeRun() {
        Path small = folder.resolve("small.gguf");

        assertThat(run("model", "quantize", model, small, "--type", "Q4_K_M")).isZero();

        assertThat(out.toString()).contains(small + ": Q4_K_M, ");
        assertThat(err.toString()).isEmpty();
        assertThat(run("model", "info", small)).isZero();
        assertThat(out.toString()).contains("Q4_K ", "Q6_K ", "runs here        yes");
    }

    @Test
    void quantizingAgainWarns() {
        Path once = folder.resolve("once.gguf");
        Path twice = folder.resolve("twice.gguf");
        assertThat(run("model", "quantize", model, once, "--type", "q4_0")).isZero();

        assertThat(run("model", "quantize", once, twice, "--type", "Q8_0")).isZero();

        assertThat(err.toString()).contains("tensors are quantized already").hasLineCount(1);
    }

    @Test
    void aFileThatIsThereIsReplacedOnlyByForce() throws IOException {
        Path there = Files.writeString(folder.resolve("there.gguf"), "something else");

        assertThat(run("model", "quantize", model, there, "--type", "Q8_0")).isEqualTo(1);
        assertThat(err.toString())
                .isEqualTo("talaria: " + there + ": exists; add --force to replace it\n");
        assertThat(there).hasContent("something else");

        assertThat(run("model", "quantize", model, there, "--type", "Q8_0", "--force")).isZero();
        assertThat(Files.size(there)).isGreaterThan(1_000_000);
    }

    @Test
    void aFileIsNeverWrittenOntoItself() throws IOException {
        Path link = Files.createLink(folder.resolve("link.gguf"), model);

        for (Path same : List.of(model, link)) {
            assertThat(run("model", "quantize", model, same, "--type", "Q8_0", "--force"))
                    .isEqualTo(1);
        }
        assertThat(err.toString()).contains("is read, too").hasLineCount(2);
    }

    @Test
    void unknownTypesAndBrokenFilesAreSaidInOneLine() throws IOException {
        Path target = folder.resolve("target.gguf");
        Path broken = Files.writeString(folder.resolve("broken.gguf"), "no model");

        assertThat(run("model", "quantize", model, target, "--type", "Q9")).isEqualTo(1);
        assertThat(run("model", "quantize", broken, target, "--type", "Q8_0")).isEqualTo(1);
        assertThat(run("model", "quantize", model, target, "--type", "Q8_0", "--threads", "0"))
                .isEqualTo(2);

        assertThat(err.toString().lines().toList())
                .satisfiesExactly(
                        line -> assertThat(line).contains("type 'Q9' is unknown", "Q5_K_S"),
                        line -> assertThat(line).contains(broken + " at offset 0"),
                        line -> assertThat(line).contains("--threads = 0 is below 1"),
                        line -> assertThat(line).startsWith("try: "));
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactlyInAnyOrder(model, broken);
        }
    }

    private int run(Object... words) {
        out.getBuffer().setLength(0);
        String[] args = Stream.of(words).map(Object::toString).toArray(String[]::new);
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    }
}

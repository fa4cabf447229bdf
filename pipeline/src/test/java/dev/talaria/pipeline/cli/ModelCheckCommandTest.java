package dev.talaria.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

class ModelCheckCommandTest {

    @TempDir Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void theMiniatureModelPassesAndSaysWhatToExpect() {
        assertThat(run("model", "check")).as(err.toString()).isZero();
        assertThat(out.toString())
                .contains("ok     vocabulary")
                .contains("ok     tokenizer")
                .contains("ok     end token    '<|im_end|>'")
                .contains("ok     chat         chatml")
                .containsPattern("ok     computation  \\d+ tokens read, 8 written")
                .containsPattern("memory read +[0-9.]+ GB/s")
                .containsPattern("prompt +[0-9.]+ tokens/s at most")
                .containsPattern("keys and values +[0-9.]+ GB for \\d+ tokens")
                .containsPattern("context +2048 tokens");
    }

    @Test
    void weightsThatAreNoNumbersFail() throws IOException {
        Path model = folder.resolve("tiny.gguf");
        assertThat(run("model", "synth", "--shape", "tiny", "--type", "F32", model)).isZero();
        try (RandomAccessFile file = new RandomAccessFile(model.toFile(), "rw")) {
            byte[] notANumber = {0, 0, (byte) 0xC0, 0x7F};
            for (long at = file.length() - 4096; at < file.length(); at += 4) {
                file.seek(at);
                file.write(notANumber);
            }
        }
        assertThat(run("model", "check", model)).isEqualTo(1);
        assertThat(out.toString()).containsPattern("FAILED computation .* no finite number");
    }

    @Test
    void whatIsNoModelIsSaidInOneLine() throws IOException {
        assertThat(run("model", "check", folder.resolve("none"))).isEqualTo(1);
        assertThat(err.toString()).contains("there is no such file");
        assertThat(run("model", "check", folder)).isEqualTo(1);
        Path text = Files.writeString(folder.resolve("text.gguf"), "no model at all");
        assertThat(run("model", "check", text)).isEqualTo(1);
        assertThat(err.toString().lines())
                .hasSize(3)
                .allMatch(line -> line.startsWith("talaria: "));
        assertThat(run("model", "check", "--threads", "0")).isEqualTo(2);
    }

    @Test
    void unknownTemplatesAndToolsAreNamed() throws IOException {
        assertThat(run("generate", "--template", "x", "--prompt", "hi")).isEqualTo(2);
        assertThat(err.toString()).contains("--template = 'x' is unknown; choose auto, chatml");
        Path tools = Files.writeString(folder.resolve("tools.json"), "{}");
        assertThat(run("generate", "--tools", tools, "--prompt", "hi")).isEqualTo(1);
        assertThat(err.toString()).contains(tools + ": the tools are no JSON array");
    }

    private int run(Object... arguments) {
        String[] words = Stream.of(arguments).map(Object::toString).toArray(String[]::new);
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), words);
    }
}

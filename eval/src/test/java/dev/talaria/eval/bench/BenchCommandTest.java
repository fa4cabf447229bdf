package dev.talaria.eval.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;

class BenchCommandTest {

    @TempDir Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void theMiniatureModelIsMeasuredAndBothFormsOfTheResultAgree() throws IOException {
        Path json = folder.resolve("result.json");

        assertThat(
                        run(
                                "--prompt",
                                "9",
                                "--decode",
                                "2",
                                "--sequences",
                                "1,3",
                                "--rounds",
                                "1",
                                "--threads",
                                "2",
                                "--stages",
                                "--json",
                                json.toString()))
                .as(err.toString())
                .isZero();

        JsonNode result = JsonMapper.shared().readTree(Files.readString(json));
        assertThat(result.path("figures").valueStream().map(it -> it.path("name").asString()))
                .containsExactly("pp9", "tg2", "tg2x3");
        assertThat(result.at("/figures/2/tokens").asInt()).isEqualTo(6);
        assertThat(result.at("/model/type").asString()).isEqualTo("Q8_0");
        assertThat(out.toString()).contains("talaria-mini", "pp9 ", "tg2 ", "tg2x3 ");
        assertThat(out.toString())
                .contains("stages of pp9", "stages of tg2x3", "query key value", "logits");
        assertThat(err.toString()).contains("round 1 of 1");
    }

    @Test
    void stagesAreNoPartOfTheJson() {
        assertThat(run("--stages", "--json", "-")).isEqualTo(2);
        assertThat(err.toString()).contains("--stages").doesNotContain("ceilings");
    }

    @Test
    void aModelThatIsNotThereIsNamed() {
        assertThat(run("--model", folder.resolve("none.gguf").toString())).isEqualTo(2);
        assertThat(err.toString()).contains("none.gguf: there is no such file; check the path");
    }

    @Test
    void aFileThatIsNoModelIsSaidInOneLine() throws IOException {
        Path file = Files.writeString(folder.resolve("text.gguf"), "This is no model.");

        assertThat(run("--model", file.toString())).isEqualTo(1);
        assertThat(err.toString().lines().filter(line -> line.startsWith("talaria: ")))
                .singleElement()
                .asString()
                .contains("text.gguf");
    }

    @Test
    void whereTheResultCannotBeWrittenIsFoundBeforeAnythingIsMeasured() {
        assertThat(run("--json", folder.resolve("absent/result.json").toString())).isEqualTo(2);
        assertThat(err.toString()).contains("--json").doesNotContain("ceilings");

        assertThat(run("--json", folder.toString())).isEqualTo(2);
    }

    @Test
    void anotherEngineThanTheOneThereIsIsRefused() {
        assertThat(run("--vs", "vllm")).isEqualTo(2);
        assertThat(err.toString()).contains("--vs: 'vllm'", "llama.cpp");
    }

    @Test
    void numbersThatMakeNoSenseAreRefusedByName() {
        assertThat(run("--sequences", "1,0")).isEqualTo(2);
        assertThat(run("--threads", "0")).isEqualTo(2);
        assertThat(run("--rounds", "zero")).isEqualTo(2);
        assertThat(err.toString()).contains("--sequences: 0", "--threads: 0", "'--rounds'");
    }

    @Test
    void kernelsThatDoNotExistAreSaidInOneLine() {
        assertThat(run("--kernels", "quantum")).isEqualTo(1);
        assertThat(err.toString()).contains("talaria: kernels 'quantum'");
    }

    private int run(String... arguments) {
        return new BenchTool()
                .run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }
}

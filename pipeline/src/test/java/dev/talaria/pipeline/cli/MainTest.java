package dev.talaria.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;

class MainTest {

    @TempDir Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void helpListsTheCommandsThoseOfOtherModulesAmongThem() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("demo", "run", "config", "echo", "Repeats");
    }

    @Test
    void aToolOfAnotherModuleGetsItsArgumentsUntouched() {
        assertThat(run("echo", "--help", "-x", "a b", "--verbose", "--", "c")).isEqualTo(7);
        assertThat(out.toString().strip()).isEqualTo("[--help, -x, a b, --verbose, --, c]");
    }

    @Test
    void wrongUsageIsSaidInTwoLinesWithCodeTwo() {
        assertThat(run("demo", "--modell", "x")).isEqualTo(2);
        assertThat(err.toString().lines()).hasSize(2);
        assertThat(err.toString()).contains("talaria: ", "--modell", "talaria demo --help");
    }

    @Test
    void aCommandThatIsNoneIsAnsweredWithItsNeighbour() {
        assertThat(run("generat")).isEqualTo(2);
        assertThat(err.toString()).contains("unknown command 'generat'; did you mean generate");
    }

    @Test
    void anOptionThatIsNoneIsAnsweredWithItsNeighbour() {
        assertThat(run("generate", "--promt", "x")).isEqualTo(2);
        assertThat(err.toString()).contains("unknown option '--promt'; did you mean --prompt");
    }

    @Test
    void anArgumentTooManyIsNamed() {
        assertThat(run("demo", "all")).isEqualTo(2);
        assertThat(err.toString()).contains("unknown argument 'all'");
    }

    @Test
    void memoryThatIsNotEnoughIsSaidInOneLine() {
        assertThat(run("echo", EchoTool.TOO_MUCH)).isEqualTo(1);
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(err.toString()).contains("Java heap space", "TALARIA_OPTS=-Xmx");
    }

    @Test
    void noCommandIsWrongUsage() {
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString()).contains("name a command");
    }

    @Test
    void aFailureIsOneLineWithCodeOneAndVerboseAddsTheTrace() {
        Path missing = folder.resolve("missing.yaml");

        assertThat(run("run", "--config", missing.toString())).isEqualTo(1);
        assertThat(err.toString().strip())
                .isEqualTo("talaria: " + missing + ": there is no such file; check the path");

        assertThat(run("run", "--verbose", "--config", missing.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("\tat dev.talaria.pipeline.config");
    }

    @Test
    void aModelThatIsNotThereIsNamed() {
        assertThat(run("demo", "--model", folder.resolve("none.gguf").toString())).isEqualTo(1);
        assertThat(err.toString()).contains("none.gguf: there is no such file");
    }

    @Test
    void aBrokerThatIsNotThereIsNamed() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        Path config =
                Files.writeString(
                        folder.resolve("c.yaml"), "kafka.bootstrap.servers: 127.0.0.1:" + port);

        assertThat(run("run", "--config", config.toString())).isEqualTo(1);
        assertThat(err.toString().strip().lines()).hasSize(1);
        assertThat(err.toString())
                .contains("kafka.bootstrap.servers = 127.0.0.1:" + port, "no broker answered");
    }

    @Test
    void aModelThatIsNotThereIsFoundBeforeTheBrokerIsAskedFor() throws IOException {
        Path config =
                Files.writeString(
                        folder.resolve("c.yaml"),
                        "kafka.bootstrap.servers: 127.0.0.1:1\ninference.model: none.gguf\n");

        assertThat(run("run", "--config", config.toString())).isEqualTo(1);
        assertThat(err.toString().strip())
                .isEqualTo("talaria: none.gguf: there is no such file; check the path");
    }

    @Test
    void anAddressThatIsNoneIsNamed() throws IOException {
        Path config =
                Files.writeString(folder.resolve("c.yaml"), "kafka.bootstrap.servers: nonsense");

        assertThat(run("run", "--config", config.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("nonsense").doesNotContain("\tat ");
    }

    private int run(String... arguments) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }
}

package dev.talaria.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.PrintWriter;
import java.io.StringWriter;

class LoadCommandTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void everyDocumentIsAnsweredOnceAndTheProcessorsTimeIsShown() {
        int code = load("--warm-up", "100", "--documents", "400", "--rounds", "2");

        assertThat(code).as("%s%s", out, err).isZero();
        assertThat(out.toString())
                .contains("round 1: ", "round 2: ")
                .contains("exactly once: 900 documents sent, 900 records read; 0 missing, 0 twice")
                .contains("topology", "model", "broker");
    }

    @Test
    void aRateThatNoMachineHasFails() {
        int code =
                load(
                        "--warm-up",
                        "0",
                        "--documents",
                        "20",
                        "--rounds",
                        "1",
                        "--at-least",
                        "1000000000");

        assertThat(code).isEqualTo(1);
        assertThat(out.toString()).contains("exactly once", "too slow: ", "1,000,000,000");
    }

    @Test
    void documentsThatHoldNoNumberAreRefused() {
        assertThat(load("--bytes", "10")).isEqualTo(2);
        assertThat(err.toString()).contains("--bytes = 10 is below 128; raise it");
    }

    @Test
    void settingsThatDoNotExistAreRefused() {
        assertThat(load("--set", "stream.thread=2")).isEqualTo(1);
        assertThat(err.toString()).contains("stream.thread", "stream.threads");
    }

    @Test
    void anotherClusterThanItsOwnIsRefused() {
        assertThat(load("--set", "kafka.bootstrap.servers=elsewhere:9092")).isEqualTo(2);
        assertThat(err.toString()).contains("kafka.bootstrap.servers", "a broker of its own");
    }

    private int load(String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "load";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), all);
    }
}

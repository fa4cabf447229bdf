package dev.talaria.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;

class ProgressLineTest {

    private final StringWriter err = new StringWriter();
    private long nanos;

    @Test
    void withoutATerminalALineComesNowAndThen() {
        ProgressLine progress = line(false, 100, 20);

        seconds(10);
        progress.answered(false, 500);
        assertThat(err.toString()).isEmpty();

        seconds(20);
        progress.answered(true, 100);
        assertThat(err.toString().lines())
                .containsExactly(
                        "22 of 100 rows, 0.07 documents/s, 20 tokens/s, 1 rejected, 19 min left");
    }

    @Test
    void onATerminalThereIsABarThatIsWrittenOver() {
        ProgressLine progress = line(true, 4, 0);

        seconds(1);
        progress.looked(2);
        assertThat(err.toString())
                .startsWith("\r[############............] 2 of 4 rows")
                .endsWith("\033[K");

        progress.end();
        assertThat(err.toString()).endsWith("\r\033[K");
    }

    private ProgressLine line(boolean isTerminal, long rows, long done) {
        return new ProgressLine(new PrintWriter(err, true), isTerminal, () -> nanos, rows, done);
    }

    private void seconds(long more) {
        nanos += Duration.ofSeconds(more).toNanos();
    }
}

package dev.talaria.eval.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.eval.suite.Verdict;

import org.junit.jupiter.api.Test;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.atomic.AtomicLong;

class ProgressLineTest {

    private final StringWriter text = new StringWriter();
    private final AtomicLong nanoTime = new AtomicLong();
    private final ProgressLine line = new ProgressLine(new PrintWriter(text), nanoTime::get);

    @Test
    void ratesAndTheTimeLeftAreOfThisRun() {
        line.begin(100, 40);
        for (int i = 0; i < 20; i++) {
            line.answered(30);
            nanoTime.addAndGet(500_000_000);
            line.judged(i < 5 ? Verdict.PASSED : Verdict.FAILED);
        }
        assertThat(last())
                .isEqualTo(
                        "██████████████░░░░░░░░░░ 60 of 100, 5 passed, 2.0 rows/s, 60 tokens/s,"
                                + " 0:20 min left");
        line.end();
        assertThat(last()).isEmpty();
    }

    @Test
    void itIsNotDrawnMoreOftenThanCanBeSeen() {
        line.begin(1_000, 0);
        for (int i = 0; i < 1_000; i++) {
            nanoTime.addAndGet(1_000_000);
            line.judged(Verdict.FAILED);
        }
        assertThat(text.toString().chars().filter(c -> c == '\r').count()).isEqualTo(11);
    }

    private String last() {
        String all = text.toString();
        return all.substring(all.lastIndexOf('\r') + 1).replace("\033[K", "");
    }
}

package dev.talaria.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.inference.embedded.LoadProgress;

import org.junit.jupiter.api.Test;

import java.io.PrintWriter;
import java.io.StringWriter;

class LoadingLineTest {

    private final StringWriter screen = new StringWriter();

    private LoadProgress line(boolean isTerminal) {
        return LoadingLine.on(new PrintWriter(screen), isTerminal);
    }

    @Test
    void aLargeModelHasALineThatIsGoneAtTheEnd() {
        LoadProgress line = line(true);
        line.loaded(1L << 30, 4L << 30);
        line.loaded((1L << 30) + 1, 4L << 30);
        assertThat(screen.toString())
                .containsOnlyOnce("loading")
                .contains(" 25 %", "1,024 of 4,096 MB")
                .startsWith("\r");
        line.loaded(4L << 30, 4L << 30);
        assertThat(screen.toString()).contains("100 %").endsWith("\r\033[K");
    }

    @Test
    void aSmallModelHasNone() {
        line(true).loaded(5 << 20, 7 << 20);
        line(true).loaded(7 << 20, 7 << 20);
        assertThat(screen.toString()).isEmpty();
    }

    @Test
    void withoutATerminalThereIsNone() {
        line(false).loaded(1L << 30, 4L << 30);
        assertThat(screen.toString()).isEmpty();
    }
}

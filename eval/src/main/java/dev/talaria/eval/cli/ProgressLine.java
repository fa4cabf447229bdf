package dev.talaria.eval.cli;

import dev.talaria.eval.suite.Progress;
import dev.talaria.eval.suite.Verdict;
import dev.talaria.inference.embedded.LoadProgress;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// How far a run has come, on one line of the terminal that is written over and gone at the end.
final class ProgressLine implements Progress {

    // Anything smaller is there before a line could be read.
    private static final long LARGE = 256L << 20;
    private static final int WIDTH = 24;
    private static final long REDRAW_NANOS = 100_000_000;

    private final PrintWriter err;
    private final LongSupplier nanoTime;
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicLong tokens = new AtomicLong();
    private int trials;
    private int before;
    private int judged;
    private int passed;
    private long startNanos;
    private long drawnNanos;

    ProgressLine(PrintWriter err, LongSupplier nanoTime) {
        this.err = err;
        this.nanoTime = nanoTime;
    }

    /// A line where there is a terminal, nothing elsewhere.
    static Progress on(PrintWriter err) {
        return isTerminal() ? new ProgressLine(err, System::nanoTime) : Progress.SILENT;
    }

    /// The loading of a large model, where there is a terminal.
    static LoadProgress loading(PrintWriter err) {
        if (!isTerminal()) {
            return LoadProgress.SILENT;
        }
        return (bytes, ofBytes) -> {
            if (ofBytes >= LARGE) {
                err.printf("\rloading %,d of %,d MB ", bytes >> 20, ofBytes >> 20);
                err.print(bytes == ofBytes ? "\r\033[K" : "");
                err.flush();
            }
        };
    }

    private static boolean isTerminal() {
        return System.console() != null && System.console().isTerminal();
    }

    @Override
    public void begin(int trials, int before) {
        this.trials = trials;
        this.before = before;
        startNanos = nanoTime.getAsLong();
        drawnNanos = startNanos - REDRAW_NANOS;
        draw();
    }

    @Override
    public void answered(int completionTokens) {
        answered.incrementAndGet();
        tokens.addAndGet(completionTokens);
    }

    @Override
    public void judged(Verdict verdict) {
        judged++;
        passed += verdict == Verdict.PASSED ? 1 : 0;
        draw();
    }

    @Override
    public void end() {
        err.print("\r\033[K");
        err.flush();
    }

    private void draw() {
        long now = nanoTime.getAsLong();
        if (now - drawnNanos >= REDRAW_NANOS) {
            drawnNanos = now;
            err.print("\r" + text((now - startNanos) / 1e9) + "\033[K");
            err.flush();
        }
    }

    // What other answers are already there for counts as well: answers come in any order.
    private String text(double seconds) {
        int done = before + judged;
        int filled = trials == 0 ? WIDTH : (int) ((long) WIDTH * done / trials);
        String bar = "█".repeat(filled) + "░".repeat(WIDTH - filled);
        String line = "%s %d of %d, %d passed".formatted(bar, done, trials, passed);
        int come = Math.max(answered.get(), judged);
        if (come == 0 || seconds <= 0) {
            return line;
        }
        long left = Math.round((trials - before - come) * seconds / come);
        return line
                + ", %.1f rows/s, %.0f tokens/s, %s left"
                        .formatted(come / seconds, tokens.get() / seconds, spoken(left));
    }

    private static String spoken(long seconds) {
        Duration time = Duration.ofSeconds(seconds);
        return seconds >= 3_600
                ? "%d h %02d min".formatted(time.toHours(), time.toMinutesPart())
                : "%d:%02d min".formatted(time.toMinutes(), time.toSecondsPart());
    }
}

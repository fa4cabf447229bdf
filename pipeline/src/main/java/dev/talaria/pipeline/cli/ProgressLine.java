package dev.talaria.pipeline.cli;

import dev.talaria.pipeline.batch.BatchProgress;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.LongSupplier;

/// How far a job has come: on a terminal a bar that is written over, elsewhere a line now and then.
final class ProgressLine implements BatchProgress {

    private static final long BAR_NANOS = Duration.ofMillis(200).toNanos();
    private static final long LINE_NANOS = Duration.ofSeconds(30).toNanos();
    private static final int BAR_WIDTH = 24;

    private final PrintWriter err;
    private final boolean isTerminal;
    private final LongSupplier nanoTime;
    private final long rows;
    private final long beginNanos;
    private long shownNanos;
    private long looked;
    private long answered;
    private long rejected;
    private long tokens;

    /// @param rows of the job
    /// @param done of these, before
    ProgressLine(PrintWriter err, boolean isTerminal, LongSupplier nanoTime, long rows, long done) {
        this.err = err;
        this.isTerminal = isTerminal;
        this.nanoTime = nanoTime;
        this.rows = rows;
        this.looked = done;
        this.beginNanos = nanoTime.getAsLong();
        this.shownNanos = beginNanos;
    }

    @Override
    public void looked(long more) {
        looked += more;
        show();
    }

    @Override
    public void answered(boolean isRejected, long ofTokens) {
        looked++;
        answered++;
        rejected += isRejected ? 1 : 0;
        tokens += ofTokens;
        show();
    }

    private void show() {
        long now = nanoTime.getAsLong();
        if (now - shownNanos < (isTerminal ? BAR_NANOS : LINE_NANOS)) {
            return;
        }
        shownNanos = now;
        if (isTerminal) {
            err.print("\r" + bar() + " " + text(now) + "\033[K");
        } else {
            err.println(text(now));
        }
        err.flush();
    }

    /// Takes the bar away.
    void end() {
        if (isTerminal) {
            err.print("\r\033[K");
            err.flush();
        }
    }

    private String bar() {
        int full = rows == 0 ? BAR_WIDTH : (int) (BAR_WIDTH * looked / rows);
        return "[" + "#".repeat(full) + ".".repeat(BAR_WIDTH - full) + "]";
    }

    private String text(long now) {
        double seconds = Math.max(1e-9, (now - beginNanos) / 1e9);
        double rate = answered / seconds;
        return "%,d of %,d rows, %.2f documents/s, %.0f tokens/s, %,d rejected%s"
                .formatted(looked, rows, rate, tokens / seconds, rejected, left(seconds));
    }

    // Rows that were gone over cost nothing; the rest is taken to be like those answered.
    private String left(double seconds) {
        if (answered == 0) {
            return "";
        }
        double left = seconds / answered * (rows - looked);
        return ", " + duration(Duration.ofMillis((long) (left * 1000))) + " left";
    }

    /// `3 h 12 min`, `12 min`, `40 s`.
    static String duration(Duration time) {
        if (time.toHours() > 0) {
            return "%,d h %d min".formatted(time.toHours(), time.toMinutesPart());
        }
        return time.toMinutes() > 0
                ? time.toMinutes() + " min"
                : Math.max(1, time.toSeconds()) + " s";
    }
}

package dev.talaria.pipeline.cli;

import dev.talaria.pipeline.admin.DocumentSender;

import java.io.PrintWriter;
import java.time.Duration;

/// How many documents are sent: on a terminal a line that is written over, elsewhere one now and
/// then.
final class SendProgress {

    private static final long LINE_NANOS = Duration.ofSeconds(30).toNanos();
    private static final long WRITTEN_OVER_NANOS = Duration.ofMillis(200).toNanos();

    private final PrintWriter err;
    private final DocumentSender sender;
    private final boolean isTerminal = System.console() != null && System.console().isTerminal();
    private final long beginNanos = System.nanoTime();
    private long shownNanos = beginNanos;

    SendProgress(PrintWriter err, DocumentSender sender) {
        this.err = err;
        this.sender = sender;
    }

    void show() {
        long now = System.nanoTime();
        if (now - shownNanos < (isTerminal ? WRITTEN_OVER_NANOS : LINE_NANOS)) {
            return;
        }
        shownNanos = now;
        double seconds = (now - beginNanos) / 1e9;
        String text =
                "%,d documents sent, %.1f MB, %.0f a second"
                        .formatted(
                                sender.acknowledged(),
                                sender.bytes() / 1e6,
                                sender.acknowledged() / seconds);
        if (isTerminal) {
            err.print("\r" + text + "\033[K");
        } else {
            err.println(text);
        }
        err.flush();
    }

    void end() {
        if (isTerminal) {
            err.print("\r\033[K");
            err.flush();
        }
    }
}

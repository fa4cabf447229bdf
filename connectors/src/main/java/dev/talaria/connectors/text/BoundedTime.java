package dev.talaria.connectors.text;

import static java.util.Objects.requireNonNullElse;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/// Work on documents of strangers, each on a thread of its own that can be left behind: parsers do
/// not look at interrupts everywhere.
final class BoundedTime {

    // Left behind and still at work. More would take the processors from the model.
    private static final int MOST_LEFT_BEHIND = 4;
    private static final AtomicInteger LEFT_BEHIND = new AtomicInteger();

    private BoundedTime() {}

    /// The result, or why there is none within the time.
    static String call(Callable<String> work, Duration limit, String place)
            throws UnreadableDocumentException {
        if (LEFT_BEHIND.get() >= MOST_LEFT_BEHIND) {
            throw new UnreadableDocumentException(
                    "ExtractionBusy",
                    "%s: %d documents before it are still being read beyond their time; send it again later"
                            .formatted(place, LEFT_BEHIND.get()));
        }
        FutureTask<String> task = new FutureTask<>(work);
        Thread thread = Thread.ofPlatform().daemon().name("talaria-text").unstarted(task);
        thread.start();
        try {
            return task.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw failure(requireNonNullElse(e.getCause(), e), place);
        } catch (TimeoutException e) {
            leaveBehind(task, thread);
            throw new UnreadableDocumentException(
                    "ExtractionTimeout",
                    "%s: its text was not out after %d ms; split or simplify the document"
                            .formatted(place, limit.toMillis()),
                    e);
        } catch (InterruptedException e) {
            leaveBehind(task, thread);
            Thread.currentThread().interrupt();
            throw new UnreadableDocumentException(
                    "ExtractionInterrupted", place + ": reading was interrupted; send it again", e);
        }
    }

    private static void leaveBehind(FutureTask<String> task, Thread thread) {
        task.cancel(true);
        LEFT_BEHIND.incrementAndGet();
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        thread.join();
                        LEFT_BEHIND.decrementAndGet();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
    }

    private static UnreadableDocumentException failure(Throwable cause, String place) {
        return switch (cause) {
            case UnreadableDocumentException known -> known;
            case OutOfMemoryError e ->
                    new UnreadableDocumentException(
                            "DocumentTooLarge",
                            "%s: reading it takes more memory than there is (%s); split the document"
                                    .formatted(place, e.getMessage()),
                            e);
            default ->
                    new UnreadableDocumentException(
                            "DamagedDocument",
                            "%s: it cannot be read (%s); save it anew and send that"
                                    .formatted(place, oneLine(cause)),
                            cause);
        };
    }

    private static String oneLine(Throwable cause) {
        String message = cause.getMessage();
        String name = cause.getClass().getSimpleName();
        String first = message == null ? "" : message.lines().findFirst().orElse("").strip();
        String whole = first.isEmpty() ? name : name + ": " + first;
        return whole.length() <= 200 ? whole : whole.substring(0, 200) + "…";
    }
}

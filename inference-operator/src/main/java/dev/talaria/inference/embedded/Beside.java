package dev.talaria.inference.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// A value that a thread of its own computes, beside what its creator does meanwhile.
final class Beside<T> {

    private final FutureTask<T> task;

    /// Begins to compute.
    Beside(String thread, Callable<T> value) {
        task = new FutureTask<>(value);
        Thread.ofPlatform().daemon().name(thread).start(task);
    }

    /// The value, waited for where it is not there yet.
    ///
    /// @throws IOException or RuntimeException or Error: what the computation threw
    T value() throws IOException {
        boolean isInterrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    isInterrupted = true;
                }
            }
        } catch (ExecutionException e) {
            throw thrown(e.getCause());
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// Throws what the computation threw, where it has ended so; whoever has much left to do need
    /// not do it.
    void requireNotFailed() {
        if (task.state() == FutureTask.State.FAILED) {
            try {
                throw thrown(task.exceptionNow());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static IOException thrown(Throwable cause) {
        return switch (cause) {
            case IOException e -> e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> new IOException(cause);
        };
    }
}

package dev.talaria.inference.embedded;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// One thread where prompts are built and answers validated, so that neither a caller nor the
/// engine waits.
final class Desk implements Executor {

    private final ExecutorService executor = Executors.newSingleThreadExecutor(this::newThread);
    private volatile Thread thread;

    // When the work at hand was begun; written by the thread alone.
    private volatile long begunNanos;
    private volatile boolean isIdle = true;

    private Thread newThread(Runnable work) {
        thread = Thread.ofPlatform().daemon().name("talaria-desk").unstarted(work);
        return thread;
    }

    /// @throws java.util.concurrent.RejectedExecutionException once it is closed
    @Override
    public void execute(Runnable work) {
        executor.execute(() -> timed(work));
    }

    private void timed(Runnable work) {
        begunNanos = System.nanoTime();
        isIdle = false;
        try {
            work.run();
        } finally {
            isIdle = true;
        }
    }

    /// How long the work at hand has taken so far; zero where there is none.
    Duration busy() {
        boolean idle = isIdle;
        long nanos = System.nanoTime() - begunNanos;
        return idle ? Duration.ZERO : Duration.ofNanos(Math.max(0, nanos));
    }

    /// Takes no more work, and waits for what it has taken, unless it is its own thread that calls.
    void close() {
        if (Thread.currentThread().equals(thread)) {
            executor.shutdown();
        } else {
            executor.close();
        }
    }
}

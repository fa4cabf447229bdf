package dev.talaria.inference.kernel;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/// A fixed set of threads that do one thing at a time together.
///
/// Between two jobs of a forward pass lie microseconds, so a waiting worker spins for a moment
/// before it parks. The calling thread works along; [#run] is called by one thread at a time.
public final class WorkerTeam implements AutoCloseable {

    // About 100 µs: longer than the gap between two stages of a layer, shorter than anyone notices.
    private static final int SPINS = 3_000;

    /// One part of a job. Runs on any thread of the team.
    @FunctionalInterface
    public interface Part {

        /// @param part 0 to parts - 1, each done once
        /// @param worker 0 to [WorkerTeam#size] - 1, for scratch memory of one's own
        void run(int part, int worker);
    }

    private record Job(Part part, int parts, AtomicInteger next, AtomicInteger unfinished) {}

    private final Thread[] workers;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile Job job;
    private volatile long generation;
    private volatile boolean closed;

    /// @param size threads in all, the caller of [#run] included
    public WorkerTeam(int size) {
        if (size < 1) {
            throw new IllegalArgumentException("a team of " + size + " threads cannot work");
        }
        workers = new Thread[size - 1];
        for (int i = 0; i < workers.length; i++) {
            int worker = i + 1;
            workers[i] =
                    Thread.ofPlatform()
                            .daemon()
                            .name("talaria-compute-" + worker)
                            .start(() -> work(worker));
        }
    }

    /// Threads in all.
    public int size() {
        return workers.length + 1;
    }

    /// Does every part, divided as the threads get to them, and returns when all are done.
    ///
    /// @throws RuntimeException or Error: the first that a part threw
    /// @throws IllegalStateException where the team is closed
    @SuppressWarnings("NonAtomicVolatileUpdate") // one caller at a time writes it
    public void run(int parts, Part part) {
        if (closed) {
            throw new IllegalStateException("the team is closed");
        }
        if (parts <= 1 || workers.length == 0) {
            for (int i = 0; i < parts; i++) {
                part.run(i, 0);
            }
            return;
        }
        Job current =
                new Job(part, parts, new AtomicInteger(), new AtomicInteger(workers.length + 1));
        job = current;
        generation++;
        for (Thread worker : workers) {
            LockSupport.unpark(worker);
        }
        takeParts(current, 0);
        awaitOthers(current);
        rethrow(failure.getAndSet(null));
    }

    // A worker that is late after so many spins has no processor: it may get this one.
    @SuppressWarnings("ThreadPriorityCheck") // a hint, no more is expected of it
    private static void awaitOthers(Job current) {
        for (int spin = 0; current.unfinished().get() > 0; spin++) {
            if (spin < SPINS) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
    }

    private void work(int worker) {
        long seen = 0;
        while (!closed) {
            seen = await(seen);
            if (!closed) {
                takeParts(job, worker);
            }
        }
    }

    private long await(long seen) {
        for (int spin = 0; generation == seen && !closed; spin++) {
            if (spin < SPINS) {
                Thread.onSpinWait();
            } else {
                LockSupport.park(this);
            }
        }
        return generation;
    }

    private void takeParts(Job current, int worker) {
        try {
            int part = current.next().getAndIncrement();
            while (part < current.parts()) {
                current.part().run(part, worker);
                part = current.next().getAndIncrement();
            }
        } catch (Throwable thrown) {
            current.next().set(current.parts());
            failure.compareAndSet(null, thrown);
        } finally {
            current.unfinished().decrementAndGet();
        }
    }

    private static void rethrow(Throwable thrown) {
        switch (thrown) {
            case null -> {}
            case RuntimeException exception -> throw exception;
            case Error error -> throw error;
            default -> throw new IllegalStateException(thrown);
        }
    }

    /// Ends the threads. Not to be called while [#run] is under way.
    @Override
    public void close() {
        closed = true;
        for (Thread worker : workers) {
            LockSupport.unpark(worker);
        }
    }
}

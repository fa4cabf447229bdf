package dev.talaria.inference.kernel;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/// A fixed set of threads that do one thing at a time together.
///
/// Work is a row of items that lie side by side. Each thread has a share of them, and goes through
/// it from its beginning to its end, so that memory is read in one stream; who is done helps the
/// others. A thread that has no processor is not waited for: what it has not begun, others do.
///
/// Between two jobs of a forward pass lie microseconds, so a waiting worker spins for a moment
/// before it parks. The calling thread works along; [#run] and [#divide] are called by one thread
/// at a time, and allocate nothing.
public final class WorkerTeam implements AutoCloseable {

    // About 100 µs: longer than the gap between two stages of a layer, shorter than anyone notices.
    private static final int SPINS = 3_000;

    // Two cache lines, in longs: processors fetch them in pairs, and shares are taken from all the
    // time.
    private static final int APART = 16;

    private static final long GENERATION = 1L << Integer.SIZE;

    /// One part of a job. Runs on any thread of the team.
    @FunctionalInterface
    public interface Part {

        /// @param part 0 to parts - 1, each done once
        /// @param worker 0 to [WorkerTeam#size] - 1, for scratch memory of one's own
        void run(int part, int worker);
    }

    /// Some items of a job that lie side by side. Runs on any thread of the team.
    @FunctionalInterface
    public interface Stretch {

        /// @param from the first item
        /// @param to one after the last; more than `from`
        /// @param worker 0 to [WorkerTeam#size] - 1, for scratch memory of one's own
        void run(int from, int to, int worker);
    }

    private final Thread[] workers;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    // Of each share, the job's generation and below it the items that nobody has taken. Who takes
    // some of a share that has any left takes them of a job that is not over, so what it has read
    // of the job in between, `stretch`, `length` and `most`, is that job's.
    private final AtomicLongArray shares;
    private final AtomicInteger unfinished = new AtomicInteger();
    private final AtomicInteger sleepers = new AtomicInteger();
    private Stretch stretch = (_, _, _) -> {};
    private int length;
    private int most;
    private volatile long generation;
    private volatile boolean closed;

    /// @param size threads in all, the caller of [#run] included
    public WorkerTeam(int size) {
        if (size < 1) {
            throw new IllegalArgumentException("a team of " + size + " threads cannot work");
        }
        shares = new AtomicLongArray((size + 1) * APART);
        workers = new Thread[size - 1];
        for (int i = 0; i < workers.length; i++) {
            int worker = i + 1;
            workers[i] =
                    Thread.ofPlatform()
                            .daemon()
                            .name("talaria-compute-" + worker)
                            .start(() -> live(worker));
        }
    }

    /// Threads in all.
    public int size() {
        return workers.length + 1;
    }

    /// Does every part, one by one, and returns when all are done.
    ///
    /// @throws RuntimeException or Error: the first that a part threw
    /// @throws IllegalStateException where the team is closed
    public void run(int parts, Part part) {
        divide(parts, 1, (from, _, worker) -> part.run(from, worker));
    }

    /// Does all items, in stretches of no more than `most`, and returns when all are done. Where
    /// few are left, stretches are short, so that all threads end together.
    ///
    /// @throws RuntimeException or Error: the first that a stretch threw
    /// @throws IllegalStateException where the team is closed
    @SuppressWarnings("NonAtomicVolatileUpdate") // one caller at a time writes it
    public void divide(int items, int most, Stretch stretch) {
        if (closed) {
            throw new IllegalStateException("the team is closed");
        }
        if (items <= 1 || workers.length == 0) {
            for (int from = 0; from < items; from += most) {
                stretch.run(from, Math.min(items, from + most), 0);
            }
            return;
        }
        this.stretch = stretch;
        this.length = items;
        this.most = most;
        unfinished.set(items);
        long next = (generation + 1) * GENERATION;
        for (int share = 0; share < size(); share++) {
            shares.set(share * APART, next + end(share, items) - end(share - 1, items));
        }
        generation++;
        if (sleepers.get() > 0) {
            for (Thread worker : workers) {
                LockSupport.unpark(worker);
            }
        }
        work(0);
        awaitOthers();
        rethrow(failure.getAndSet(null));
    }

    private int end(int share, int items) {
        return (int) ((long) items * (share + 1) / size());
    }

    // A worker that is late after so many spins has no processor: it may get this one.
    @SuppressWarnings("ThreadPriorityCheck") // a hint, no more is expected of it
    private void awaitOthers() {
        for (int spin = 0; unfinished.get() > 0; spin++) {
            if (spin < SPINS) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
    }

    private void live(int worker) {
        long seen = 0;
        while (!closed) {
            seen = await(seen);
            work(worker);
        }
    }

    private long await(long seen) {
        for (int spin = 0; generation == seen && !closed; spin++) {
            if (spin < SPINS) {
                Thread.onSpinWait();
            } else {
                sleep(seen);
            }
        }
        return generation;
    }

    // Whoever begins a job afterwards sees that somebody sleeps; a job begun before is seen here.
    private void sleep(long seen) {
        sleepers.incrementAndGet();
        if (generation == seen && !closed) {
            LockSupport.park(this);
        }
        sleepers.decrementAndGet();
    }

    private void work(int worker) {
        for (int i = 0; i < size(); i++) {
            int share = (worker + i) % size();
            while (takesSome(share, worker)) {}
        }
    }

    /// Takes items of a share and does them.
    ///
    /// @return false where there are none left
    private boolean takesSome(int share, int worker) {
        long before = shares.get(share * APART);
        int left = (int) before;
        if (left == 0) {
            return false;
        }
        Stretch job = stretch;
        int from = end(share, length) - left;
        int count = Math.min(most, Math.ceilDiv(left, 2));
        if (shares.compareAndSet(share * APART, before, before - count)) {
            try {
                if (failure.get() == null) {
                    job.run(from, from + count, worker);
                }
            } catch (Throwable thrown) {
                failure.compareAndSet(null, thrown);
            } finally {
                unfinished.addAndGet(-count);
            }
        }
        return true;
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

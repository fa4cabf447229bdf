package dev.talaria.inference.kernel;

import java.lang.foreign.MemorySegment;

/// A thread that has a mapped file read from its disk, from its beginning to its end, while others
/// already use what is there. What is in memory costs it next to nothing.
public final class ReadAhead implements AutoCloseable {

    // The reading is given up after no more than that.
    private static final long STRETCH = 32L << 20;

    private final Thread thread;
    private volatile boolean isOver;

    /// Begins to read.
    ///
    /// @param mapped stays mapped until [#close]
    public ReadAhead(MemorySegment mapped) {
        long from = mapped.address();
        long end = from + mapped.byteSize();
        thread =
                Thread.ofPlatform()
                        .daemon()
                        .name("talaria-read-ahead")
                        .start(() -> read(from, end));
    }

    private void read(long from, long end) {
        for (long at = from; at < end && !isOver; at += STRETCH) {
            HugePages.populate(at, Math.min(STRETCH, end - at));
        }
    }

    /// Ends the reading and waits for the thread.
    @Override
    public void close() {
        isOver = true;
        boolean isInterrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

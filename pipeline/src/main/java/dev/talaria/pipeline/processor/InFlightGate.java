package dev.talaria.pipeline.processor;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Bounds how many documents the operator works on at once, over all tasks of this process.
public final class InFlightGate {

    private final int max;
    private final Semaphore places;
    private final AtomicInteger unsettled = new AtomicInteger();
    private volatile boolean isShut;

    /// @param max the most documents in flight
    public InFlightGate(int max) {
        if (max < 1) {
            throw new IllegalArgumentException("in.flight.max = " + max + " is below 1");
        }
        this.max = max;
        this.places = new Semaphore(max);
    }

    /// Documents with the operator now.
    public int inFlight() {
        return max - places.availablePermits();
    }

    /// Lets nobody in any more: whoever comes waits as where it is full.
    public void shut() {
        isShut = true;
    }

    /// Documents whose answers have not been taken over from the operator: with it, or answered a
    /// moment ago.
    public int unsettled() {
        return unsettled.get();
    }

    /// A document is with the operator.
    void asked() {
        unsettled.incrementAndGet();
    }

    /// So many answers were taken over, or are no longer waited for.
    void settled(int count) {
        unsettled.addAndGet(-count);
    }

    /// Takes a place, waiting for one up to that long. Where the thread is interrupted meanwhile it
    /// stays so, and no place is taken.
    boolean enter(long patienceNanos) {
        try {
            if (isShut) {
                TimeUnit.NANOSECONDS.sleep(patienceNanos);
                return false;
            }
            return places.tryAcquire(patienceNanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// Gives a place back; from any thread, once per place taken.
    void leave() {
        places.release();
    }
}

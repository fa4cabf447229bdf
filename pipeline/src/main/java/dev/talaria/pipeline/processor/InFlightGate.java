package dev.talaria.pipeline.processor;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Bounds how many documents the operator works on at once, over all tasks of this process, and
/// lets one that is suspected of harming others go through alone.
public final class InFlightGate {

    private final int max;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final AtomicInteger unsettled = new AtomicInteger();
    private volatile boolean isShut;
    private int inFlight;
    private int queues;

    // Who goes alone, or waits for the others to come out first; null as a rule.
    private Object claimant;
    private boolean isAlone;

    /// @param max the most documents in flight
    public InFlightGate(int max) {
        if (max < 1) {
            throw new IllegalArgumentException("in.flight.max = " + max + " is below 1");
        }
        this.max = max;
    }

    /// Documents with the operator now.
    public int inFlight() {
        lock.lock();
        try {
            return inFlight;
        } finally {
            lock.unlock();
        }
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

    /// Counts a queue of a task in.
    void join() {
        count(1);
    }

    /// Counts it out.
    void quit() {
        count(-1);
    }

    private void count(int more) {
        lock.lock();
        try {
            queues += more;
        } finally {
            lock.unlock();
        }
    }

    /// Queues that wait here, those of other threads among them; at least one.
    int queues() {
        lock.lock();
        try {
            return Math.max(1, queues);
        } finally {
            lock.unlock();
        }
    }

    /// Takes a place, waiting for one up to that long. Where the thread is interrupted meanwhile it
    /// stays so, and no place is taken.
    boolean enter(long patienceNanos) {
        lock.lock();
        try {
            long left = patienceNanos;
            while (isShut || claimant != null || inFlight == max) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            inFlight++;
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /// Takes the only place. Where others are in flight nobody else enters until they have come out
    /// and the claimant, who has to ask again, went in, or withdrew.
    ///
    /// @param who told apart by identity
    @SuppressWarnings("ReferenceEquality") // claimants are told apart as objects
    boolean enterAlone(Object who) {
        lock.lock();
        try {
            if (isShut) {
                return false;
            }
            if (claimant == null) {
                claimant = who;
            }
            if (claimant != who || inFlight > 0) {
                return false;
            }
            inFlight = 1;
            isAlone = true;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Gives up waiting for the only place; a place that is taken stays so until [#leave].
    @SuppressWarnings("ReferenceEquality") // claimants are told apart as objects
    void withdraw(Object who) {
        lock.lock();
        try {
            if (claimant == who && !isAlone) {
                claimant = null;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Gives a place back; from any thread, once per place taken.
    void leave() {
        lock.lock();
        try {
            inFlight--;
            if (isAlone) {
                isAlone = false;
                claimant = null;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}

package dev.talaria.pipeline.processor;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Bounds how many documents of a topology the operator works on at once, over all tasks of this
/// process, and lets one that is suspected of harming others go through alone: while it is in, so
/// is nothing else, through this gate or those [#beside] it.
public final class InFlightGate {

    private final int max;
    private final Floor floor;
    private final ReentrantLock lock;
    private final Condition changed;
    private final AtomicInteger unsettled = new AtomicInteger();
    private volatile boolean isShut;
    private int inFlight;
    private int queues;

    /// What is behind the gates of a process: one operator. Guarded by its lock.
    private static final class Floor {

        private final ReentrantLock lock = new ReentrantLock();
        private final Condition changed = lock.newCondition();
        private int inFlight;

        // Who goes alone, or waits for the others to come out first; null as a rule.
        private Object claimant;
        private boolean isAlone;
    }

    /// @param max the most documents in flight
    public InFlightGate(int max) {
        this(max, new Floor());
    }

    private InFlightGate(int max, Floor floor) {
        if (max < 1) {
            throw new IllegalArgumentException("in.flight.max = " + max + " is below 1");
        }
        this.max = max;
        this.floor = floor;
        this.lock = floor.lock;
        this.changed = floor.changed;
    }

    /// Another gate to the same operator, with as many places of its own.
    public InFlightGate beside() {
        return new InFlightGate(max, floor);
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
            while (isShut || floor.claimant != null || inFlight == max) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            inFlight++;
            floor.inFlight++;
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /// Takes the only place, waiting for it up to that long. Where others are in flight nobody else
    /// enters until they have come out and the claimant, who has to ask again, went in, or
    /// withdrew.
    ///
    /// @param who told apart by identity
    @SuppressWarnings("ReferenceEquality") // claimants are told apart as objects
    boolean enterAlone(Object who, long patienceNanos) {
        lock.lock();
        try {
            long left = patienceNanos;
            while (!isShut) {
                if (floor.claimant == null) {
                    floor.claimant = who;
                }
                if (floor.claimant == who && floor.inFlight == 0) {
                    inFlight = 1;
                    floor.inFlight = 1;
                    floor.isAlone = true;
                    return true;
                }
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /// Gives up waiting for the only place; a place that is taken stays so until [#leave].
    @SuppressWarnings("ReferenceEquality") // claimants are told apart as objects
    void withdraw(Object who) {
        lock.lock();
        try {
            if (floor.claimant == who && !floor.isAlone) {
                floor.claimant = null;
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
            floor.inFlight--;
            if (floor.isAlone) {
                floor.isAlone = false;
                floor.claimant = null;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}

package dev.talaria.pipeline.processor;

import dev.talaria.inference.InvalidRequestException;
import dev.talaria.inference.OperatorClosedException;
import dev.talaria.pipeline.failure.Failures;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// What a task has asked of the operator, and what it has yet to ask: the way from a stream thread
/// to the model and back that all topologies have in common.
///
/// A request is known by a key under which the task's store has all that is needed to ask again.
/// Where [InFlightGate] is full a key waits here, and the stream thread waits with it, for a
/// bounded time between two drains, so that the rest of the lag stays on the topic.
///
/// A request the operator failed on is asked once more, alone: if it was another's doing it is
/// answered then, and if it was its own it harms nobody. Only the second failure counts.
///
/// For the task's own thread.
///
/// @param <A> what a request is answered with
public final class RequestQueue<A> {

    /// How often a task looks at what is finished.
    public static final Duration DRAIN_INTERVAL = Duration.ofMillis(50);

    private static final Logger LOG = LoggerFactory.getLogger(RequestQueue.class);

    /// The requests of a task.
    public interface Requests<A> {

        /// Asks the operator, from what the store has; nothing where that is no longer wanted.
        Optional<CompletableFuture<A>> ask(String key);

        /// Requests of one lane are handed over in the order in which they were added; empty where
        /// a request's order does not matter.
        default Optional<?> lane(String key) {
            return Optional.empty();
        }

        /// Takes an answer over into store and outputs; whether there was anything to change.
        boolean answered(String key, A answer);

        /// As [#answered], where the operator failed on the request twice.
        boolean failed(String key, Throwable cause);
    }

    private final InFlightGate gate;
    private final long patience;
    private final Requests<A> requests;
    private final Queue<String> waiting = new ArrayDeque<>();
    private final Queue<String> suspects = new ArrayDeque<>();
    private final Set<String> askedAlone = new HashSet<>();
    private Epoch<A> epoch;
    private long patienceNanos;
    private boolean isOpen;
    private boolean changedSinceDrain;
    private boolean closedOperatorLogged;

    /// @param patience how long a stream thread may wait for the operator between two drains, all
    ///   its tasks together
    public RequestQueue(InFlightGate gate, Duration patience, Requests<A> requests) {
        this.gate = gate;
        this.epoch = new Epoch<>(gate);
        this.patience = patience.toNanos();
        this.requests = requests;
    }

    /// Begins anew, with what the store holds: requests of before are cancelled, and what becomes
    /// of them is seen by nobody.
    public void restart(Collection<String> unanswered) {
        end();
        isOpen = true;
        gate.join();
        patienceNanos = patience / gate.queues();
        waiting.addAll(unanswered);
    }

    /// Cancels what is under way.
    public void end() {
        epoch.end();
        epoch = new Epoch<>(gate);
        waiting.clear();
        suspects.clear();
        askedAlone.clear();
        changedSinceDrain = false;
        gate.withdraw(this);
        if (isOpen) {
            isOpen = false;
            gate.quit();
        }
    }

    /// Forgets a request; what becomes of it is seen by nobody.
    public void cancel(String key) {
        askedAlone.remove(key);
        epoch.cancel(key);
    }

    /// Asks as soon as there is room. Waiting for it is charged to a budget that each drain renews:
    /// however many records one poll brings, the stream thread comes round to committing and
    /// polling in time. What is finished meanwhile is handed over here, too: otherwise no more
    /// could pass than fits the gate once per drain.
    public void add(String key) {
        waiting.add(key);
        changedSinceDrain |= handFinished();
        long start = System.nanoTime();
        askWaiting(patienceNanos);
        patienceNanos = Math.max(0, patienceNanos - (System.nanoTime() - start));
    }

    /// Hands over what is finished and asks what has room; whether anything was changed, so that a
    /// commit is due.
    public boolean drain() {
        boolean changed = handFinished() | changedSinceDrain;
        changedSinceDrain = false;
        // A thread comes round to polling after all its tasks: they share what it may wait.
        patienceNanos = patience / gate.queues();
        if (!suspects.isEmpty() && gate.enterAlone(this)) {
            askedAlone.add(suspects.element());
            ask(suspects.remove());
        }
        askWaiting(0);
        return changed;
    }

    private boolean handFinished() {
        boolean changed = false;
        Epoch.Finished<A> finished = epoch.nextFinished();
        while (finished != null) {
            changed |= hand(finished);
            finished = epoch.nextFinished();
        }
        return changed;
    }

    private void askWaiting(long nanos) {
        long deadline = System.nanoTime() + nanos;
        while (!waiting.isEmpty() && gate.enter(Math.max(0, deadline - System.nanoTime()))) {
            ask(waiting.remove());
        }
    }

    private void ask(String key) {
        Optional<CompletableFuture<A>> request;
        try {
            request = requests.ask(key);
        } catch (RuntimeException | Error e) {
            gate.leave();
            throw e;
        }
        if (request.isPresent()) {
            epoch.follow(key, requests.lane(key), request.get());
        } else {
            gate.leave();
        }
    }

    private boolean hand(Epoch.Finished<A> finished) {
        if (finished.failure() == null && finished.answer() != null) {
            askedAlone.remove(finished.key());
            return requests.answered(finished.key(), finished.answer());
        }
        Throwable cause = cause(finished.failure());
        if (isOperatorClosed(cause)) {
            return false;
        }
        // Those behind it in its lane do not wait for another try: its answer comes now or too
        // late.
        boolean counts =
                cause instanceof InvalidRequestException
                        || askedAlone.remove(finished.key())
                        || requests.lane(finished.key()).isPresent();
        if (counts) {
            return requests.failed(finished.key(), cause);
        }
        LOG.warn(
                "{}: the operator failed; it is asked again alone",
                finished.key(),
                Failures.withoutQuotes(cause));
        suspects.add(finished.key());
        return false;
    }

    // Nothing was decided: what was asked stays in the store, for the next start.
    private boolean isOperatorClosed(Throwable cause) {
        boolean closed =
                cause instanceof OperatorClosedException || cause instanceof CancellationException;
        if (closed && !closedOperatorLogged) {
            closedOperatorLogged = true;
            LOG.warn("the operator is closed; what is unanswered stays pending until a restart");
        }
        return closed;
    }

    private static Throwable cause(Throwable failure) {
        if (failure == null) {
            return new IllegalStateException("the operator gave neither answer nor reason");
        }
        boolean wrapped = failure instanceof CompletionException && failure.getCause() != null;
        return wrapped ? failure.getCause() : failure;
    }
}

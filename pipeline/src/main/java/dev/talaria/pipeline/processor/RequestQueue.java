package dev.talaria.pipeline.processor;

import dev.talaria.connectors.kafka.SourceRecord;
import dev.talaria.inference.InvalidRequestException;
import dev.talaria.inference.OperatorClosedException;
import dev.talaria.pipeline.failure.CrashJournal;
import dev.talaria.pipeline.failure.Failures;
import dev.talaria.pipeline.failure.ProcessDiedException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
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
/// Where it was the process that ended, [CrashJournal] knows who was there: a suspect goes alone
/// when its turn comes, those behind it wait, and what is deadly fails without being asked.
///
/// For the task's own thread.
///
/// @param <R> what the store has of a request
/// @param <A> what a request is answered with
public final class RequestQueue<R, A> {

    /// How often a task looks at what is finished.
    public static final Duration DRAIN_INTERVAL = Duration.ofMillis(50);

    private static final Logger LOG = LoggerFactory.getLogger(RequestQueue.class);

    /// The requests of a task.
    public interface Requests<R, A> {

        /// What the store has under a key; nothing where it is no longer wanted.
        Optional<R> stored(String key);

        /// The record that it began with.
        SourceRecord source(R request);

        /// Asks the operator.
        CompletableFuture<A> ask(R request);

        /// Requests of one lane are handed over in the order in which they were added; empty where
        /// a request's order does not matter.
        default Optional<?> lane(R request) {
            return Optional.empty();
        }

        /// Takes an answer over into store and outputs.
        void answered(R request, A answer);

        /// As [#answered], where there is none: the operator failed on the request twice, refused
        /// it, or would end the process.
        void failed(R request, Throwable cause);
    }

    private final InFlightGate gate;
    private final CrashJournal journal;
    private final long patience;
    private final Requests<R, A> requests;
    private final Queue<String> waiting = new ArrayDeque<>();
    private final Queue<String> suspects = new ArrayDeque<>();
    private final Set<String> askedAlone = new HashSet<>();
    private final List<SourceRecord> committed = new ArrayList<>();
    private final List<SourceRecord> settled = new ArrayList<>();
    private Epoch<A> epoch;
    private long patienceNanos;
    private boolean isClaiming;
    private boolean isOpen;
    private boolean changedSinceDrain;
    private boolean closedOperatorLogged;

    /// @param journal where it is noted what the operator has
    /// @param patience how long a stream thread may wait for the operator between two drains, all
    ///   its tasks together
    public RequestQueue(
            InFlightGate gate, CrashJournal journal, Duration patience, Requests<R, A> requests) {
        this.gate = gate;
        this.journal = journal;
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
        settled.clear();
        committed.clear();
        changedSinceDrain = false;
        isClaiming = false;
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
        forgetCommitted();
        boolean changed = handFinished();
        changed |= changedSinceDrain;
        changedSinceDrain = false;
        committed.addAll(settled);
        settled.clear();
        // A thread comes round to polling after all its tasks: they share what it may wait.
        patienceNanos = patience / gate.queues();
        if (!suspects.isEmpty() && gate.enterAlone(this, 0)) {
            ask(suspects.remove(), true);
        }
        askWaiting(0);
        return changed;
    }

    // A thread commits between two drains what the first of them handed over. Where it could not,
    // what was a suspect begins anew, and no harm is done.
    private void forgetCommitted() {
        committed.forEach(journal::settled);
        committed.clear();
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
        while (!waiting.isEmpty() && entersNext(Math.max(0, deadline - System.nanoTime()))) {
            ask(waiting.remove(), isClaiming);
            isClaiming = false;
        }
    }

    // The next one goes in its turn, a suspect too: the order of those behind it may matter.
    private boolean entersNext(long nanos) {
        boolean isSuspect = isSuspect(waiting.element());
        if (isClaiming && !isSuspect) {
            gate.withdraw(this);
        }
        isClaiming = isSuspect;
        return isSuspect ? gate.enterAlone(this, nanos) : gate.enter(nanos);
    }

    private boolean isSuspect(String key) {
        return !journal.isEmpty()
                && requests.stored(key)
                        .map(requests::source)
                        .filter(journal::isSuspect)
                        .isPresent();
    }

    private void ask(String key, boolean alone) {
        try {
            Optional<R> request = requests.stored(key);
            if (request.isPresent()) {
                ask(key, request.get(), alone);
            } else {
                gate.leave();
            }
        } catch (RuntimeException | Error e) {
            gate.leave();
            throw e;
        }
    }

    private void ask(String key, R request, boolean alone) {
        SourceRecord source = requests.source(request);
        Optional<ProcessDiedException> verdict = journal.verdict(source);
        if (verdict.isPresent()) {
            LOG.error("{}: {}; it is rejected", source.position(), verdict.get().getMessage());
            CompletableFuture<A> failed = CompletableFuture.failedFuture(verdict.get());
            epoch.follow(key, requests.lane(request), failed, () -> {});
            return;
        }
        CrashJournal.Mark mark = journal.asked(source, alone);
        CompletableFuture<A> answer = asked(request, mark);
        if (alone) {
            askedAlone.add(key);
        }
        epoch.follow(key, requests.lane(request), answer, mark::leave);
    }

    // An Error ends the process, and the record it came of was there.
    private CompletableFuture<A> asked(R request, CrashJournal.Mark mark) {
        try {
            return requests.ask(request);
        } catch (RuntimeException e) {
            mark.leave();
            throw e;
        }
    }

    private boolean hand(Epoch.Finished<A> finished) {
        Throwable cause = isAnswered(finished) ? null : cause(finished.failure());
        if (cause != null && isOperatorClosed(cause)) {
            return false;
        }
        Optional<R> stored = requests.stored(finished.key());
        boolean wasAlone = askedAlone.remove(finished.key());
        if (stored.isEmpty()) {
            return false;
        }
        R request = stored.get();
        if (cause != null && !counts(cause, wasAlone, request)) {
            LOG.warn(
                    "{}: the operator failed; it is asked again alone",
                    finished.key(),
                    Failures.withoutQuotes(cause));
            suspects.add(finished.key());
            return false;
        }
        if (!journal.isEmpty()) {
            settled.add(requests.source(request));
        }
        if (cause == null) {
            requests.answered(request, finished.answer());
        } else {
            requests.failed(request, cause);
        }
        return true;
    }

    private static boolean isAnswered(Epoch.Finished<?> finished) {
        return finished.failure() == null && finished.answer() != null;
    }

    // Those behind it in its lane do not wait for another try: its answer comes now or too late.
    private boolean counts(Throwable cause, boolean wasAlone, R request) {
        return wasAlone
                || cause instanceof InvalidRequestException
                || cause instanceof ProcessDiedException
                || requests.lane(request).isPresent();
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

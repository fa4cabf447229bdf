package dev.talaria.pipeline.processor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/// The time from a processor's `init` to its `close`, and the requests it started.
///
/// Completions of an epoch go to its own queue: what arrives after its end is seen by nobody.
/// Requests in one lane come out in the order in which they were started; a finished one keeps its
/// place at the gate until those before it have come out. Only queue and lanes are touched by other
/// threads than the processor's.
///
/// @param <A> what requests are answered with
final class Epoch<A> {

    /// A request that ended.
    ///
    /// @param key of the request
    /// @param answer null where it failed
    /// @param failure null where it was answered
    record Finished<A>(String key, A answer, Throwable failure) {}

    /// A request in a lane.
    private static final class Ranked<A> {

        private Finished<A> finished;
    }

    private final InFlightGate gate;
    private final Map<String, CompletableFuture<A>> running = new HashMap<>();
    private final Queue<Finished<A>> finished = new ConcurrentLinkedQueue<>();
    private final Map<Object, Queue<Ranked<A>>> lanes = new HashMap<>();

    /// @param gate where its requests have their places
    Epoch(InFlightGate gate) {
        this.gate = gate;
    }

    /// Follows a request to its end, and gives its place back then.
    ///
    /// @param lane of requests whose order matters; empty where this one's does not
    /// @param atEnd what has to be done before that
    void follow(String key, Optional<?> lane, CompletableFuture<A> request, Runnable atEnd) {
        running.put(key, request);
        gate.asked();
        if (lane.isEmpty()) {
            request.whenComplete((answer, failure) -> {
                atEnd.run();
                gate.leave();
                finished.add(new Finished<>(key, answer, failure));
            });
            return;
        }
        Ranked<A> ranked = enter(lane.get());
        request.whenComplete((answer, failure) -> {
            atEnd.run();
            arrived(lane.get(), ranked, new Finished<>(key, answer, failure));
        });
    }

    private Ranked<A> enter(Object lane) {
        Ranked<A> ranked = new Ranked<>();
        synchronized (lanes) {
            lanes.computeIfAbsent(lane, none -> new ArrayDeque<>()).add(ranked);
        }
        return ranked;
    }

    private void arrived(Object lane, Ranked<A> ranked, Finished<A> end) {
        synchronized (lanes) {
            ranked.finished = end;
            Queue<Ranked<A>> ranks = lanes.get(lane);
            while (!ranks.isEmpty() && ranks.peek().finished != null) {
                gate.leave();
                finished.add(ranks.remove().finished);
            }
            if (ranks.isEmpty()) {
                lanes.remove(lane);
            }
        }
    }

    /// The next request that ended and was not cancelled before, or null.
    Finished<A> nextFinished() {
        Finished<A> next = finished.poll();
        while (next != null && running.remove(next.key()) == null) {
            next = finished.poll();
        }
        if (next != null) {
            gate.settled(1);
        }
        return next;
    }

    /// Cancels a request, if it is running.
    void cancel(String key) {
        CompletableFuture<A> request = running.remove(key);
        if (request != null) {
            gate.settled(1);
            request.cancel(true);
        }
    }

    /// Cancels what is still running.
    void end() {
        // Cancelling completes a request here and now; the copy keeps the iteration safe.
        new ArrayList<>(running.values()).forEach(request -> request.cancel(true));
        gate.settled(running.size());
        running.clear();
    }
}

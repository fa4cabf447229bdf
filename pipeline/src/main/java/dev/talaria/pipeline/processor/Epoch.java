package dev.talaria.pipeline.processor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/// The time from a processor's `init` to its `close`, and the requests it started.
///
/// Completions of an epoch go to its own queue: what arrives after its end is seen by nobody. Only
/// the queue is touched by other threads than the processor's.
///
/// @param <A> what requests are answered with
final class Epoch<A> {

    /// A request that ended.
    ///
    /// @param key of the request
    /// @param answer null where it failed
    /// @param failure null where it was answered
    record Finished<A>(String key, A answer, Throwable failure) {}

    private final InFlightGate gate;
    private final Map<String, CompletableFuture<A>> running = new HashMap<>();
    private final Queue<Finished<A>> finished = new ConcurrentLinkedQueue<>();

    /// @param gate where its requests have their places
    Epoch(InFlightGate gate) {
        this.gate = gate;
    }

    /// Follows a request to its end, and gives its place back then.
    void follow(String key, CompletableFuture<A> request) {
        running.put(key, request);
        gate.asked();
        request.whenComplete((answer, failure) -> {
            gate.leave();
            finished.add(new Finished<>(key, answer, failure));
        });
    }

    /// The next request that ended, or null.
    Finished<A> nextFinished() {
        Finished<A> next = finished.poll();
        if (next != null) {
            running.remove(next.key());
            gate.settled(1);
        }
        return next;
    }

    /// Cancels what is still running.
    void end() {
        // Cancelling completes a request here and now; the copy keeps the iteration safe.
        new ArrayList<>(running.values()).forEach(request -> request.cancel(true));
        gate.settled(running.size());
        running.clear();
    }
}

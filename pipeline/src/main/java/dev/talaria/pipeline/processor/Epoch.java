package dev.talaria.pipeline.processor;

import dev.talaria.schemas.extraction.Extraction;

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
final class Epoch {

    /// A request that ended.
    ///
    /// @param position of the record it was for
    /// @param answer null where it failed
    /// @param failure null where it was answered
    record Finished(String position, Extraction answer, Throwable failure) {}

    private final Map<String, CompletableFuture<Extraction>> running = new HashMap<>();
    private final Queue<Finished> finished = new ConcurrentLinkedQueue<>();

    /// Follows a request to its end, and gives its place back then.
    void follow(String position, CompletableFuture<Extraction> request, InFlightGate gate) {
        running.put(position, request);
        request.whenComplete((answer, failure) -> {
            gate.leave();
            finished.add(new Finished(position, answer, failure));
        });
    }

    /// Notes an answer that needed no request.
    void answered(String position, Extraction answer) {
        finished.add(new Finished(position, answer, null));
    }

    /// The next request that ended, or null.
    Finished nextFinished() {
        Finished next = finished.poll();
        if (next != null) {
            running.remove(next.position());
        }
        return next;
    }

    /// Cancels what is still running.
    void end() {
        // Cancelling completes a request here and now; the copy keeps the iteration safe.
        new ArrayList<>(running.values()).forEach(request -> request.cancel(true));
        running.clear();
    }
}

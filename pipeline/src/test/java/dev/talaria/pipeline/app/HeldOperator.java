package dev.talaria.pipeline.app;

import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.ModelDescription;
import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.task.ExtractionTask;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// An operator that answers when the test says so.
public final class HeldOperator implements InferenceOperator {

    private record Request(
            Document document, ExtractionTask task, CompletableFuture<Extraction> future) {}

    private final List<Request> requests = new ArrayList<>();

    @Override
    public synchronized CompletableFuture<Extraction> submit(
            Document document, ExtractionTask task) {
        CompletableFuture<Extraction> future = new CompletableFuture<>();
        requests.add(new Request(document, task, future));
        return future;
    }

    /// Requests without an answer.
    public synchronized long running() {
        return requests.stream().filter(request -> !request.future().isDone()).count();
    }

    /// Requests that were cancelled.
    public synchronized long cancelled() {
        return requests.stream().filter(request -> request.future().isCancelled()).count();
    }

    /// Answers everything asked so far with a note.
    public synchronized void answerAll() {
        for (Request request : List.copyOf(requests)) {
            request.future().complete(Samples.note(request.document(), request.task()));
        }
    }

    @Override
    public ModelDescription model() {
        return new ModelDescription("held", "0".repeat(64), "none", Integer.MAX_VALUE, "no model");
    }

    @Override
    public void close() {}
}

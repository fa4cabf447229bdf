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

    /// The documents without an answer, in the order they were asked for.
    public synchronized List<String> runningDocuments() {
        return requests.stream()
                .filter(request -> !request.future().isDone())
                .map(request -> request.document().id())
                .toList();
    }

    /// How often a document was asked for.
    public synchronized long asked(String document) {
        return requests.stream().filter(request -> isFor(request, document)).count();
    }

    /// Fails what is asked of a document.
    public synchronized void fail(String document, Throwable thrown) {
        requests.stream()
                .filter(request -> isFor(request, document))
                .forEach(request -> request.future().completeExceptionally(thrown));
    }

    private static boolean isFor(Request request, String document) {
        return request.document().id().equals(document);
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

package dev.talaria.pipeline.app;

import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.ModelDescription;
import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.extraction.RejectionStage;
import dev.talaria.schemas.task.ExtractionTask;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/// An operator that answers one of what it was asked, at random, whenever the test says so;
/// documents that begin with `bad` are rejected.
public final class ShuffledOperator implements InferenceOperator {

    private record Request(
            Document document, ExtractionTask task, CompletableFuture<Extraction> future) {}

    private final List<Request> open = new ArrayList<>();
    private final Random random;
    private int most;

    public ShuffledOperator(Random random) {
        this.random = random;
    }

    @Override
    public synchronized CompletableFuture<Extraction> submit(
            Document document, ExtractionTask task) {
        CompletableFuture<Extraction> future = new CompletableFuture<>();
        open.add(new Request(document, task, future));
        most = Math.max(most, open.size());
        return future;
    }

    /// Answers one request; whether there was any.
    public boolean answerOne() {
        Request request;
        synchronized (this) {
            open.removeIf(each -> each.future().isDone());
            if (open.isEmpty()) {
                return false;
            }
            request = open.remove(random.nextInt(open.size()));
        }
        boolean bad = request.document().text().startsWith("bad");
        request.future()
                .complete(
                        bad
                                ? Samples.rejected(
                                        request.document(),
                                        request.task(),
                                        RejectionStage.VALIDATION,
                                        "{}")
                                : Samples.note(request.document(), request.task()));
        return true;
    }

    /// The most requests there were at once.
    public synchronized int most() {
        return most;
    }

    @Override
    public ModelDescription model() {
        return new ModelDescription(
                "shuffled", "0".repeat(64), "none", Integer.MAX_VALUE, "no model");
    }

    @Override
    public void close() {}
}

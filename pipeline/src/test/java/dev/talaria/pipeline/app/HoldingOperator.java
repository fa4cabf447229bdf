package dev.talaria.pipeline.app;

import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.ModelDescription;
import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.task.ExtractionTask;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/// An operator that holds up whoever submits to it, which none may.
final class HoldingOperator implements InferenceOperator {

    private final InferenceOperator operator;
    private final CountDownLatch released;

    HoldingOperator(InferenceOperator operator, CountDownLatch released) {
        this.operator = operator;
        this.released = released;
    }

    @Override
    public CompletableFuture<Extraction> submit(Document document, ExtractionTask task) {
        try {
            released.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return operator.submit(document, task);
    }

    @Override
    public ModelDescription model() {
        return operator.model();
    }

    @Override
    public void close() {}
}

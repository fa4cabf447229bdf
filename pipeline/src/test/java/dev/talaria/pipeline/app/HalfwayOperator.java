package dev.talaria.pipeline.app;

import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.ModelDescription;
import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.task.ExtractionTask;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/// Passes the first requests on and never answers the others.
final class HalfwayOperator implements InferenceOperator {

    private final InferenceOperator operator;
    private final int passed;
    private final AtomicInteger asked = new AtomicInteger();

    HalfwayOperator(InferenceOperator operator, int passed) {
        this.operator = operator;
        this.passed = passed;
    }

    @Override
    public CompletableFuture<Extraction> submit(Document document, ExtractionTask task) {
        return asked.incrementAndGet() <= passed
                ? operator.submit(document, task)
                : new CompletableFuture<>();
    }

    int held() {
        return Math.max(0, asked.get() - passed);
    }

    @Override
    public ModelDescription model() {
        return operator.model();
    }

    @Override
    public void close() {}
}

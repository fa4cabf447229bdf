package dev.talaria.pipeline.app;

import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.ModelDescription;
import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.task.ExtractionTask;

import java.util.concurrent.CompletableFuture;

/// An operator that breaks the thread that submits to it.
final class FailingOperator implements InferenceOperator {

    @Override
    public CompletableFuture<Extraction> submit(Document document, ExtractionTask task) {
        throw new LinkageError("broken");
    }

    @Override
    public ModelDescription model() {
        return new ModelDescription("broken", "0".repeat(64), "none", 512, "no model");
    }

    @Override
    public void close() {}
}

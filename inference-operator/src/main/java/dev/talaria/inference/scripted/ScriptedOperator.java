package dev.talaria.inference.scripted;

import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.ModelDescription;
import dev.talaria.inference.OperatorClosedException;
import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.task.ExtractionTask;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiFunction;

/// An operator without a model: a function gives the answers, on a thread of its own.
///
/// With it the pipeline and the evaluation are tested, and the topology's own throughput measured,
/// without weights.
public final class ScriptedOperator implements InferenceOperator {

    private static final ModelDescription MODEL =
            new ModelDescription("scripted", "0".repeat(64), "none", Integer.MAX_VALUE, "no model");

    private final BiFunction<Document, ExtractionTask, Extraction> script;
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("scripted").factory());

    /// @param script called once per submission, one at a time; may wait to play a slow model
    public ScriptedOperator(BiFunction<Document, ExtractionTask, Extraction> script) {
        this.script = script;
    }

    @Override
    public CompletableFuture<Extraction> submit(Document document, ExtractionTask task) {
        if (thread.isShutdown()) {
            return CompletableFuture.failedFuture(
                    new OperatorClosedException("the scripted operator is closed"));
        }
        return CompletableFuture.supplyAsync(() -> script.apply(document, task), thread);
    }

    @Override
    public ModelDescription model() {
        return MODEL;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}

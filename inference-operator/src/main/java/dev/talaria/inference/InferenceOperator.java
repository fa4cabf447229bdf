package dev.talaria.inference;

import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.task.ExtractionTask;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// A document and a task in, an extraction out.
///
/// One operator serves a whole JVM: requests from all threads share its batches. Every method may
/// be called from any thread, and none of them waits for the model.
public interface InferenceOperator extends AutoCloseable {

    /// Starts the extraction and returns at once.
    ///
    /// The future completes normally with an [Extraction] whatever the document or its schema is
    /// like: what cannot be done is `Rejected`. It completes exceptionally only when the operator
    /// itself is closed or broken, and then the document may be submitted again elsewhere.
    /// Cancelling the future frees the request's resources.
    ///
    /// Completion may run on the engine's own thread: dependents must be short and must not block.
    CompletableFuture<Extraction> submit(Document document, ExtractionTask task);

    /// The model behind this operator.
    ModelDescription model();

    /// What its engine is doing; empty where it has none.
    default Optional<EngineActivity> activity() {
        return Optional.empty();
    }

    /// The answers it keeps for requests that come again; empty where it keeps none.
    default Optional<KeptAnswers> keptAnswers() {
        return Optional.empty();
    }

    /// Ends the operator: requests it does not finish complete exceptionally. May be called from
    /// what depends on a future; then memory is freed a moment later.
    @Override
    void close();
}

package dev.talaria.pipeline.processor;

import dev.talaria.connectors.kafka.SourceRecord;
import dev.talaria.schemas.extraction.Extraction;

/// Hears what processors do with documents: for metrics and the log.
///
/// Called on stream threads, by several at once: must be short and must not throw.
public interface TrafficListener {

    /// Nobody listens.
    TrafficListener NONE = new TrafficListener() {};

    /// What a stream thread does for documents, without waiting for the model.
    enum Step {
        /// Reads a record, finds its task and keeps it as pending.
        ADMIT,
        /// Hands a pending document to the operator.
        SUBMIT,
        /// Forwards an answer and forgets the document.
        ANSWER
    }

    /// So many more documents are pending, or fewer.
    default void pending(int change) {}

    /// A document is answered: forwarded, and committed with the next transaction.
    default void answered(SourceRecord source, Extraction extraction) {}

    /// The stream thread has worked for so long.
    default void worked(Step step, long nanos) {}
}

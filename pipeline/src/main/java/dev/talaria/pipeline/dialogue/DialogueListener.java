package dev.talaria.pipeline.dialogue;

import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.extraction.Provenance;

/// Hears what becomes of requests for text, or of conversations: for metrics.
///
/// Called on stream threads, by several at once: must be short and must not throw.
public interface DialogueListener {

    /// Nobody listens.
    DialogueListener NONE = new DialogueListener() {};

    /// So many more requests are open, or fewer.
    default void open(int change) {}

    /// A request is answered: forwarded, and committed with the next transaction.
    default void answered(Provenance provenance) {}

    /// A record is rejected: a request, or a result that nobody waits for.
    default void rejected(Extraction.Rejected rejected) {}

    /// The model has called so many tools in one turn.
    default void called(int calls) {}
}

package dev.talaria.pipeline.dialogue;

import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.extraction.Provenance;

/// What a request is answered with.
sealed interface Reply {

    /// An answer.
    ///
    /// @param json the record's value
    record Answer(byte[] json, Provenance provenance) implements Reply {}

    /// None, and why.
    record Refusal(Extraction.Rejected rejected) implements Reply {}
}

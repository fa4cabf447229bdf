package dev.talaria.pipeline.processor;

import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.task.ExtractionTask;
import dev.talaria.schemas.task.SchemaReference;

import java.util.Optional;

/// Whether a record is work for the model.
sealed interface Admission {

    /// It is: this document, this task.
    ///
    /// @param name of the registered task it is of, if it is of one
    record Admitted(Document document, ExtractionTask task, Optional<SchemaReference> name)
            implements Admission {}

    /// It is not; the answer is known already.
    record Refused(Extraction.Rejected answer) implements Admission {}
}

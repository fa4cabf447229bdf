package dev.talaria.pipeline.processor;

import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.task.ExtractionTask;

/// Whether a record is work for the model.
sealed interface Admission {

    /// It is: this document, this task.
    record Admitted(Document document, ExtractionTask task) implements Admission {}

    /// It is not; the answer is known already.
    record Refused(Extraction.Rejected answer) implements Admission {}
}

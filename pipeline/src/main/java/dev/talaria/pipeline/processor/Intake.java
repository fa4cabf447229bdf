package dev.talaria.pipeline.processor;

import dev.talaria.connectors.kafka.DocumentReader;
import dev.talaria.connectors.kafka.DocumentRecord;
import dev.talaria.connectors.kafka.SourceRecord;
import dev.talaria.connectors.kafka.TaskRequest;
import dev.talaria.inference.ModelDescription;
import dev.talaria.pipeline.failure.ProcessDiedException;
import dev.talaria.pipeline.task.TaskResolver;
import dev.talaria.pipeline.task.TaskResolver.Resolution;
import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.task.ExtractionTask;
import dev.talaria.schemas.task.OutputSchema;
import dev.talaria.schemas.task.SchemaReference;

import java.util.Optional;

/// Decides which records are work for the model, and speaks for the pipeline where the model does
/// not. For any number of threads.
public final class Intake {

    private final DocumentReader reader;
    private final TaskResolver tasks;
    private final Refusals refusals;

    /// @param model named in the provenance of what is refused
    public Intake(DocumentReader reader, TaskResolver tasks, ModelDescription model) {
        this.reader = reader;
        this.tasks = tasks;
        this.refusals = new Refusals(model);
    }

    /// Reads the record and finds its task. Does not throw, whatever the record is like.
    Admission admit(SourceRecord record) {
        return switch (reader.read(record)) {
            case DocumentRecord.Unreadable(String id, String errorClass, String message) ->
                    refused(id, errorClass, message);
            case DocumentRecord.Readable(Document document, TaskRequest request) ->
                    switch (tasks.resolve(request)) {
                        case Resolution.Resolved(
                                        ExtractionTask task,
                                        Optional<SchemaReference> name) ->
                                new Admission.Admitted(document, task, name);
                        case Resolution.Refused(String errorClass, String message) ->
                                refused(document.id(), errorClass, message);
                    };
        };
    }

    /// The answer where the engine failed on a record.
    Extraction.Rejected engineFailure(SourceRecord record, Throwable cause) {
        if (cause instanceof ProcessDiedException) {
            // Not read again: that may be what the process dies of.
            return refusals.engineFailure(record, cause, Optional.empty());
        }
        Optional<OutputSchema> schema =
                switch (admit(record)) {
                    case Admission.Admitted admitted -> Optional.of(admitted.task().schema());
                    case Admission.Refused refused -> Optional.empty();
                };
        return refusals.engineFailure(record, cause, schema);
    }

    private Admission refused(String documentId, String errorClass, String message) {
        return new Admission.Refused(refusals.request(documentId, errorClass, message));
    }
}

package dev.talaria.pipeline.processor;

import dev.talaria.connectors.kafka.DocumentReader;
import dev.talaria.connectors.kafka.DocumentRecord;
import dev.talaria.connectors.kafka.SourceRecord;
import dev.talaria.connectors.kafka.TaskRequest;
import dev.talaria.inference.ModelDescription;
import dev.talaria.inference.OperatorVersion;
import dev.talaria.pipeline.task.TaskResolver;
import dev.talaria.pipeline.task.TaskResolver.Resolution;
import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.extraction.FinishReason;
import dev.talaria.schemas.extraction.Provenance;
import dev.talaria.schemas.extraction.RejectionStage;
import dev.talaria.schemas.task.ExtractionTask;
import dev.talaria.schemas.task.OutputSchema;

import java.time.Duration;
import java.util.Optional;

/// Decides which records are work for the model, and speaks for the pipeline where the model does
/// not. For any number of threads.
public final class Intake {

    private static final String NO_PROMPT = "none";

    private final DocumentReader reader;
    private final TaskResolver tasks;
    private final ModelDescription model;

    /// @param model named in the provenance of what is refused
    public Intake(DocumentReader reader, TaskResolver tasks, ModelDescription model) {
        this.reader = reader;
        this.tasks = tasks;
        this.model = model;
    }

    /// Reads the record and finds its task. Does not throw, whatever the record is like.
    Admission admit(SourceRecord record) {
        return switch (reader.read(record)) {
            case DocumentRecord.Unreadable(String id, String errorClass, String message) ->
                    refused(id, errorClass, message);
            case DocumentRecord.Readable(Document document, TaskRequest request) ->
                    switch (tasks.resolve(request)) {
                        case Resolution.Resolved(ExtractionTask task) ->
                                new Admission.Admitted(document, task);
                        case Resolution.Refused(String errorClass, String message) ->
                                refused(document.id(), errorClass, message);
                    };
        };
    }

    /// The answer where the engine failed on a record.
    Extraction.Rejected engineFailure(SourceRecord record, Throwable cause) {
        String finding = cause.getMessage() == null ? "no message" : cause.getMessage();
        Optional<OutputSchema> schema =
                switch (admit(record)) {
                    case Admission.Admitted(Document document, ExtractionTask task) ->
                            Optional.of(task.schema());
                    case Admission.Refused refused -> Optional.empty();
                };
        return new Extraction.Rejected(
                record.documentId(),
                RejectionStage.ENGINE,
                cause.getClass().getSimpleName(),
                "engine: "
                        + finding
                        + ", also with this document alone; send the record again once the cause is"
                        + " removed",
                Optional.empty(),
                provenance(schema));
    }

    private Admission refused(String documentId, String errorClass, String message) {
        return new Admission.Refused(
                new Extraction.Rejected(
                        documentId,
                        RejectionStage.REQUEST,
                        errorClass,
                        message,
                        Optional.empty(),
                        provenance(Optional.empty())));
    }

    private Provenance provenance(Optional<OutputSchema> schema) {
        return new Provenance(
                schema,
                model.name(),
                model.sha256(),
                model.quantization(),
                NO_PROMPT,
                0L,
                0,
                FinishReason.NOT_STARTED,
                0,
                0,
                0,
                Duration.ZERO,
                OperatorVersion.current());
    }
}

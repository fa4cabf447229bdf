package dev.talaria.pipeline.processor;

import dev.talaria.connectors.kafka.SourceRecord;
import dev.talaria.inference.ModelDescription;
import dev.talaria.inference.OperatorVersion;
import dev.talaria.pipeline.failure.ProcessDiedException;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.extraction.FinishReason;
import dev.talaria.schemas.extraction.Provenance;
import dev.talaria.schemas.extraction.RejectionStage;
import dev.talaria.schemas.task.OutputSchema;

import java.time.Duration;
import java.util.Optional;

/// What the pipeline says where it refuses a record itself, without an answer of the model. For any
/// number of threads.
public final class Refusals {

    private static final String NO_PROMPT = "none";

    private final ModelDescription model;

    /// @param model named in the provenance of what is refused
    public Refusals(ModelDescription model) {
        this.model = model;
    }

    /// A record that is no work for the model.
    ///
    /// @param message place, finding and remedy
    public Extraction.Rejected request(String id, String errorClass, String message) {
        return of(id, RejectionStage.REQUEST, errorClass, message);
    }

    /// A record that is given up at that stage.
    ///
    /// @param message place, finding and remedy
    public Extraction.Rejected of(
            String id, RejectionStage stage, String errorClass, String message) {
        return rejected(id, stage, errorClass, message, Optional.empty());
    }

    /// A record on which the engine failed, or with which the process ended.
    public Extraction.Rejected engineFailure(
            SourceRecord record, Throwable cause, Optional<OutputSchema> schema) {
        return rejected(
                record.documentId(),
                RejectionStage.ENGINE,
                cause.getClass().getSimpleName(),
                "engine: " + finding(cause) + "; send it again once the cause is removed",
                schema);
    }

    private static String finding(Throwable cause) {
        String message = cause.getMessage() == null ? "no message" : cause.getMessage();
        return cause instanceof ProcessDiedException
                ? message + "; look at its last output, at hs_err files and at the kernel's log"
                : message + ", also with this document alone";
    }

    private Extraction.Rejected rejected(
            String id,
            RejectionStage stage,
            String errorClass,
            String message,
            Optional<OutputSchema> schema) {
        return new Extraction.Rejected(
                id, stage, errorClass, message, Optional.empty(), provenance(schema));
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

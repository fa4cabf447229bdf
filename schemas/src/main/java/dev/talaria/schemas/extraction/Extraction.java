package dev.talaria.schemas.extraction;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/// What became of one document: a value that fits the task's schema, or the reason there is none.
///
/// A rejected document is an answer, not an exception, so the pipeline can route it and the
/// evaluation can count it.
public sealed interface Extraction {

    /// The document's id, as submitted.
    String documentId();

    /// How the answer came about.
    Provenance provenance();

    /// The document's data as JSON that parses and satisfies the schema.
    ///
    /// @param json one line, without surrounding white space
    record Extracted(String documentId, String json, Provenance provenance) implements Extraction {
        public Extracted {
            requireNonNull(documentId, "documentId");
            requireNonNull(json, "json");
            requireNonNull(provenance, "provenance");
        }
    }

    /// There is no valid JSON for the document, and why.
    ///
    /// @param stage how far it came
    /// @param errorClass a short stable name of the failure, such as `UnknownSchema`
    /// @param message place, finding and remedy, in one line
    /// @param rawOutput the last text the model wrote, where it wrote any
    record Rejected(
            String documentId,
            RejectionStage stage,
            String errorClass,
            String message,
            Optional<String> rawOutput,
            Provenance provenance)
            implements Extraction {
        public Rejected {
            requireNonNull(documentId, "documentId");
            requireNonNull(stage, "stage");
            requireNonNull(errorClass, "errorClass");
            requireNonNull(message, "message");
            requireNonNull(rawOutput, "rawOutput");
            requireNonNull(provenance, "provenance");
        }
    }
}

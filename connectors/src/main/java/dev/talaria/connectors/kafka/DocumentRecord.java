package dev.talaria.connectors.kafka;

import static java.util.Objects.requireNonNull;

import dev.talaria.schemas.document.Document;

/// What a record turned out to be.
public sealed interface DocumentRecord {

    /// A document and what is asked about it.
    record Readable(Document document, TaskRequest request) implements DocumentRecord {
        public Readable {
            requireNonNull(document, "document");
            requireNonNull(request, "request");
        }
    }

    /// A record no document can be read from.
    ///
    /// @param documentId by which the answer is matched all the same
    /// @param errorClass a short stable name of the failure
    /// @param message place, finding and remedy, in one line
    record Unreadable(String documentId, String errorClass, String message)
            implements DocumentRecord {
        public Unreadable {
            requireNonNull(documentId, "documentId");
            requireNonNull(errorClass, "errorClass");
            requireNonNull(message, "message");
        }
    }
}

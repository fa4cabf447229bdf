package dev.talaria.pipeline.admin;

import dev.talaria.connectors.kafka.HeaderNames;
import dev.talaria.connectors.kafka.SourceRecord;

import java.time.Instant;
import java.util.Optional;

/// A rejected document and why it was.
///
/// @param record as it lies on the topic of rejected documents
public record RejectedEntry(SourceRecord record) {

    /// `topic-partition-offset` on the topic of rejected documents.
    public String position() {
        return record.position();
    }

    /// The document's time.
    public Instant time() {
        return Instant.ofEpochMilli(record.timestamp());
    }

    /// The document's id.
    public String document() {
        return header(HeaderNames.DOC_ID).orElseGet(() -> RecordText.key(record));
    }

    /// How far it came; empty where it is nobody's of ours.
    public String stage() {
        return header(HeaderNames.ERROR_STAGE).orElse("");
    }

    /// What went wrong, by its short name.
    public String errorClass() {
        return header(HeaderNames.ERROR_CLASS).orElse("");
    }

    /// Place, finding and remedy.
    public String message() {
        return header(HeaderNames.ERROR_MESSAGE).orElse("");
    }

    /// The schema it was judged by, `id@version`; otherwise the one it asked for, if any.
    public String schema() {
        Optional<String> id = header(HeaderNames.SCHEMA_ID);
        Optional<String> version = header(HeaderNames.SCHEMA_VERSION);
        return id.isPresent() && version.isPresent()
                ? id.get() + "@" + version.get()
                : header(HeaderNames.SCHEMA).orElse("");
    }

    /// The topic the document came from; empty where the entry does not say.
    public Optional<String> sourceTopic() {
        return header(HeaderNames.SOURCE_TOPIC);
    }

    private Optional<String> header(String name) {
        return RecordText.header(record, name);
    }
}

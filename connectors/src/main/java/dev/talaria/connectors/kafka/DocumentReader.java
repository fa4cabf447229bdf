package dev.talaria.connectors.kafka;

import dev.talaria.connectors.kafka.DocumentRecord.Readable;
import dev.talaria.connectors.kafka.DocumentRecord.Unreadable;
import dev.talaria.connectors.text.DocumentFormat;
import dev.talaria.connectors.text.DocumentText;
import dev.talaria.connectors.text.HtmlText;
import dev.talaria.connectors.text.UnreadableDocumentException;
import dev.talaria.schemas.document.Document;

import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/// Reads documents from records.
///
/// The header `content-type` says how: absent or `text/plain` is UTF-8 text, `text/html` a page
/// whose readable text is taken, `application/pdf` and Word's `….wordprocessingml.document` are
/// read by [DocumentText], `application/vnd.talaria+json` is an [Envelope]. Whatever the bytes are
/// like, the answer is a value; nothing is thrown. Immutable, for any number of threads.
public final class DocumentReader {

    // It is a stream thread that waits, for one document after the other.
    private static final DocumentText BINARY =
            new DocumentText(DocumentText.Limits.DEFAULT.withTime(Duration.ofSeconds(10)));

    private final int maxBytes;

    /// @param maxBytes the most that key, value and headers of a record may take together
    public DocumentReader(int maxBytes) {
        if (maxBytes < 1) {
            throw new IllegalArgumentException("documents.max.bytes = " + maxBytes + " is below 1");
        }
        this.maxBytes = maxBytes;
    }

    /// The document in the record and what is asked about it, or why there is none.
    public DocumentRecord read(SourceRecord record) {
        try {
            return readable(record);
        } catch (UnreadableRecordException e) {
            return new Unreadable(
                    record.documentId(), e.errorClass(), String.valueOf(e.getMessage()));
        }
    }

    private Readable readable(SourceRecord record) throws UnreadableRecordException {
        byte[] value = record.value();
        if (value == null) {
            throw new UnreadableRecordException(
                    "NullValue", "record value: null; send the document as the value");
        }
        if (record.sizeBytes() > maxBytes) {
            throw new UnreadableRecordException(
                    "DocumentTooLarge",
                    "record: %d bytes, more than documents.max.bytes = %d; split the document or raise the limit"
                            .formatted(record.sizeBytes(), maxBytes));
        }
        Optional<String> type = textHeader(record, HeaderNames.CONTENT_TYPE);
        TaskRequest named =
                TaskRequest.DEFAULTS
                        .withTask(textHeader(record, HeaderNames.TASK))
                        .withSchema(textHeader(record, HeaderNames.SCHEMA));
        ContentType contentType =
                type.isPresent()
                        ? ContentType.parse("header 'content-type'", type.get())
                        : ContentType.PLAIN;
        return switch (contentType) {
            case PLAIN -> readable(record, text("record value", value), named);
            case HTML -> readable(record, HtmlText.of(text("record value", value)), named);
            case PDF -> readable(record, binary(DocumentFormat.PDF, value, "record value"), named);
            case DOCX ->
                    readable(record, binary(DocumentFormat.DOCX, value, "record value"), named);
            case ENVELOPE -> enveloped(record, Envelope.parse(text("record value", value)), named);
        };
    }

    private static Readable enveloped(SourceRecord record, Envelope envelope, TaskRequest named)
            throws UnreadableRecordException {
        TaskRequest inside = envelope.request();
        TaskRequest request =
                inside.withSchema(one("schema", inside.schema(), named.schema()))
                        .withTask(one("task", inside.task(), named.task()));
        String text =
                switch (envelope.contentType()) {
                    case HTML -> HtmlText.of(envelope.document());
                    case PDF -> decoded(DocumentFormat.PDF, envelope);
                    case DOCX -> decoded(DocumentFormat.DOCX, envelope);
                    case PLAIN, ENVELOPE -> envelope.document();
                };
        return readable(record, text, request);
    }

    private static Optional<String> one(
            String field, Optional<String> inside, Optional<String> header)
            throws UnreadableRecordException {
        if (inside.isPresent() && header.isPresent() && !inside.equals(header)) {
            throw new UnreadableRecordException(
                    field.equals("task") ? "TaskConflict" : "SchemaConflict",
                    "envelope field '%s': '%s', but header 'x-%s' says '%s'; give one of them"
                            .formatted(field, inside.get(), field, header.get()));
        }
        return inside.or(() -> header);
    }

    private static String decoded(DocumentFormat format, Envelope envelope)
            throws UnreadableRecordException {
        String place = "envelope field 'document'";
        byte[] source;
        try {
            source = Base64.getMimeDecoder().decode(envelope.document());
        } catch (IllegalArgumentException e) {
            throw new UnreadableRecordException(
                    "MalformedEnvelope",
                    "%s: it is not Base64 (%s), as a document of this content_type has to be; encode it"
                            .formatted(place, e.getMessage()));
        }
        return binary(format, source, place);
    }

    private static String binary(DocumentFormat format, byte[] source, String place)
            throws UnreadableRecordException {
        try {
            return BINARY.of(format, source, place);
        } catch (UnreadableDocumentException e) {
            throw new UnreadableRecordException(e.errorClass(), String.valueOf(e.getMessage()));
        }
    }

    private static Readable readable(SourceRecord record, String text, TaskRequest request)
            throws UnreadableRecordException {
        if (text.isBlank()) {
            throw new UnreadableRecordException(
                    "EmptyDocument", "document: it has no text; send one with content");
        }
        return new Readable(new Document(record.documentId(), text), request);
    }

    private static Optional<String> textHeader(SourceRecord record, String name)
            throws UnreadableRecordException {
        Optional<byte[]> bytes = record.header(name);
        return bytes.isEmpty()
                ? Optional.empty()
                : Optional.of(text("header '" + name + "'", bytes.get()).strip());
    }

    private static String text(String place, byte[] bytes) throws UnreadableRecordException {
        return switch (Utf8.decode(bytes)) {
            // A byte order mark is an encoding's signature, not a character of the document.
            case Utf8.Text(String text) -> text.startsWith("\uFEFF") ? text.substring(1) : text;
            case Utf8.Malformed(int offset) ->
                    throw new UnreadableRecordException(
                            "MalformedText",
                            place
                                    + ": byte "
                                    + offset
                                    + " is not UTF-8; encode it as UTF-8, or name another"
                                    + " content-type");
        };
    }
}

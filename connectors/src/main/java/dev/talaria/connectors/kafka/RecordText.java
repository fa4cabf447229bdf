package dev.talaria.connectors.kafka;

/// The text of a record's parts, or why there is none.
final class RecordText {

    private RecordText() {}

    /// The value as text.
    static String value(SourceRecord record, int maxBytes) throws UnreadableRecordException {
        return of("record value", bytes(record, maxBytes));
    }

    /// The value, which is there and not too large.
    ///
    /// @param maxBytes the most that key, value and headers may take together
    static byte[] bytes(SourceRecord record, int maxBytes) throws UnreadableRecordException {
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
        return value;
    }

    /// UTF-8 as text.
    ///
    /// @param place for messages
    static String of(String place, byte[] bytes) throws UnreadableRecordException {
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

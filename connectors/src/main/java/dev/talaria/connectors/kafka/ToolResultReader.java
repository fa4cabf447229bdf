package dev.talaria.connectors.kafka;

import java.util.Optional;
import java.util.Set;

/// Reads results of tools from records: `{"call_id": …, "result": …}`, where the result is any
/// JSON, or `{"call_id": …, "error": "…"}` where the tool failed.
///
/// Whatever the bytes are like, the answer is a value; nothing is thrown. Immutable, for any number
/// of threads.
public final class ToolResultReader {

    private static final Set<String> FIELDS = Set.of("call_id", "result", "error");

    private final int maxBytes;

    /// @param maxBytes the most that key, value and headers of a record may take together
    public ToolResultReader(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /// The result in the record, or why there is none.
    public RecordReading<ToolResult> read(SourceRecord record) {
        try {
            return new RecordReading.Readable<>(result(JsonFields.parse(record, maxBytes)));
        } catch (UnreadableRecordException e) {
            return new RecordReading.Unreadable<>(e.errorClass(), String.valueOf(e.getMessage()));
        }
    }

    private static ToolResult result(JsonFields fields) throws UnreadableRecordException {
        fields.requireOnly(FIELDS);
        String callId = fields.requiredString("call_id");
        Optional<String> error = fields.string("error");
        // A tool may well answer null.
        boolean hasResult = fields.isPresent("result");
        if (hasResult == error.isPresent()) {
            String finding = hasResult ? "both are there" : "neither is there";
            throw fields.here("result, error: " + finding, "send one of them");
        }
        String content =
                error.map(text -> "{\"error\": " + JsonFields.quoted(text) + "}")
                        .orElseGet(() -> fields.json("result"));
        return new ToolResult(callId, content);
    }
}

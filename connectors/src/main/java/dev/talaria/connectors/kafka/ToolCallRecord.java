package dev.talaria.connectors.kafka;

import static java.util.Objects.requireNonNull;

import dev.talaria.schemas.chat.ToolCall;

import java.util.Set;

/// A call as whoever carries it out reads it: `{"conversation_id": …, "call_id": …, "name": …,
/// "arguments": {…}}`.
///
/// @param callId by which the result is matched
public record ToolCallRecord(String conversationId, String callId, ToolCall call) {

    private static final Set<String> FIELDS =
            Set.of("conversation_id", "call_id", "name", "arguments");

    public ToolCallRecord {
        requireNonNull(conversationId, "conversationId");
        requireNonNull(callId, "callId");
        requireNonNull(call, "call");
    }

    /// Reads a record of the topic of calls, or says why it cannot be one. Nothing is thrown.
    ///
    /// @param maxBytes the most that key, value and headers may take together
    public static RecordReading<ToolCallRecord> read(SourceRecord record, int maxBytes) {
        try {
            JsonFields fields = JsonFields.parse(record, maxBytes);
            fields.requireOnly(FIELDS);
            return new RecordReading.Readable<>(
                    new ToolCallRecord(
                            fields.requiredString("conversation_id"),
                            fields.requiredString("call_id"),
                            new ToolCall(
                                    fields.requiredString("name"),
                                    fields.object("arguments").text())));
        } catch (UnreadableRecordException e) {
            return new RecordReading.Unreadable<>(e.errorClass(), String.valueOf(e.getMessage()));
        }
    }
}

package dev.talaria.connectors.kafka;

import static java.util.Objects.requireNonNull;

/// What came of a call.
///
/// @param callId of the call
/// @param content JSON for the model: the result, or an object with the field `error`
public record ToolResult(String callId, String content) {

    public ToolResult {
        requireNonNull(callId, "callId");
        requireNonNull(content, "content");
    }
}

package dev.talaria.connectors.kafka;

import dev.talaria.schemas.chat.ToolCall;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.RawValue;

import java.util.List;

/// The values of records that answer requests for text, in the layout of Workers AI, and of calls
/// and their results.
public final class AnswerJson {

    private static final JsonMapper JSON = JsonMapper.shared();

    /// Tokens an answer took.
    ///
    /// @param prompt that were read, known ones included
    /// @param completion that were written
    public record Usage(long prompt, long completion) {}

    private AnswerJson() {}

    /// An answer in words.
    public static byte[] text(String text, Usage usage) {
        return bytes(answer(List.of(), usage).put("response", text));
    }

    /// An answer that is JSON itself.
    public static byte[] json(String json, Usage usage) {
        ObjectNode answer = answer(List.of(), usage);
        answer.putRawValue("response", new RawValue(json));
        return bytes(answer);
    }

    /// An answer that calls tools.
    public static byte[] calls(List<ToolCall> calls, Usage usage) {
        return bytes(answer(calls, usage));
    }

    /// A piece of an answer's text.
    public static byte[] partial(String text) {
        return bytes(JSON.createObjectNode().put("response", text));
    }

    /// A call of a tool that someone is to carry out.
    public static byte[] call(String conversationId, String callId, ToolCall call) {
        ObjectNode node = JSON.createObjectNode();
        node.put("conversation_id", conversationId).put("call_id", callId);
        return bytes(put(node, call));
    }

    /// The result of a call.
    ///
    /// @param json any JSON
    public static byte[] result(String callId, String json) {
        ObjectNode node = JSON.createObjectNode().put("call_id", callId);
        node.putRawValue("result", new RawValue(json));
        return bytes(node);
    }

    /// Why a call has no result.
    public static byte[] error(String callId, String message) {
        return bytes(JSON.createObjectNode().put("call_id", callId).put("error", message));
    }

    private static ObjectNode answer(List<ToolCall> calls, Usage usage) {
        ObjectNode answer = JSON.createObjectNode();
        answer.putNull("response");
        answer.putObject("usage")
                .put("prompt_tokens", usage.prompt())
                .put("completion_tokens", usage.completion())
                .put("total_tokens", usage.prompt() + usage.completion());
        ArrayNode list = answer.putArray("tool_calls");
        calls.forEach(call -> put(list.addObject(), call));
        return answer;
    }

    private static ObjectNode put(ObjectNode node, ToolCall call) {
        node.put("name", call.name());
        node.putRawValue("arguments", new RawValue(call.arguments()));
        return node;
    }

    private static byte[] bytes(ObjectNode node) {
        return JSON.writeValueAsBytes(node);
    }
}

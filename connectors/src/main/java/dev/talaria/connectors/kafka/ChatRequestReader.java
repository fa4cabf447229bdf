package dev.talaria.connectors.kafka;

import dev.talaria.schemas.chat.ChatMessage;
import dev.talaria.schemas.chat.ToolDefinition;
import dev.talaria.schemas.task.Penalties;
import dev.talaria.schemas.task.SamplingOptions;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/// Reads requests for text from records, in the layout of Cloudflare's Workers AI.
///
/// | field | JSON type | meaning |
/// |---|---|---|
/// | `prompt` or `messages` | string, or array of objects | what is to be answered; one of them, see [MessageReader] |
/// | `raw` | true or false | the prompt is continued as it stands |
/// | `stream` | true or false | partial text is wanted |
/// | `tools` | array of objects | what the model may call, see [ToolReader] |
/// | `tool_choice` | string or object | `auto`, `required`, `none`, or one of the tools |
/// | `response_format` | object | `{"type": "json_schema", "json_schema": {…}}`, `json_object` or `text` |
/// | `max_tokens`, `top_k`, `seed` | whole number | length and sampling |
/// | `temperature`, `top_p`, `min_p` | number | sampling |
/// | `repetition_penalty`, `frequency_penalty`, `presence_penalty` | number | sampling |
///
/// Whatever the bytes are like, the answer is a value; nothing is thrown. Immutable, for any number
/// of threads.
public final class ChatRequestReader {

    private static final Set<String> FIELDS =
            new TreeSet<>(
                    Set.of(
                            "prompt",
                            "messages",
                            "raw",
                            "stream",
                            "tools",
                            "tool_choice",
                            "response_format",
                            "max_tokens",
                            "temperature",
                            "top_p",
                            "top_k",
                            "min_p",
                            "seed",
                            "repetition_penalty",
                            "frequency_penalty",
                            "presence_penalty"));

    private static final String ANY_OBJECT = "{\"type\": \"object\"}";

    private final int maxBytes;

    /// @param maxBytes the most that key, value and headers of a record may take together
    public ChatRequestReader(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /// The request in the record, or why there is none.
    public RecordReading<ChatRequest> read(SourceRecord record) {
        try {
            return new RecordReading.Readable<>(request(JsonFields.parse(record, maxBytes)));
        } catch (UnreadableRecordException e) {
            return new RecordReading.Unreadable<>(e.errorClass(), String.valueOf(e.getMessage()));
        }
    }

    private static ChatRequest request(JsonFields fields) throws UnreadableRecordException {
        fields.requireOnly(FIELDS);
        boolean raw = fields.flag("raw");
        List<ChatMessage> messages = messages(fields);
        List<ToolDefinition> tools = ToolReader.tools(fields);
        Optional<String> schema = responseSchema(fields);
        if (raw && fields.has("messages")) {
            throw fields.invalid("raw", "messages have turns, raw text has none", "send a prompt");
        }
        if (raw && !tools.isEmpty()) {
            throw fields.invalid("raw", "raw text has no place for tools", "leave out one of them");
        }
        if (schema.isPresent() && !tools.isEmpty()) {
            throw fields.invalid(
                    "response_format",
                    "an answer held to a schema cannot be a call of a tool",
                    "leave out one of them");
        }
        return new ChatRequest(
                messages,
                raw,
                tools,
                toolChoice(fields, tools),
                schema,
                fields.flag("stream"),
                options(fields));
    }

    private static List<ChatMessage> messages(JsonFields fields) throws UnreadableRecordException {
        Optional<String> prompt = fields.string("prompt");
        if (prompt.isPresent() == fields.has("messages")) {
            String finding = prompt.isPresent() ? "both are there" : "neither is there";
            throw fields.here("prompt, messages: " + finding, "send one of them");
        }
        if (prompt.isEmpty()) {
            return MessageReader.messages(fields);
        }
        if (prompt.get().isBlank()) {
            throw fields.invalid("prompt", "it has no text", "send one with content");
        }
        return List.of(new ChatMessage.User(prompt.get()));
    }

    private static Optional<String> toolChoice(JsonFields fields, List<ToolDefinition> tools)
            throws UnreadableRecordException {
        if (!fields.has("tool_choice")) {
            return Optional.empty();
        }
        String choice;
        if (fields.isObject("tool_choice")) {
            JsonFields object = fields.object("tool_choice");
            object.requireOnly(Set.of("type", "function"));
            choice = object.object("function").requiredString("name");
        } else {
            choice = fields.requiredString("tool_choice");
        }
        boolean isWord = Set.of("auto", "required", "none").contains(choice);
        boolean isTool = tools.stream().anyMatch(tool -> tool.name().equals(choice));
        if (tools.isEmpty()) {
            throw fields.invalid("tool_choice", "there are no tools", "send tools, too");
        }
        if (!isWord && !isTool) {
            throw fields.invalid(
                    "tool_choice",
                    "it is none of the tools",
                    "send auto, required, none, or a tool's name");
        }
        return Optional.of(choice);
    }

    // OpenAI wraps the schema once more, with a name beside it.
    private static Optional<String> responseSchema(JsonFields fields)
            throws UnreadableRecordException {
        if (!fields.has("response_format")) {
            return Optional.empty();
        }
        JsonFields format = fields.object("response_format");
        format.requireOnly(Set.of("type", "json_schema"));
        String type = format.requiredString("type");
        return switch (type) {
            case "text" -> Optional.empty();
            case "json_object" -> Optional.of(ANY_OBJECT);
            case "json_schema" -> {
                JsonFields schema = format.object("json_schema");
                boolean isWrapped = schema.isString("name") && schema.isObject("schema");
                yield Optional.of(isWrapped ? schema.json("schema") : format.json("json_schema"));
            }
            default ->
                    throw format.invalid(
                            "type", "it is no format", "send json_schema, json_object or text");
        };
    }

    private static TaskRequest options(JsonFields fields) throws UnreadableRecordException {
        Optional<Float> temperature = fields.number("temperature");
        Optional<Integer> topK = fields.smallWhole("top_k");
        Optional<Float> topP = fields.number("top_p");
        Optional<Float> minP = fields.number("min_p");
        Optional<Float> repetition = fields.number("repetition_penalty");
        Optional<Float> frequency = fields.number("frequency_penalty");
        Optional<Float> presence = fields.number("presence_penalty");
        Optional<Integer> maxTokens = fields.smallWhole("max_tokens");
        check(fields, "temperature", temperature, t -> new SamplingOptions(t, 0, 1f, 0L, 1));
        check(fields, "top_k", topK, k -> new SamplingOptions(0f, k, 1f, 0L, 1));
        check(fields, "top_p", topP, p -> new SamplingOptions(0f, 0, p, 0L, 1));
        check(fields, "min_p", minP, SamplingOptions.GREEDY::withMinP);
        check(fields, "repetition_penalty", repetition, r -> new Penalties(r, 0f, 0f));
        check(fields, "frequency_penalty", frequency, f -> new Penalties(1f, f, 0f));
        check(fields, "presence_penalty", presence, p -> new Penalties(1f, 0f, p));
        check(fields, "max_tokens", maxTokens, SamplingOptions.GREEDY::withMaxTokens);
        return new TaskRequest(
                Optional.empty(),
                Optional.empty(),
                temperature,
                topK,
                topP,
                minP,
                repetition,
                frequency,
                presence,
                fields.whole("seed"),
                maxTokens,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static <T> void check(
            JsonFields fields, String name, Optional<T> value, Consumer<T> option)
            throws UnreadableRecordException {
        try {
            value.ifPresent(option);
        } catch (IllegalArgumentException e) {
            throw fields.invalid(name, String.valueOf(e.getMessage()), "change the value");
        }
    }
}

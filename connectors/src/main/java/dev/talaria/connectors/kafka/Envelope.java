package dev.talaria.connectors.kafka;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

import java.util.Optional;

/// A JSON object that carries a document and what is asked about it
/// (`application/vnd.talaria+json`).
///
/// | field | JSON type | meaning |
/// |---|---|---|
/// | `document` | string | the document; required. A PDF or Word document in Base64 |
/// | `content_type` | string | of the document: `text/plain` (default), `text/html`, `application/pdf`, … |
/// | `schema` | string | `id` or `id@version` |
/// | `instructions` | string | what the model is told before the document |
/// | `temperature`, `top_p`, `min_p` | number | sampling |
/// | `repetition_penalty`, `frequency_penalty`, `presence_penalty` | number | sampling |
/// | `top_k`, `seed`, `max_tokens` | whole number | sampling and length |
/// | `order` | string | of members: `schema` or `any` |
/// | `spelling` | string | white space: `single-space`, `compact` or `flexible` |
/// | `whitespace_max` | whole number | the most between two tokens where it is flexible |
///
/// An optional field that is `null` counts as absent; an unknown or repeated one is an error. What
/// the values may be is checked where the task is put together.
///
/// @param document the document's source
/// @param contentType how to read it
/// @param request everything else
record Envelope(String document, ContentType contentType, TaskRequest request) {

    private static final String OPTIONS =
            "schema, instructions, temperature, top_k, top_p, min_p,"
                    + " repetition_penalty, frequency_penalty, presence_penalty, seed, max_tokens,"
                    + " order, spelling, whitespace_max, max_attempts";

    private static final JsonFactory JSON =
            JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    /// Reads an envelope; errors name line and column.
    static Envelope parse(String text) throws UnreadableRecordException {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
            return new Fields(parser, Kind.ENVELOPE).read();
        } catch (JacksonException e) {
            throw malformed(Kind.ENVELOPE, e);
        }
    }

    /// Reads what is registered as a task.
    static TaskRequest task(String text) throws UnreadableRecordException {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
            return new Fields(parser, Kind.TASK).readTask();
        } catch (JacksonException e) {
            throw malformed(Kind.TASK, e);
        }
    }

    /// What the JSON is.
    private enum Kind {
        ENVELOPE("MalformedEnvelope", "envelope", "document, content_type, task, " + OPTIONS),
        TASK("MalformedTask", "task", OPTIONS);

        private final String errorClass;
        private final String noun;
        private final String fields;

        Kind(String errorClass, String noun, String fields) {
            this.errorClass = errorClass;
            this.noun = noun;
            this.fields = fields;
        }
    }

    private static UnreadableRecordException malformed(Kind kind, JacksonException e) {
        return malformed(
                kind, e.getLocation(), firstLine(e.getOriginalMessage()), "send valid JSON");
    }

    private static UnreadableRecordException malformed(
            Kind kind, TokenStreamLocation place, String finding, String remedy) {
        return new UnreadableRecordException(
                kind.errorClass,
                "%s line %d, column %d: %s; %s"
                        .formatted(
                                kind.noun,
                                place == null ? 1 : place.getLineNr(),
                                place == null ? 1 : place.getColumnNr(),
                                finding,
                                remedy));
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("not JSON").strip();
    }

    /// The fields read so far.
    private static final class Fields {

        private final JsonParser parser;
        private final Kind kind;
        private Optional<String> document = Optional.empty();
        private ContentType contentType = ContentType.PLAIN;
        private Optional<String> task = Optional.empty();
        private Optional<String> schema = Optional.empty();
        private Optional<String> instructions = Optional.empty();
        private Optional<Float> temperature = Optional.empty();
        private Optional<Integer> topK = Optional.empty();
        private Optional<Float> topP = Optional.empty();
        private Optional<Float> minP = Optional.empty();
        private Optional<Float> repetitionPenalty = Optional.empty();
        private Optional<Float> frequencyPenalty = Optional.empty();
        private Optional<Float> presencePenalty = Optional.empty();
        private Optional<Long> seed = Optional.empty();
        private Optional<Integer> maxTokens = Optional.empty();
        private Optional<String> order = Optional.empty();
        private Optional<String> spelling = Optional.empty();
        private Optional<Integer> whitespaceMax = Optional.empty();
        private Optional<Integer> maxAttempts = Optional.empty();

        Fields(JsonParser parser, Kind kind) {
            this.parser = parser;
            this.kind = kind;
        }

        Envelope read() throws UnreadableRecordException {
            readFields("send an object with the field 'document'");
            if (document.isEmpty()) {
                throw here("the field 'document' is missing", "add it, as a string");
            }
            return new Envelope(document.get(), contentType, request());
        }

        TaskRequest readTask() throws UnreadableRecordException {
            readFields("write an object with the field 'schema'");
            if (schema.isEmpty()) {
                throw here("the field 'schema' is missing", "name a schema, such as invoice@1");
            }
            return request();
        }

        private void readFields(String remedy) throws UnreadableRecordException {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw here("not a JSON object", remedy);
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                TokenStreamLocation place = parser.currentTokenLocation();
                parser.nextToken();
                field(name, place);
            }
            if (parser.nextToken() != null) {
                throw here("text after the object", "send one object only");
            }
        }

        private TaskRequest request() {
            return new TaskRequest(
                    task,
                    schema,
                    instructions,
                    temperature,
                    topK,
                    topP,
                    minP,
                    repetitionPenalty,
                    frequencyPenalty,
                    presencePenalty,
                    seed,
                    maxTokens,
                    order,
                    spelling,
                    whitespaceMax,
                    maxAttempts);
        }

        private void field(String name, TokenStreamLocation place)
                throws UnreadableRecordException {
            if (kind == Kind.ENVELOPE && documentField(name, place)) {
                return;
            }
            switch (name) {
                case "schema" -> schema = string(name).map(String::strip);
                case "instructions" -> instructions = string(name);
                case "temperature" -> temperature = number(name);
                case "top_k" -> topK = smallWhole(name);
                case "top_p" -> topP = number(name);
                case "min_p" -> minP = number(name);
                case "repetition_penalty" -> repetitionPenalty = number(name);
                case "frequency_penalty" -> frequencyPenalty = number(name);
                case "presence_penalty" -> presencePenalty = number(name);
                case "seed" -> seed = whole(name);
                case "max_tokens" -> maxTokens = smallWhole(name);
                case "order" -> order = string(name);
                case "spelling" -> spelling = string(name);
                case "whitespace_max" -> whitespaceMax = smallWhole(name);
                case "max_attempts" -> maxAttempts = smallWhole(name);
                default ->
                        throw malformed(
                                kind,
                                place,
                                "the field '" + abridged(name) + "' is unknown",
                                "known are " + kind.fields);
            }
        }

        private boolean documentField(String name, TokenStreamLocation place)
                throws UnreadableRecordException {
            switch (name) {
                case "document" -> document = string(name);
                case "content_type" -> contentType = contentType(name, place);
                case "task" -> task = string(name).map(String::strip);
                default -> {
                    return false;
                }
            }
            return true;
        }

        private ContentType contentType(String name, TokenStreamLocation place)
                throws UnreadableRecordException {
            Optional<String> text = string(name);
            if (text.isEmpty()) {
                return ContentType.PLAIN;
            }
            ContentType type = ContentType.parse("envelope field 'content_type'", text.get());
            if (type == ContentType.ENVELOPE) {
                throw malformed(
                        kind,
                        place,
                        "an envelope within an envelope",
                        "name the document's own type");
            }
            return type;
        }

        private Optional<String> string(String name) throws UnreadableRecordException {
            if (absent()) {
                return Optional.empty();
            }
            if (parser.currentToken() != JsonToken.VALUE_STRING) {
                throw wrongType(name, "a string");
            }
            String text = parser.getString();
            if (hasHalf(text)) {
                throw here(
                        "the field '" + name + "' has half a surrogate pair",
                        "escape characters beyond U+FFFF as both halves");
            }
            return Optional.of(text);
        }

        private static boolean hasHalf(String text) {
            return text.codePoints().anyMatch(c -> c >= 0xD800 && c <= 0xDFFF);
        }

        private Optional<Float> number(String name) throws UnreadableRecordException {
            if (absent()) {
                return Optional.empty();
            }
            if (!parser.currentToken().isNumeric()) {
                throw wrongType(name, "a number");
            }
            return Optional.of(parser.getFloatValue());
        }

        private Optional<Integer> smallWhole(String name) throws UnreadableRecordException {
            Optional<Long> whole = whole(name);
            if (whole.isPresent() && Math.abs(whole.get()) > Integer.MAX_VALUE) {
                throw wrongType(name, "a whole number of at most " + Integer.MAX_VALUE);
            }
            return whole.map(Math::toIntExact);
        }

        private Optional<Long> whole(String name) throws UnreadableRecordException {
            if (absent()) {
                return Optional.empty();
            }
            if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
                throw wrongType(name, "a whole number");
            }
            return Optional.of(parser.getLongValue());
        }

        private boolean absent() {
            return parser.currentToken() == JsonToken.VALUE_NULL;
        }

        private UnreadableRecordException wrongType(String name, String type) {
            return here("the field '" + name + "' is not " + type, "send " + type);
        }

        private UnreadableRecordException here(String finding, String remedy) {
            return malformed(kind, parser.currentTokenLocation(), finding, remedy);
        }

        private static String abridged(String name) {
            return name.length() <= 60 ? name : name.substring(0, 60) + "…";
        }
    }
}

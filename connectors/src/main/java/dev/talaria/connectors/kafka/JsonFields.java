package dev.talaria.connectors.kafka;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// An object of a record's JSON, read field by field. What is wrong with it is told by its JSON
/// pointer, with what to write instead.
///
/// A field that is `null` counts as absent; an unknown or repeated one is an error.
final class JsonFields {

    private static final int LONGEST_SHOWN = 60;

    // Numbers as they are written: a schema's bounds, a call's arguments.
    private static final JsonMapper JSON =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .build();

    private final JsonNode object;
    private final String pointer;

    private JsonFields(JsonNode object, String pointer) {
        this.object = object;
        this.pointer = pointer;
    }

    /// The object that is a record's value.
    static JsonFields parse(SourceRecord record, int maxBytes) throws UnreadableRecordException {
        JsonNode root = tree(RecordText.value(record, maxBytes));
        if (!root.isObject()) {
            throw new UnreadableRecordException(
                    "MalformedJson", "record value: it is no JSON object; send {…}");
        }
        return new JsonFields(root, "");
    }

    private static JsonNode tree(String text) throws UnreadableRecordException {
        try {
            return JSON.readTree(text);
        } catch (JacksonException e) {
            TokenStreamLocation place = e.getLocation();
            throw new UnreadableRecordException(
                    "MalformedJson",
                    "record value line %d, column %d: %s; send one valid JSON object"
                            .formatted(
                                    place == null ? 1 : place.getLineNr(),
                                    place == null ? 1 : place.getColumnNr(),
                                    firstLine(e.getOriginalMessage())));
        } catch (NumberFormatException e) {
            // The parser's own failure where digits are kept: it has no place.
            throw new UnreadableRecordException(
                    "MalformedJson",
                    "record value: a number's exponent has more digits than are read; write at most"
                            + " nine");
        }
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("not JSON").strip();
    }

    /// Refuses fields that are none of these.
    void requireOnly(Set<String> known) throws UnreadableRecordException {
        for (String name : object.propertyNames()) {
            if (!known.contains(name)) {
                throw wrong(
                        "UnknownField",
                        name,
                        "the field is unknown",
                        "known here are " + String.join(", ", known));
            }
        }
    }

    boolean has(String name) {
        return !object.path(name).isMissingNode() && !object.path(name).isNull();
    }

    Optional<String> string(String name) throws UnreadableRecordException {
        if (!has(name)) {
            return Optional.empty();
        }
        if (!object.get(name).isString()) {
            throw wrongType(name, "a string");
        }
        String text = object.get(name).stringValue();
        if (text.codePoints().anyMatch(c -> c >= 0xD800 && c <= 0xDFFF)) {
            throw invalid(
                    name,
                    "the text has half a surrogate pair",
                    "escape characters beyond U+FFFF as both halves");
        }
        return Optional.of(text);
    }

    String requiredString(String name) throws UnreadableRecordException {
        Optional<String> text = string(name);
        if (text.isEmpty()) {
            throw missing(name, "a string");
        }
        return text.get();
    }

    Optional<Float> number(String name) throws UnreadableRecordException {
        if (!has(name)) {
            return Optional.empty();
        }
        if (!object.get(name).isNumber()) {
            throw wrongType(name, "a number");
        }
        return Optional.of(object.get(name).decimalValue().floatValue());
    }

    Optional<Long> whole(String name) throws UnreadableRecordException {
        if (!has(name)) {
            return Optional.empty();
        }
        JsonNode node = object.get(name);
        if (!node.isIntegralNumber() || !node.canConvertToLong()) {
            throw wrongType(name, "a whole number of at most 64 bits");
        }
        return Optional.of(node.longValue());
    }

    Optional<Integer> smallWhole(String name) throws UnreadableRecordException {
        Optional<Long> whole = whole(name);
        if (whole.isPresent() && Math.abs(whole.get()) > Integer.MAX_VALUE) {
            throw wrongType(name, "a whole number of at most " + Integer.MAX_VALUE);
        }
        return whole.map(Math::toIntExact);
    }

    boolean flag(String name) throws UnreadableRecordException {
        if (!has(name)) {
            return false;
        }
        if (!object.get(name).isBoolean()) {
            throw wrongType(name, "true or false");
        }
        return object.get(name).booleanValue();
    }

    boolean isString(String name) {
        return object.path(name).isString();
    }

    boolean isObject(String name) {
        return object.path(name).isObject();
    }

    boolean isArray(String name) {
        return object.path(name).isArray();
    }

    JsonFields object(String name) throws UnreadableRecordException {
        if (!has(name)) {
            throw missing(name, "an object");
        }
        if (!isObject(name)) {
            throw wrongType(name, "an object");
        }
        return new JsonFields(object.get(name), pointer(name));
    }

    /// The objects of an array; none where there is no such field.
    List<JsonFields> objects(String name) throws UnreadableRecordException {
        if (!has(name)) {
            return List.of();
        }
        if (!isArray(name)) {
            throw wrongType(name, "an array of objects");
        }
        List<JsonFields> objects = new ArrayList<>();
        for (JsonNode element : object.get(name)) {
            String place = pointer(name) + "/" + objects.size();
            if (!element.isObject()) {
                throw new UnreadableRecordException(
                        "InvalidField", place + ": it is no object; send objects only");
            }
            objects.add(new JsonFields(element, place));
        }
        return objects;
    }

    /// The text of a field's value, whatever it is.
    String json(String name) {
        return object.path(name).toString();
    }

    /// Whether the field is there, be it `null`.
    boolean isPresent(String name) {
        return !object.path(name).isMissingNode();
    }

    /// The text of the object.
    String text() {
        return object.toString();
    }

    /// A text as a JSON string.
    static String quoted(String text) {
        return JSON.writeValueAsString(text);
    }

    /// Whether a text is a JSON object or array.
    static boolean isStructure(String text) {
        try {
            JsonNode value = JSON.readTree(text);
            return value.isObject() || value.isArray();
        } catch (JacksonException | NumberFormatException e) {
            return false;
        }
    }

    UnreadableRecordException invalid(String name, String finding, String remedy) {
        return wrong("InvalidField", name, finding, remedy);
    }

    UnreadableRecordException wrongType(String name, String type) {
        return invalid(name, "it is not " + type, "send " + type);
    }

    UnreadableRecordException missing(String name, String type) {
        return wrong("MissingField", name, "the field is missing", "add it, as " + type);
    }

    /// The object itself is wrong.
    UnreadableRecordException here(String finding, String remedy) {
        String place = pointer.isEmpty() ? "record value" : pointer;
        return new UnreadableRecordException(
                "InvalidField", place + ": " + finding + "; " + remedy);
    }

    private UnreadableRecordException wrong(
            String errorClass, String name, String finding, String remedy) {
        return new UnreadableRecordException(
                errorClass, "%s: %s; %s".formatted(pointer(name), finding, remedy));
    }

    private String pointer(String name) {
        String shown =
                name.length() <= LONGEST_SHOWN ? name : name.substring(0, LONGEST_SHOWN) + "…";
        return pointer + "/" + shown.replace("~", "~0").replace("/", "~1");
    }
}

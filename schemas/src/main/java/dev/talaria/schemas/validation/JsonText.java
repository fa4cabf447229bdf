package dev.talaria.schemas.validation;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/// Reads JSON strictly: one value and nothing after it, no key twice, numbers to the last digit,
/// length and nesting limited.
public final class JsonText {

    /// The longest text that is read, in UTF-16 units.
    public static final int MAX_CHARACTERS = 4 << 20;

    /// The deepest nesting that is read; the schemas' limit.
    public static final int MAX_SCHEMA_DEPTH = 128;

    /// The deepest nesting that is read; the instances' limit.
    public static final int MAX_INSTANCE_DEPTH = 512;

    private static final JsonMapper SCHEMAS = mapper(MAX_SCHEMA_DEPTH);
    private static final JsonMapper INSTANCES = mapper(MAX_INSTANCE_DEPTH);

    private JsonText() {}

    private static JsonMapper mapper(int depth) {
        StreamReadConstraints constraints =
                StreamReadConstraints.builder()
                        .maxNestingDepth(depth)
                        .maxStringLength(MAX_CHARACTERS)
                        .build();
        return JsonMapper.builder(JsonFactory.builder().streamReadConstraints(constraints).build())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .build();
    }

    /// The tree of a schema's text.
    ///
    /// @throws InvalidSchemaException where it is not one JSON value, too long or too deep
    public static JsonNode schema(String text) {
        try {
            return parse(SCHEMAS, text);
        } catch (MalformedJsonException e) {
            throw new InvalidSchemaException("schema text: " + e.getMessage(), e);
        }
    }

    /// The tree of an instance's text.
    ///
    /// @throws MalformedJsonException where it is not one JSON value, too long or too deep
    static JsonNode instance(String text) throws MalformedJsonException {
        return parse(INSTANCES, text);
    }

    /// The tree of a value's text.
    ///
    /// @throws IllegalArgumentException where it is not one JSON value, too long or too deep
    public static JsonNode value(String text) {
        try {
            return instance(text);
        } catch (MalformedJsonException e) {
            throw new IllegalArgumentException("JSON text: " + e.getMessage(), e);
        }
    }

    private static JsonNode parse(JsonMapper mapper, String text) throws MalformedJsonException {
        if (text.length() > MAX_CHARACTERS) {
            throw new MalformedJsonException(
                    text.length()
                            + " characters, more than the "
                            + MAX_CHARACTERS
                            + " that are read; shorten it",
                    null);
        }
        try {
            JsonNode root = mapper.readTree(text);
            if (root.isMissingNode()) {
                throw new MalformedJsonException("empty; write one JSON value", null);
            }
            return root;
        } catch (JacksonException e) {
            throw new MalformedJsonException(place(e) + e.getOriginalMessage(), e);
        } catch (NumberFormatException e) {
            // The parser's own failure where digits are kept: it has no place.
            throw new MalformedJsonException(
                    "a number's exponent has more digits than are read; write at most nine", e);
        }
    }

    private static String place(JacksonException e) {
        return e.getLocation() == null
                ? ""
                : "line %d, column %d: "
                        .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
    }

    /// Text that is not strictly one JSON value.
    static final class MalformedJsonException extends Exception {

        private static final long serialVersionUID = 1L;

        private MalformedJsonException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}

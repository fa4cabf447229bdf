package dev.talaria.schemas.grammar;

import dev.talaria.schemas.validation.InvalidSchemaException;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/// Reads a schema's text, strictly and within limits.
final class SchemaText {

    static final int MAX_CHARACTERS = 4 << 20;
    static final int MAX_DEPTH = 128;

    private static final JsonMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(MAX_DEPTH)
                                                    .maxStringLength(MAX_CHARACTERS)
                                                    .build())
                                    .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                    .build();

    private SchemaText() {}

    /// The text as a tree.
    ///
    /// @throws InvalidSchemaException where it is not one JSON value, too long or too deep
    static JsonNode parse(String text) {
        if (text.length() > MAX_CHARACTERS) {
            throw new InvalidSchemaException(
                    "schema of "
                            + text.length()
                            + " characters: at most "
                            + MAX_CHARACTERS
                            + " are read; split it or leave out what is not used");
        }
        try {
            JsonNode root = MAPPER.readTree(text);
            if (root.isMissingNode()) {
                throw new InvalidSchemaException("schema #: the text is empty; write a schema");
            }
            return root;
        } catch (JacksonException e) {
            throw new InvalidSchemaException(
                    "schema text at line "
                            + (e.getLocation() == null ? 1 : e.getLocation().getLineNr())
                            + ": "
                            + e.getOriginalMessage(),
                    e);
        }
    }
}

package dev.talaria.inference.tokenizer;

import dev.talaria.inference.gguf.MalformedModelException;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// A JSON file read from its beginning to its end, each finding with its place.
final class JsonText implements AutoCloseable {

    // Names are those of tokens here: a hundred thousand that occur once each.
    private static final JsonMapper JSON =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .disable(JsonFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                                    .build())
                    .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private final Path file;
    private final byte[] bytes;
    private final JsonParser parser;

    JsonText(Path file, byte[] bytes) {
        this.file = file;
        this.bytes = bytes;
        this.parser = JSON.createParser(bytes);
    }

    /// The whole file as a tree; empty where there is no such file.
    ///
    /// @throws MalformedTokenizerException where it is not JSON, or too large
    static Optional<JsonNode> tree(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try (JsonText text = new JsonText(file, TokenizerFiles.bytes(file))) {
            text.next();
            JsonNode tree = text.tree();
            if (text.next() != null) {
                throw text.failure("something follows the first value");
            }
            return Optional.of(tree);
        }
    }

    /// The next token; null at the end.
    JsonToken next() {
        try {
            return parser.nextToken();
        } catch (JacksonException e) {
            throw notJson(e);
        }
    }

    /// Begins an object: the token after this call is its first name or its end.
    void enterObject(String what) {
        require(JsonToken.START_OBJECT, what + " is no object");
    }

    /// Begins an array.
    void enterArray(String what) {
        require(JsonToken.START_ARRAY, what + " is no array");
    }

    /// The name of the current property, moving on to its value; null at the object's end.
    String nextName() {
        JsonToken token = next();
        if (token != JsonToken.PROPERTY_NAME) {
            require(JsonToken.END_OBJECT, "the object is not closed");
            return null;
        }
        String name = string();
        next();
        return name;
    }

    /// Moves on to the array's next element; false at its end.
    boolean nextElement() {
        JsonToken token = next();
        if (token == null) {
            throw failure("the array is not closed");
        }
        return token != JsonToken.END_ARRAY;
    }

    /// The current value, a string.
    String string(String what) {
        require(JsonToken.VALUE_STRING, what + " is no string");
        return string();
    }

    private String string() {
        try {
            return parser.getString();
        } catch (JacksonException e) {
            throw notJson(e);
        }
    }

    /// The current value, a token's id.
    int id(String what) {
        require(JsonToken.VALUE_NUMBER_INT, what + " is no whole number");
        try {
            long id = parser.getLongValue();
            if (id >= 0 && id < VocabularyParts.MOST_TOKENS) {
                return (int) id;
            }
        } catch (JacksonException e) {
            throw failure(what + " is not within 64 bits");
        }
        throw failure(what + " is not within 0 to " + (VocabularyParts.MOST_TOKENS - 1));
    }

    /// The current value, true or false; null is false.
    boolean flag(String what) {
        JsonToken token = parser.currentToken();
        if (token != JsonToken.VALUE_TRUE
                && token != JsonToken.VALUE_FALSE
                && token != JsonToken.VALUE_NULL) {
            throw failure(what + " is neither true nor false");
        }
        return token == JsonToken.VALUE_TRUE;
    }

    /// Whether the current value is of that kind.
    boolean is(JsonToken token) {
        return parser.currentToken() == token;
    }

    /// Steps over the current value.
    void skip() {
        try {
            parser.skipChildren();
        } catch (JacksonException e) {
            throw notJson(e);
        }
    }

    /// The current value, whole.
    JsonNode tree() {
        try {
            JsonNode tree = JSON.readTree(parser);
            if (tree == null) {
                throw failure("there is no JSON");
            }
            return tree;
        } catch (JacksonException e) {
            throw notJson(e);
        }
    }

    /// The byte at which the current value begins.
    long offset() {
        return bytesOf(parser.currentTokenLocation().getCharOffset());
    }

    // Without its table of names the parser counts characters.
    private long bytesOf(long characters) {
        int at = 0;
        for (long left = characters; left > 0 && at < bytes.length; at++) {
            int lead = at + 1 < bytes.length ? bytes[at + 1] & 0xFF : 0;
            boolean endsCharacter = (lead & 0xC0) != 0x80;
            boolean isPair = (bytes[at] & 0xF8) == 0xF0;
            left -= (endsCharacter ? 1 : 0) + (isPair ? 1 : 0);
        }
        return at;
    }

    private void require(JsonToken token, String finding) {
        if (parser.currentToken() != token) {
            throw failure(finding);
        }
    }

    MalformedTokenizerException failure(String finding) {
        return new MalformedTokenizerException(file, offset(), finding);
    }

    private MalformedTokenizerException notJson(JacksonException e) {
        long at = e.getLocation() == null ? offset() : bytesOf(e.getLocation().getCharOffset());
        return new MalformedTokenizerException(
                file,
                at,
                "is not JSON: %s; %s"
                        .formatted(e.getOriginalMessage(), MalformedModelException.INCOMPLETE),
                e);
    }

    @Override
    public void close() {
        parser.close();
    }
}

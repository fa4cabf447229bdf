package dev.talaria.datasets.json;

import dev.talaria.datasets.bytes.CorruptDataException;
import dev.talaria.datasets.bytes.TextBytes;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/// The objects of an array, or objects one after the other.
final class StreamRecords implements JsonRecords {

    private final InputStream bytes;
    private final JsonParser parser;
    private boolean isArray;
    private boolean hasBegun;
    private boolean isDone;
    private TokenStreamLocation start;

    StreamRecords(Path file) throws IOException {
        this.bytes = TextBytes.open(file);
        this.parser = JsonText.MAPPER.createParser(bytes);
        this.start = parser.currentTokenLocation();
    }

    @Override
    public @Nullable JsonNode next() throws IOException {
        if (isDone) {
            return null;
        }
        try {
            JsonToken token = token();
            if (token == null) {
                return null;
            }
            start = parser.currentTokenLocation();
            if (token != JsonToken.START_OBJECT) {
                throw new CorruptDataException("is %s, not an object".formatted(token));
            }
            return JsonText.IN_SEQUENCE.readTree(parser);
        } catch (JacksonException e) {
            start = e.getLocation() == null ? start : e.getLocation();
            throw new CorruptDataException(JsonText.finding(e), e);
        }
    }

    private @Nullable JsonToken token() throws CorruptDataException {
        JsonToken token = parser.nextToken();
        if (!hasBegun) {
            hasBegun = true;
            if (token == JsonToken.START_ARRAY) {
                isArray = true;
                token = parser.nextToken();
            }
        }
        boolean isEnd = isArray ? token == JsonToken.END_ARRAY : token == null;
        if (!isEnd) {
            return token;
        }
        isDone = true;
        if (isArray && parser.nextToken() != null) {
            start = parser.currentTokenLocation();
            throw new CorruptDataException("something follows after the array");
        }
        return null;
    }

    @Override
    public String place() {
        return "line %d, column %d".formatted(start.getLineNr(), start.getColumnNr());
    }

    @Override
    public void close() throws IOException {
        bytes.close();
        parser.close();
    }
}

package dev.talaria.inference.safetensors;

import dev.talaria.inference.gguf.MalformedModelException;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/// Reads JSON token by token; every complaint has the byte's place in the file.
///
/// Strict UTF-8 JSON, one value, nesting and lengths limited. Nothing is kept of what was read.
final class JsonCursor implements AutoCloseable {

    private static final int DEEPEST = 32;
    private static final int LONGEST_NAME = 1024;
    private static final int LONGEST_STRING = 1 << 24;
    private static final int LONGEST_NUMBER = 100;

    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(DEEPEST)
                                    .maxNameLength(LONGEST_NAME)
                                    .maxStringLength(LONGEST_STRING)
                                    .maxNumberLength(LONGEST_NUMBER)
                                    .build())
                    // Names come from strangers and would fill the table of all strings.
                    .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
                    // Bytes that look like UTF-16 are not; the format is UTF-8.
                    .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
                    .build();

    private final Path file;
    private final long base;
    private final JsonParser parser;

    /// @param base where the text begins in the file
    JsonCursor(Path file, MemorySegment text, long base) {
        this.file = file;
        this.base = base;
        this.parser = FACTORY.createParser(ObjectReadContext.empty(), new SegmentStream(text));
    }

    /// Steps to the next token, which must be there.
    JsonToken next() {
        JsonToken token = nextOrEnd();
        if (token == null) {
            throw failure(place(parser.currentLocation()), "the JSON ends too early");
        }
        return token;
    }

    /// Steps to the next token, which must be the one expected.
    void expect(JsonToken expected, String what) {
        JsonToken token = next();
        if (token != expected) {
            throw failure(what + " is missing; found " + shown(token));
        }
    }

    /// Steps to the end of the text, where only white space may be left.
    void expectEnd() {
        JsonToken token = nextOrEnd();
        if (token != null) {
            throw failure("the JSON goes on after its value, with " + shown(token));
        }
    }

    private JsonToken nextOrEnd() {
        try {
            return parser.nextToken();
        } catch (JacksonException e) {
            throw failure(e);
        }
    }

    /// Passes over the value that begins with the current token.
    void skip() {
        try {
            parser.skipChildren();
        } catch (JacksonException e) {
            throw failure(e);
        }
        if (parser.currentToken() == null) {
            throw failure(place(parser.currentLocation()), "the JSON ends too early");
        }
    }

    /// The current token's name.
    String name() {
        return parser.currentName();
    }

    /// The current string.
    String text() {
        try {
            return parser.getString();
        } catch (JacksonException e) {
            throw failure(e);
        }
    }

    /// Steps to a string.
    String text(String what) {
        expect(JsonToken.VALUE_STRING, what + ", a string,");
        return text();
    }

    /// Whether the current number is a whole one that fits a `long`.
    boolean isLong() {
        return parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                && (parser.getNumberType() == JsonParser.NumberType.INT
                        || parser.getNumberType() == JsonParser.NumberType.LONG);
    }

    /// The current whole number.
    long integer() {
        return parser.getLongValue();
    }

    /// The current number.
    double real() {
        try {
            return parser.getDoubleValue();
        } catch (JacksonException e) {
            throw failure(e);
        }
    }

    /// The current token as a whole number from 0 to `Long.MAX_VALUE`.
    long count(String what) {
        if (!isLong() || integer() < 0) {
            throw failure(what + " is no whole number from 0 to 2^63 - 1; found " + shownCurrent());
        }
        return integer();
    }

    private String shownCurrent() {
        JsonToken token = parser.currentToken();
        return token.isNumeric() ? text() : shown(token);
    }

    /// The token's first byte in the file.
    long offset() {
        return place(parser.currentTokenLocation());
    }

    /// A complaint about the current token.
    MalformedFolderException failure(String finding) {
        return failure(offset(), finding);
    }

    private MalformedFolderException failure(long offset, String finding) {
        return new MalformedFolderException(file, offset, finding);
    }

    private MalformedFolderException failure(JacksonException e) {
        // The message may repeat the file's own characters.
        String finding = String.valueOf(e.getOriginalMessage()).replaceAll("\\p{Cntrl}", " ");
        return failure(
                place(e.getLocation()),
                "not well-formed JSON: %s; %s"
                        .formatted(finding, MalformedModelException.INCOMPLETE));
    }

    private long place(TokenStreamLocation location) {
        return base + (location == null ? 0 : Math.max(0, location.getByteOffset()));
    }

    private static String shown(JsonToken token) {
        return switch (token) {
            case START_OBJECT -> "an object";
            case END_OBJECT -> "the end of the object";
            case START_ARRAY -> "an array";
            case END_ARRAY -> "the end of the array";
            case PROPERTY_NAME -> "a name";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            case VALUE_TRUE, VALUE_FALSE -> "true or false";
            case VALUE_NULL -> "null";
            case VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE -> "nothing";
        };
    }

    /// A name out of a file, fit for a message.
    static String quoted(String name) {
        StringBuilder shown = new StringBuilder("'");
        name.codePoints()
                .limit(100)
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .forEach(shown::appendCodePoint);
        return shown.append(name.length() > 100 ? "…'" : "'").toString();
    }

    @Override
    public void close() {
        parser.close();
    }
}

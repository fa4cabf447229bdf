package dev.talaria.inference.tokenizer.chat;

import dev.talaria.schemas.validation.InvalidSchemaException;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// The one spelling in which prompts show a schema.
public final class SchemaSpelling {

    private static final JsonFactory JSON = new JsonFactory();

    private SchemaSpelling() {}

    /// The same JSON on one line, with `, ` and `: ` between, as Python's `json.dumps` writes it
    /// with `ensure_ascii=False`: the models were trained on prompts made that way.
    ///
    /// Keys keep their order and numbers their digits.
    ///
    /// @throws InvalidSchemaException where the text is not one JSON value
    public static String oneLine(String json) {
        StringBuilder line = new StringBuilder(json.length());
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
            JsonToken before = null;
            int depth = 0;
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (before != null && depth == 0) {
                    throw new InvalidSchemaException("the schema has more than one JSON value");
                }
                separate(line, before, token);
                append(line, token, parser);
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                before = token;
            }
            if (before == null) {
                throw new InvalidSchemaException("the schema is empty");
            }
        } catch (JacksonException e) {
            throw new InvalidSchemaException("the schema is not JSON: " + e.getMessage(), e);
        }
        return line.toString();
    }

    /// A text as a JSON string, in the same spelling.
    public static String quoted(String text) {
        StringBuilder line = new StringBuilder(text.length() + 2);
        quote(line, text);
        return line.toString();
    }

    private static void separate(StringBuilder line, JsonToken before, JsonToken token) {
        if (before == JsonToken.PROPERTY_NAME) {
            line.append(": ");
        } else if (before != null && !before.isStructStart() && !token.isStructEnd()) {
            line.append(", ");
        }
    }

    private static void append(StringBuilder line, JsonToken token, JsonParser parser) {
        if (token == JsonToken.PROPERTY_NAME || token == JsonToken.VALUE_STRING) {
            quote(line, parser.getString());
        } else {
            line.append(parser.getString());
        }
    }

    private static void quote(StringBuilder line, String text) {
        line.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> line.append("\\\"");
                case '\\' -> line.append("\\\\");
                case '\n' -> line.append("\\n");
                case '\r' -> line.append("\\r");
                case '\t' -> line.append("\\t");
                case '\b' -> line.append("\\b");
                case '\f' -> line.append("\\f");
                default -> line.append(c < ' ' ? "\\u%04x".formatted((int) c) : c);
            }
        }
        line.append('"');
    }
}

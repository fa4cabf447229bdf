package dev.talaria.pipeline.load;

import dev.talaria.schemas.document.Document;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Documents of one size, told apart by their number, and the answers they have.
final class LoadDocuments {

    /// The schema their answers satisfy, registered as [#SCHEMA_NAME].
    static final String SCHEMA =
            """
            {"type": "object", "properties": {"number": {"type": "integer"}, \
            "seller": {"type": "string", "maxLength": 24}}, \
            "required": ["number", "seller"], "additionalProperties": false}\
            """;

    static final String SCHEMA_NAME = "load@1";

    private static final String PREFIX = "load-";
    private static final String START = "Seller: Paper Mill, invoice number ";
    private static final String LINE = "24 boxes of paper, 3.10 each, delivered on time. ";

    private final byte[] filler;

    /// @param bytes of each
    LoadDocuments(int bytes) {
        filler = filler(bytes);
    }

    /// The id of a document.
    static String id(int number) {
        return PREFIX + number;
    }

    /// The number of a document; -1 where the id is none of ours.
    static int number(String id) {
        if (id == null || !id.startsWith(PREFIX)) {
            return -1;
        }
        try {
            return Integer.parseInt(id, PREFIX.length(), id.length(), 10);
        } catch (NumberFormatException _) {
            return -1;
        }
    }

    /// The answer to a document.
    static String answer(String id) {
        return "{\"number\": " + number(id) + ", \"seller\": \"Paper Mill\"}";
    }

    /// The answer to a document.
    static String answer(Document document) {
        return answer(document.id());
    }

    /// The text of a document; no two are alike.
    byte[] text(int number) {
        byte[] text = filler.clone();
        byte[] start = (START + number + ". ").getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(start, 0, text, 0, start.length);
        return text;
    }

    private static byte[] filler(int bytes) {
        String text = LINE.repeat(bytes / LINE.length() + 1);
        return Arrays.copyOf(text.getBytes(StandardCharsets.US_ASCII), bytes);
    }
}

package dev.talaria.inference.tokenizer.chat;

import dev.talaria.schemas.validation.InvalidSchemaException;

import java.util.List;

/// Hermes JSON mode, as the Hermes 2 Pro model cards publish it: the schema in the system turn
/// between tags, what is to be read in the user turn.
public final class HermesJsonMode {

    private HermesJsonMode() {}

    /// The system turn for a schema whose text goes in as it is.
    public static Message system(String schema) {
        return new Message(
                Role.SYSTEM,
                List.of(
                        new Piece.Text(
                                "You are a helpful assistant that answers in JSON. Here's the json"
                                        + " schema you must adhere to:\n"),
                        new Piece.Tag("<schema>"),
                        new Piece.Text("\n" + schema + "\n"),
                        new Piece.Tag("</schema>")));
    }

    /// The user turn of an extraction: the instruction on the first line, then the document.
    public static Message user(String instruction, String document) {
        return new Message(Role.USER, instruction + "\n" + document);
    }

    /// The whole prompt of an extraction.
    ///
    /// @param schema a JSON Schema in any spelling; see [SchemaSpelling]
    /// @throws InvalidSchemaException where the schema is not JSON
    public static List<Piece> extraction(String schema, String instruction, String document) {
        return ChatMl.prompt(
                List.of(system(SchemaSpelling.oneLine(schema)), user(instruction, document)));
    }
}

package dev.talaria.schemas.document;

import static java.util.Objects.requireNonNull;

/// One document, already text: what the model is to read.
///
/// The text is data. Whatever it contains, control tokens and tags of the prompt included, reaches
/// the model as ordinary characters.
///
/// @param id what the outputs are matched by; the record key where the document came from Kafka
/// @param text the document's text, without any of its container's markup
public record Document(String id, String text) {

    public Document {
        requireNonNull(id, "id");
        requireNonNull(text, "text");
    }

    /// The first line that has anything on it, for people to recognise the document by.
    public String firstLine() {
        return text.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .findFirst()
                .orElse("");
    }
}

package dev.talaria.inference.tokenizer.chat;

import static java.util.Objects.requireNonNull;

import java.util.List;

/// One turn of a conversation.
///
/// @param content text and tags; control tokens are the chat template's own
public record Message(Role role, List<Piece> content) {

    public Message {
        requireNonNull(role, "role");
        content = List.copyOf(content);
        for (Piece piece : content) {
            if (piece instanceof Piece.Control) {
                throw new IllegalArgumentException(
                        "a message cannot contain the control token '" + piece.text() + "'");
            }
        }
    }

    /// A turn whose content is data.
    public Message(Role role, String content) {
        this(role, List.of(new Piece.Text(content)));
    }
}

package dev.talaria.inference.tokenizer.chat;

import static java.util.Objects.requireNonNull;

/// A part of a prompt.
public sealed interface Piece {

    /// The characters of the part.
    String text();

    /// A control token, such as `<|im_start|>`. A model without it cannot take the prompt.
    record Control(String text) implements Piece {
        public Control {
            requireNonNull(text, "text");
        }
    }

    /// A tag the template writes, such as `<schema>`: one token where the vocabulary has one of
    /// that spelling, otherwise ordinary text.
    record Tag(String text) implements Piece {
        public Tag {
            requireNonNull(text, "text");
        }
    }

    /// Characters without a special meaning, whatever they spell.
    record Text(String text) implements Piece {
        public Text {
            requireNonNull(text, "text");
        }
    }
}

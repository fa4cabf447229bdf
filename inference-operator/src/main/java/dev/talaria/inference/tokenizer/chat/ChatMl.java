package dev.talaria.inference.tokenizer.chat;

import dev.talaria.inference.tokenizer.Vocabulary;

import java.util.ArrayList;
import java.util.List;

/// The ChatML layout: `<|im_start|>role\ncontent<|im_end|>\n` for each turn.
public final class ChatMl {

    /// Begins a turn.
    public static final Piece.Control START = new Piece.Control("<|im_start|>");

    /// Ends a turn.
    public static final Piece.Control END = new Piece.Control("<|im_end|>");

    private ChatMl() {}

    /// Whether a model with this vocabulary knows the layout.
    public static boolean isKnownTo(Vocabulary vocabulary) {
        return vocabulary.special(START.text()).isPresent()
                && vocabulary.special(END.text()).isPresent();
    }

    /// The turns, followed by the beginning of the assistant's next one.
    public static List<Piece> prompt(List<Message> messages) {
        List<Piece> pieces = new ArrayList<>();
        for (Message message : messages) {
            pieces.add(START);
            pieces.add(new Piece.Text(message.role().spelling() + "\n"));
            pieces.addAll(message.content());
            pieces.add(END);
            pieces.add(new Piece.Text("\n"));
        }
        pieces.add(START);
        pieces.add(new Piece.Text(Role.ASSISTANT.spelling() + "\n"));
        return List.copyOf(pieces);
    }
}

package dev.talaria.inference.tokenizer.chat;

import dev.talaria.inference.gguf.UnsupportedModelException;
import dev.talaria.inference.tokenizer.TextStart;
import dev.talaria.inference.tokenizer.Tokenizer;
import dev.talaria.inference.tokenizer.Vocabulary;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// Turns a prompt's pieces into tokens.
///
/// Text between two special tokens is encoded as a whole, whatever pieces it came in; it starts
/// fresh, so that it gets a space in front where the vocabulary asks for one. The begin token comes
/// first where the vocabulary wants one. This is llama.cpp's rule (`parse_special`), with the
/// exception that makes data safe: only [Piece.Control] and [Piece.Tag] become special tokens.
///
/// Immutable and safe for use by many threads.
public final class PromptEncoder {

    private final Tokenizer tokenizer;

    public PromptEncoder(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /// The tokens of a prompt.
    ///
    /// @throws UnsupportedModelException where the model has no token for a control piece
    public int[] encode(List<Piece> prompt) {
        Vocabulary vocabulary = tokenizer.vocabulary();
        IntStream.Builder tokens = IntStream.builder();
        if (vocabulary.addBegin()) {
            tokens.add(vocabulary.beginToken());
        }
        StringBuilder text = new StringBuilder();
        for (Piece piece : prompt) {
            OptionalInt special = special(vocabulary, piece);
            if (special.isPresent()) {
                flush(text, tokens);
                tokens.add(special.getAsInt());
            } else {
                text.append(piece.text());
            }
        }
        flush(text, tokens);
        return tokens.build().toArray();
    }

    private void flush(StringBuilder text, IntStream.Builder tokens) {
        for (int token : tokenizer.encodeText(text.toString(), TextStart.FRESH)) {
            tokens.add(token);
        }
        text.setLength(0);
    }

    private static OptionalInt special(Vocabulary vocabulary, Piece piece) {
        return switch (piece) {
            case Piece.Control(String text) ->
                    OptionalInt.of(vocabulary.special(text).orElseThrow(() -> noChat(text)));
            case Piece.Tag(String text) -> vocabulary.special(text);
            case Piece.Text _ -> OptionalInt.empty();
        };
    }

    private static UnsupportedModelException noChat(String text) {
        return new UnsupportedModelException(
                "the model's vocabulary has no token '"
                        + text
                        + "': it was not trained for this chat format; give it raw text, or use"
                        + " another model");
    }
}

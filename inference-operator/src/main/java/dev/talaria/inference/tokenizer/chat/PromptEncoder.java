package dev.talaria.inference.tokenizer.chat;

import dev.talaria.inference.gguf.UnsupportedModelException;
import dev.talaria.inference.tokenizer.SpacePrefix;
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
/// first where the vocabulary wants one and the prompt does not write it itself. This is
/// llama.cpp's rule (`parse_special`), with the exception that makes data safe: only
/// [Piece.Control] and [Piece.Tag] become special tokens.
///
/// Immutable and safe for use by many threads.
public final class PromptEncoder {

    private final Tokenizer tokenizer;
    private final boolean addsBegin;

    /// An encoder that begins prompts as the vocabulary wants it.
    public PromptEncoder(Tokenizer tokenizer) {
        this(tokenizer, tokenizer.vocabulary().addBegin());
    }

    private PromptEncoder(Tokenizer tokenizer, boolean addsBegin) {
        this.tokenizer = tokenizer;
        this.addsBegin = addsBegin;
    }

    /// An encoder that adds no begin token, whatever the vocabulary wants.
    public static PromptEncoder withoutBegin(Tokenizer tokenizer) {
        return new PromptEncoder(tokenizer, false);
    }

    /// The tokens of a prompt.
    ///
    /// @throws UnsupportedModelException where the model has no token for a control piece
    public int[] encode(List<Piece> prompt) {
        Vocabulary vocabulary = tokenizer.vocabulary();
        IntStream.Builder tokens = IntStream.builder();
        if (addsBegin && !beginsItself(prompt)) {
            tokens.add(vocabulary.beginToken());
        }
        StringBuilder text = new StringBuilder();
        boolean isFirst = true;
        for (Piece piece : prompt) {
            OptionalInt special = special(vocabulary, piece);
            if (special.isPresent()) {
                flush(text, start(isFirst), tokens);
                tokens.add(special.getAsInt());
                isFirst = false;
            } else {
                text.append(piece.text());
            }
        }
        flush(text, start(isFirst), tokens);
        return tokens.build().toArray();
    }

    private boolean beginsItself(List<Piece> prompt) {
        Vocabulary vocabulary = tokenizer.vocabulary();
        OptionalInt first =
                prompt.isEmpty() ? OptionalInt.empty() : special(vocabulary, prompt.getFirst());
        return first.isPresent() && first.getAsInt() == vocabulary.beginToken();
    }

    private TextStart start(boolean isFirst) {
        boolean isFresh = isFirst || tokenizer.vocabulary().spacePrefix() == SpacePrefix.EVERY;
        return isFresh ? TextStart.FRESH : TextStart.CONTINUED;
    }

    private void flush(StringBuilder text, TextStart start, IntStream.Builder tokens) {
        for (int token : tokenizer.encodeText(text.toString(), start)) {
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

package dev.talaria.inference.tokenizer;

import dev.talaria.inference.gguf.GgufFile;
import dev.talaria.inference.gguf.MalformedGgufException;
import dev.talaria.inference.gguf.UnsupportedModelException;

/// Turns text into a model's tokens and back.
///
/// Immutable, independent of the file it came from, and safe for use by many threads.
public interface Tokenizer {

    /// The tokenizer that a model file describes.
    ///
    /// @throws UnsupportedModelException where it is of a kind that is not implemented
    /// @throws MalformedGgufException where its parts do not fit together
    static Tokenizer of(GgufFile file) {
        return new SentencePieceTokenizer(Vocabulary.of(file));
    }

    /// The tokens there are.
    Vocabulary vocabulary();

    /// Encodes a text as data.
    ///
    /// The result holds ordinary pieces and bytes only: text that spells a control token or a tag
    /// is encoded by its characters. A surrogate without its partner is encoded as U+FFFD. Takes
    /// time in proportion to `n log n`.
    int[] encodeText(String text, TextStart start);

    /// Encodes a raw prompt: the begin token where the model wants one, then the text as data.
    int[] encodePrompt(String text);

    /// The text the tokens stand for: control tokens leave nothing, tags their spelling, bytes that
    /// are not UTF-8 become U+FFFD.
    ///
    /// @throws IndexOutOfBoundsException where an id is not of the vocabulary
    String decode(int[] tokens, TextStart start);

    /// A decoder for tokens that arrive one by one.
    StreamingDetokenizer detokenizer(TextStart start);
}

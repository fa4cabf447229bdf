package dev.talaria.inference.tokenizer;

import dev.talaria.inference.gguf.GgufFile;
import dev.talaria.inference.gguf.MalformedGgufException;
import dev.talaria.inference.gguf.UnsupportedModelException;

/// Turns text into a model's tokens and back.
///
/// Immutable, independent of the file it came from, and safe for use by many threads. For folders
/// and files of other formats than GGUF see [TokenizerFiles].
public sealed interface Tokenizer permits SentencePieceTokenizer, ByteLevelTokenizer {

    /// The tokenizer that a model file describes.
    ///
    /// @throws UnsupportedModelException where it is of a kind that is not implemented
    /// @throws MalformedGgufException where its parts do not fit together
    static Tokenizer of(GgufFile file) {
        return new GgufTokenizer(file).read();
    }

    /// The tokens there are.
    Vocabulary vocabulary();

    /// The chat templates that came with it.
    ChatTemplateTexts templates();

    /// Encodes a text as data.
    ///
    /// The result holds ordinary pieces and bytes only: text that spells a control token or a tag
    /// is encoded by its characters. A surrogate without its partner is encoded as U+FFFD. Takes
    /// time in proportion to `n log n`.
    int[] encodeText(String text, TextStart start);

    /// Encodes a raw prompt: the begin token where the model wants one, then the text as data.
    default int[] encodePrompt(String text) {
        int[] tokens = encodeText(text, TextStart.FRESH);
        if (!vocabulary().addBegin()) {
            return tokens;
        }
        int[] prompt = new int[tokens.length + 1];
        prompt[0] = vocabulary().beginToken();
        System.arraycopy(tokens, 0, prompt, 1, tokens.length);
        return prompt;
    }

    /// The text the tokens stand for: control tokens leave nothing, tags their spelling, bytes that
    /// are not UTF-8 become U+FFFD.
    ///
    /// @throws IndexOutOfBoundsException where an id is not of the vocabulary
    default String decode(int[] tokens, TextStart start) {
        StreamingDetokenizer detokenizer = detokenizer(start);
        StringBuilder text = new StringBuilder();
        for (int token : tokens) {
            text.append(detokenizer.push(token));
        }
        return text.append(detokenizer.finish()).toString();
    }

    /// A decoder for tokens that arrive one by one.
    default StreamingDetokenizer detokenizer(TextStart start) {
        return new StreamingDetokenizer(vocabulary(), start);
    }
}

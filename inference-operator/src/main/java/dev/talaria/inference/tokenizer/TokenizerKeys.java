package dev.talaria.inference.tokenizer;

import dev.talaria.inference.gguf.GgufArray;
import dev.talaria.inference.gguf.GgufValue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A tokenizer as the keys of a GGUF file: what [Tokenizer#of] reads back encodes the same.
///
/// @param values the keys `tokenizer.*`
/// @param notes what readers of the file will do otherwise than the tokenizer, in one line each
public record TokenizerKeys(Map<String, GgufValue> values, List<String> notes) {

    static final String PREFIX = "tokenizer.ggml.";
    static final String TEMPLATE = "tokenizer.chat_template";

    public TokenizerKeys {
        values = new LinkedHashMap<>(values);
        notes = List.copyOf(notes);
    }

    /// The keys of a tokenizer.
    ///
    /// @param place what messages call the model
    /// @param rows of the model's embedding; ids beyond the vocabulary become unused tokens
    /// @throws dev.talaria.inference.gguf.UnsupportedModelException where GGUF cannot express it
    public static TokenizerKeys of(String place, Tokenizer tokenizer, int rows) {
        return new Writer(tokenizer.vocabulary(), Math.max(rows, tokenizer.vocabulary().size()))
                .write(place, tokenizer);
    }

    /// Collects keys and notes.
    private static final class Writer {

        private final Vocabulary vocabulary;
        private final int size;
        private final Map<String, GgufValue> values = new LinkedHashMap<>();
        private final List<String> notes = new ArrayList<>();

        Writer(Vocabulary vocabulary, int size) {
            this.vocabulary = vocabulary;
            this.size = size;
        }

        TokenizerKeys write(String place, Tokenizer tokenizer) {
            switch (tokenizer) {
                case SentencePieceTokenizer pieces -> {
                    put("model", new GgufValue.Text("llama"));
                    put("pre", new GgufValue.Text("default"));
                    putTokens(SentencePieceKeys.texts(vocabulary));
                    put("scores", padded(SentencePieceKeys.scores(place, pieces)));
                    boolean prefixes = vocabulary.addSpacePrefix();
                    put("add_space_prefix", new GgufValue.Flag(prefixes));
                    notes.addAll(SentencePieceKeys.notes(pieces));
                }
                case ByteLevelTokenizer bytes -> {
                    put("model", new GgufValue.Text("gpt2"));
                    put("pre", new GgufValue.Text(bytes.split().ggufName()));
                    putTokens(ByteLevelKeys.texts(vocabulary));
                    put("merges", GgufArray.of(ByteLevelKeys.merges(place, bytes)));
                    notes.addAll(ByteLevelKeys.notes(bytes));
                }
            }
            putIds();
            putTemplates(tokenizer.templates());
            return new TokenizerKeys(values, notes);
        }

        private void put(String name, GgufValue value) {
            values.put(PREFIX + name, value);
        }

        private GgufArray padded(float[] scores) {
            return GgufArray.of(Arrays.copyOf(scores, size));
        }

        // Texts of tokens that mean nothing have to differ for some readers.
        private void putTokens(List<String> texts) {
            List<String> all = new ArrayList<>(texts);
            int[] kinds = new int[size];
            for (int token = 0; token < size; token++) {
                TokenKind kind =
                        token < vocabulary.size() ? vocabulary.kind(token) : TokenKind.UNUSED;
                kinds[token] = kind.ordinal();
                String padding = "[PAD" + token + "]";
                if (token >= vocabulary.size()) {
                    all.add(padding);
                } else if (kind == TokenKind.UNUSED && all.get(token).isEmpty()) {
                    all.set(token, padding);
                }
            }
            put("tokens", GgufArray.of(all));
            put("token_type", GgufArray.of(kinds));
        }

        private void putIds() {
            putId("unknown_token_id", vocabulary.unknownToken());
            putId("bos_token_id", vocabulary.beginToken());
            putId("eos_token_id", vocabulary.endOfStreamToken());
            put("add_bos_token", new GgufValue.Flag(vocabulary.addBegin()));
            if (vocabulary.endToken() != vocabulary.endOfStreamToken()) {
                putId("eot_token_id", vocabulary.endToken());
            }
            List<Integer> others = vocabulary.unnamedEnds();
            if (!others.isEmpty()) {
                putId("eom_token_id", others.getFirst());
            }
            if (others.size() > 1) {
                notes.add(
                        "the tokens %s end an answer of the model, which its GGUF file cannot say"
                                .formatted(others.subList(1, others.size())));
            }
        }

        private void putId(String name, int token) {
            if (token >= 0) {
                put(name, GgufValue.uint32(token));
            }
        }

        private void putTemplates(ChatTemplateTexts templates) {
            List<String> names = new ArrayList<>();
            templates
                    .byName()
                    .forEach((name, text) -> {
                        boolean isDefault = name.equals(ChatTemplateTexts.DEFAULT);
                        values.put(
                                isDefault ? TEMPLATE : TEMPLATE + "." + name,
                                new GgufValue.Text(text));
                        if (!isDefault) {
                            names.add(name);
                        }
                    });
            if (!names.isEmpty()) {
                values.put(TEMPLATE + "s", GgufArray.of(names));
            }
        }
    }
}

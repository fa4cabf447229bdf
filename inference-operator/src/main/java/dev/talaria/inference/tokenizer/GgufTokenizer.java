package dev.talaria.inference.tokenizer;

import static dev.talaria.inference.tokenizer.TokenizerKeys.PREFIX;
import static dev.talaria.inference.tokenizer.TokenizerKeys.TEMPLATE;

import dev.talaria.inference.gguf.GgufArray;
import dev.talaria.inference.gguf.GgufFile;
import dev.talaria.inference.gguf.GgufMetadata;
import dev.talaria.inference.gguf.UnsupportedModelException;
import dev.talaria.inference.tokenizer.SentencePieceTokenizer.SpaceRules;
import dev.talaria.inference.tokenizer.VocabularyParts.Spelling;

import java.util.LinkedHashMap;
import java.util.Map;

/// Reads a tokenizer out of a model file's `tokenizer.ggml.*` keys.
///
/// For SentencePiece, where keys are absent, the usual ids hold: 0 unknown, 1 begin, 2 end; a begin
/// token and a space prefix are wanted. Byte-level BPE has no usual ids.
final class GgufTokenizer {

    private static final String TOKENS = PREFIX + "tokens";
    private static final String SCORES = PREFIX + "scores";
    private static final String KINDS = PREFIX + "token_type";
    private static final String MERGES = PREFIX + "merges";

    private final GgufFile file;
    private final GgufMetadata metadata;

    GgufTokenizer(GgufFile file) {
        this.file = file;
        this.metadata = file.metadata();
    }

    Tokenizer read() {
        String model = metadata.requiredString(PREFIX + "model");
        return switch (model) {
            case "llama" -> sentencePiece();
            case "gpt2" -> byteLevel();
            default ->
                    throw unsupported(
                            "tokenizer '%s' is not supported; 'llama' (SentencePiece) and 'gpt2'"
                                    + " (byte-level BPE) are",
                            model);
        };
    }

    private Tokenizer sentencePiece() {
        VocabularyParts parts = parts(Spelling.SENTENCE_PIECE);
        readScores(parts);
        parts.unknownToken = id(parts, "unknown_token_id", 0);
        parts.beginToken = id(parts, "bos_token_id", 1);
        parts.endOfStream = id(parts, "eos_token_id", 2);
        readTurnEnds(parts);
        parts.addBegin = metadata.bool(PREFIX + "add_bos_token").orElse(true);
        parts.spacePrefix =
                metadata.bool(PREFIX + "add_space_prefix").orElse(true)
                        ? SpacePrefix.EVERY
                        : SpacePrefix.NEVER;
        Vocabulary vocabulary = new Vocabulary(file.path().toString(), parts);
        return new SentencePieceTokenizer(
                vocabulary, templates(), MergeTable.byScore(vocabulary), SpaceRules.PLAIN);
    }

    private Tokenizer byteLevel() {
        String pre = metadata.string(PREFIX + "pre").orElse("default");
        TextSplit split = split(pre);
        VocabularyParts parts = parts(Spelling.BYTE_LEVEL);
        parts.unknownToken = id(parts, "unknown_token_id", VocabularyParts.NONE);
        parts.beginToken = id(parts, "bos_token_id", VocabularyParts.NONE);
        parts.endOfStream = id(parts, "eos_token_id", VocabularyParts.NONE);
        readTurnEnds(parts);
        boolean isLlama3 = split == TextSplit.LLAMA3;
        parts.addBegin = metadata.bool(PREFIX + "add_bos_token").orElse(isLlama3);
        Vocabulary vocabulary = new Vocabulary(file.path().toString(), parts);
        return new ByteLevelTokenizer(vocabulary, templates(), split, merges(vocabulary), isLlama3);
    }

    // The 'default' of llama.cpp is a cascade of patterns that no current model was trained with.
    private TextSplit split(String pre) {
        return switch (pre) {
            case "llama-bpe", "llama3", "llama-v3" -> TextSplit.LLAMA3;
            case "gpt-2", "gpt2" -> TextSplit.GPT2;
            default ->
                    throw unsupported(
                            "byte-level BPE with the pre-tokenizer '%s' is not supported;"
                                    + " 'llama-bpe' and 'gpt-2' are; a file that should be one of"
                                    + " them needs converting again",
                            pre);
        };
    }

    private VocabularyParts parts(Spelling spelling) {
        GgufArray tokens =
                metadata.stringArray(TOKENS)
                        .orElseThrow(() -> metadata.failure(TOKENS, "is missing"));
        int size = tokens.size();
        if (size < 1 || size > VocabularyParts.MOST_TOKENS) {
            throw metadata.failure(
                    TOKENS, size + " tokens are not within 1 to " + VocabularyParts.MOST_TOKENS);
        }
        VocabularyParts parts = new VocabularyParts(spelling, size);
        readKinds(parts);
        for (int token = 0; token < size; token++) {
            if (tokens.length(token) > VocabularyParts.LONGEST_TOKEN) {
                throw metadata.failure(
                        TOKENS,
                        "token %d has %d bytes, more than %d"
                                .formatted(
                                        token,
                                        tokens.length(token),
                                        VocabularyParts.LONGEST_TOKEN));
            }
        }
        byte[][] texts = tokens.allBytes();
        for (int token = 0; token < size; token++) {
            parts.texts[token] = texts[token];
            if (parts.kinds[token] == TokenKind.BYTE
                    && VocabularyParts.spelledByte(parts.text(token)).isEmpty()) {
                throw metadata.failure(
                        TOKENS,
                        "byte token " + token + " is spelled otherwise than <0x00> to <0xFF>");
            }
        }
        return parts;
    }

    private void readScores(VocabularyParts parts) {
        float[] scores = metadata.requiredFloats(SCORES);
        requireLength(SCORES, scores.length, parts.size());
        for (int i = 0; i < scores.length; i++) {
            if (Float.isNaN(scores[i])) {
                throw metadata.failure(SCORES, "the score of token " + i + " is not a number");
            }
            parts.scores[i] = scores[i] + 0f; // makes -0 equal to 0 in every order
        }
    }

    private void readKinds(VocabularyParts parts) {
        int[] ids = metadata.requiredInts(KINDS);
        requireLength(KINDS, ids.length, parts.size());
        TokenKind[] all = TokenKind.values();
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] < 0 || ids[i] >= all.length) {
                throw metadata.failure(
                        KINDS, "token " + i + " has type " + ids[i] + "; 0 to 6 exist");
            }
            parts.kinds[i] = all[ids[i]];
        }
    }

    private void requireLength(String key, int length, int size) {
        if (length != size) {
            throw metadata.failure(key, length + " entries for " + size + " tokens");
        }
    }

    private int id(VocabularyParts parts, String name, int otherwise) {
        long id = metadata.integer(PREFIX + name, 0, parts.size() - 1L).orElse(otherwise);
        if (id >= parts.size()) {
            throw metadata.failure(
                    PREFIX + name, "is missing, and the usual id " + id + " is not a token");
        }
        return (int) id;
    }

    private void readTurnEnds(VocabularyParts parts) {
        parts.endOfTurn = id(parts, "eot_token_id", VocabularyParts.NONE);
        int endOfMessage = id(parts, "eom_token_id", VocabularyParts.NONE);
        if (endOfMessage >= 0) {
            parts.ends.add(endOfMessage);
        }
    }

    private PairTable merges(Vocabulary vocabulary) {
        GgufArray merges =
                metadata.stringArray(MERGES)
                        .orElseThrow(() -> metadata.failure(MERGES, "is missing"));
        MergeList list = new MergeList(vocabulary, merges.size());
        for (int i = 0; i < merges.size(); i++) {
            String merge = merges.strings().get(i);
            int at = i;
            list.add(merge, finding -> metadata.failure(MERGES, "entry " + at + ": " + finding));
        }
        return list.pairs();
    }

    private ChatTemplateTexts templates() {
        Map<String, String> texts = new LinkedHashMap<>();
        metadata.string(TEMPLATE).ifPresent(text -> texts.put(ChatTemplateTexts.DEFAULT, text));
        for (String key : metadata.keys()) {
            if (key.startsWith(TEMPLATE + ".")) {
                metadata.string(key)
                        .ifPresent(text -> texts.put(key.substring(TEMPLATE.length() + 1), text));
            }
        }
        return new ChatTemplateTexts(texts);
    }

    private UnsupportedModelException unsupported(String finding, String name) {
        return new UnsupportedModelException(file.path() + ": " + finding.formatted(name));
    }
}
